import { Adagrad, Adam, Lion, type Optimizer, Parameters, RMSprop, SGD } from '../../lib/index.ts';
import { assign } from '../../lib/tensor/ndarray-like.ts';
import { Tensor } from '../../lib/tensor/tensor.ts';
import { describeGolden, type GoldenCase, type GoldenFile } from '../support/golden.ts';
import type { Arrays } from '../support/peer-weights.ts';

type Values = Readonly<Record<'W' | 'b', number[]>>;

interface Case extends GoldenCase {
  readonly gradients: string;
  readonly after: readonly Values[];
}
interface File extends GoldenFile<Case> {
  readonly initial: Arrays;
  readonly gradients: Readonly<Record<string, readonly Values[]>>;
}

const rmsprop = { learningRate: 0.02, rho: 0.9, epsilonMode: 'inside' } as const;

/** Our optimizers for optax's, by the name of the case without `_rough`. */
const OPTIMIZERS: Readonly<Record<string, () => Optimizer>> = {
  lion: () => new Lion({ learningRate: 0.02, weightDecay: 1e-3 }),
  lion_decay: () => new Lion({ learningRate: 0.01, beta1: 0.8, beta2: 0.95, weightDecay: 0.2 }),
  adam: () => new Adam({ learningRate: 0.03 }),
  adamw: () => new Adam({ learningRate: 0.03, weightDecay: 0.1 }),
  sgd_momentum: () => new SGD({ learningRate: 0.1, momentum: 0.9 }),
  sgd_nesterov: () => new SGD({ learningRate: 0.1, momentum: 0.9, nesterov: true }),
  rmsprop: () => new RMSprop(rmsprop),
  rmsprop_eps_outside: () => new RMSprop({ ...rmsprop, rho: 0.8, epsilon: 1e-3, epsilonMode: 'outside' }),
  rmsprop_eps_inside: () => new RMSprop({ ...rmsprop, rho: 0.8, epsilon: 1e-3 }),
  rmsprop_centered_momentum: () => new RMSprop({ ...rmsprop, learningRate: 0.01, centered: true, momentum: 0.8 }),
  adagrad: () => new Adagrad({ learningRate: 0.1, initialAccumulator: 0.1, epsilon: 1e-7, epsilonMode: 'inside' }),
};

const of = ({ name }: Case): (() => Optimizer) | undefined => OPTIMIZERS[name.replace('_rough', '')];

describeGolden<Case, File>(
  'optax/optimizers.json',
  {
    covers: 'Lion, Adam, AdamW, momentum, RMSprop, Adagrad; rough gradients',
    run: 16,
    leftOut: [{ reason: 'other optimizers, groups, chains', when: (c) => of(c) === undefined, cases: 20 }],
  },
  (each) => {
    each(
      (c, check, dtype, { initial, gradients }) => {
        const parameters = Parameters.of(initial, { dtype });
        const optimizer = of(c)!();
        for (const [k, expected] of c.after.entries()) {
          for (const { name, gradient } of parameters) {
            const values = gradients[c.gradients]![k]![name as 'W'];
            assign(gradient, new Tensor({ data: Float64Array.from(values) }, gradient.shape));
          }
          optimizer.step(parameters);
          for (const { name, value } of parameters) {
            const own = new Tensor({ data: Float64Array.from(expected[name as 'W']) }, value.shape);
            check(`${name} after step ${k + 1}`, value, own);
          }
        }
      },
      ['float64'],
    );
  },
);
