import type { Clipping } from '../../lib/clip/clip-gradients.ts';
import {
  Adam,
  clipGradients,
  constrainParameters,
  Dense,
  maxNorm,
  type Optimizer,
  Parameters,
  RMSprop,
  SGD,
  type Tensor,
  tensor,
} from '../../lib/index.ts';
import { assign } from '../../lib/tensor/ndarray-like.ts';
import { describeGolden, type GoldenCase } from '../support/golden.ts';

interface Case extends GoldenCase {
  readonly optimizer?: 'sgd' | 'adam' | 'adamw' | 'rmsprop';
  readonly config?: {
    readonly learning_rate: number;
    readonly weight_decay?: number;
    readonly epsilon?: number;
    readonly amsgrad?: boolean;
    readonly rho?: number;
    readonly momentum?: number;
    readonly centered?: boolean;
  };
  readonly initial: number[];
  readonly grads: readonly number[][];
  readonly expected_after?: Readonly<Record<string, number[]>>;
  readonly fresh_optimizer_per_step?: number;
  readonly expected_final?: number[];
  readonly op?: string;
  readonly x?: Tensor;
  readonly clip: number;
  readonly expected: readonly number[][];
}

/** Keras' ε stands beside the uncorrected mean, and is 1e-7. Its weight decay is apart from the gradient. */
function optimizer({ optimizer: name, config }: Case): Optimizer {
  const { learning_rate: learningRate, weight_decay: weightDecay = 0, epsilon = 1e-7, amsgrad = false } = config!;
  if (name === 'sgd') return new SGD({ learningRate, weightDecay }); // the same without momentum
  if (name === 'rmsprop') {
    const { rho = 0.9, momentum = 0, centered = false } = config!;
    return new RMSprop({ learningRate, rho, momentum, centered, epsilon, epsilonMode: 'inside' });
  }
  return new Adam({ learningRate, weightDecay, epsilon, amsgrad, epsilonMode: 'hat' });
}

const CLIPPINGS: Readonly<Record<string, (clip: number) => Clipping>> = {
  'clipnorm (per tensor)': (norm) => ({ norm }),
  clipvalue: (value) => ({ value }),
  global_clipnorm: (globalNorm) => ({ globalNorm }),
};

const leftOut = [
  {
    reason: 'decoupled weight decay of RMSprop',
    when: (c: Case) => c.optimizer === 'rmsprop' && c.config?.weight_decay !== undefined,
    cases: 1,
  },
];
const covers =
  'SGD, Adam, AMSGrad, AdamW with ε̂, RMSprop, weight decay; clipping of gradients, one kind at a time; max_norm';

describeGolden<Case>('keras/optimizers_clip.json', { covers, run: 16, leftOut }, (each) => {
  each((c, check, dtype) => {
    if (c.op === 'constructor') {
      const parameters = Parameters.of({ w: tensor([1]) }, { dtype });
      const two = { norm: 1, value: 1 } as unknown as Clipping;
      check.refused(() => clipGradients(parameters, two));
      return;
    }
    if (c.x !== undefined) {
      const [inputSize, units] = c.x.shape as [number, number];
      const dense = new Dense({ units, inputSize, kernelConstraint: maxNorm(2), dtype }).build();
      const kernel = dense.parameters.get('kernel');
      kernel.assign(c.x);
      constrainParameters(dense.parameters);
      check('the kernel', kernel.value, c.expected as unknown as Tensor);
      return;
    }
    const parameters = Parameters.of({ w: tensor(c.initial ?? c.grads[0]!) }, { dtype });
    const { value, gradient } = parameters.get('w');
    if (c.op !== undefined) {
      assign(gradient, tensor(c.grads[0]!));
      clipGradients(parameters, CLIPPINGS[c.op]!(c.clip));
      check('the gradient', gradient, c.expected[0]!);
      return;
    }
    if (c.fresh_optimizer_per_step !== undefined) {
      assign(gradient, tensor(c.grads[0]!));
      for (let k = 0; k < c.fresh_optimizer_per_step; k++) optimizer(c).step(parameters);
      check('the weight', value, c.expected_final!);
      return;
    }
    const step = optimizer(c);
    c.grads.forEach((values, k) => {
      assign(gradient, tensor(values));
      step.step(parameters);
      check(`w after step ${k + 1}`, value, c.expected_after![k + 1]!);
    });
  });
});
