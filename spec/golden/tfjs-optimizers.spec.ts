import { Adagrad, Adam, type Optimizer, Parameters, RMSprop, SGD } from '../../lib/index.ts';
import { assign } from '../../lib/tensor/ndarray-like.ts';
import { Tensor } from '../../lib/tensor/tensor.ts';
import { describeGolden, type GoldenCase, type GoldenFile } from '../support/golden.ts';

interface Case extends GoldenCase {
  readonly class: string;
  readonly config: {
    readonly lr: number;
    readonly momentum?: number;
    readonly nesterov?: boolean;
    readonly beta1?: number;
    readonly beta2?: number;
    readonly epsilon?: number;
    readonly decay?: number;
    readonly centered?: boolean;
    readonly initialAccumulatorValue?: number;
  };
  readonly steps: readonly Readonly<Record<'grad_W' | 'grad_b' | 'W' | 'b', number[]>>[];
}
interface File extends GoldenFile<Case> {
  readonly problem: { readonly W0: Tensor; readonly b0: Tensor };
}

function optimizer({ class: name, config }: Case): Optimizer {
  const { lr: learningRate, momentum = 0, nesterov = false, beta1, beta2, epsilon } = config;
  const inside = { learningRate, epsilon: epsilon!, epsilonMode: 'inside' } as const;
  if (name === 'AdamOptimizer') return new Adam({ learningRate, beta1: beta1!, beta2: beta2!, epsilon: epsilon! });
  if (name === 'AdagradOptimizer') {
    return new Adagrad({ ...inside, epsilon: 1e-7, initialAccumulator: config.initialAccumulatorValue! });
  }
  if (name !== 'RMSPropOptimizer') return new SGD({ learningRate, momentum, nesterov });
  return new RMSprop({ ...inside, rho: config.decay!, momentum, centered: config.centered! });
}

const leftOut = [{ reason: 'subtracts ε under the root', when: (c: Case) => c.config.centered === true, cases: 1 }];
const covers = 'SGD, momentum, Nesterov, Adam, RMSprop, Adagrad: every step';

describeGolden<Case, File>('tfjs/optim.json', { covers, run: 8, leftOut }, (each) => {
  each((c, check, dtype, { problem, tolerance }) => {
    const parameters = Parameters.of({ W: problem.W0, b: problem.b0 }, { dtype });
    const step = optimizer(c);
    const row = (values: number[], shape: readonly number[]): Tensor =>
      new Tensor({ data: Float64Array.from(values) }, shape);
    // tfjs keeps β₂ᵗ in float32, where 1 − 0.999 is 1.3e-5 of itself too small, and its steps 6.5e-6 of themselves.
    const drift = c.config.beta2 === 0.999 ? 6.5e-6 * c.config.lr : 0;
    c.steps.forEach((recorded, k) => {
      const within = { ...tolerance, abs: tolerance.abs + drift * (k + 1) };
      for (const { name, gradient } of parameters) {
        assign(gradient, row(recorded[name === 'W' ? 'grad_W' : 'grad_b'], gradient.shape));
      }
      step.step(parameters);
      for (const { name, value } of parameters) {
        check(`${name} after step ${k + 1}`, value, row(recorded[name === 'W' ? 'W' : 'b'], value.shape), within);
      }
    });
  });
});
