import {
  Adagrad,
  Adam,
  adaptiveClipping,
  type Clipping,
  clipGradients,
  cosineDecay,
  Lion,
  linearWarmup,
  type Optimizer,
  Parameters,
  RMSprop,
  SGD,
} from '../../lib/index.ts';
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
  adamw_mask_W_only: () =>
    new Adam({ learningRate: 0.03, weightDecay: 0.3, groups: [{ parameters: 'b', decayFactor: 0 }] }),
  groups_partition: () =>
    new Adam({ learningRate: 0.03, weightDecay: 0.2, groups: [{ parameters: 'b', frozen: true }] }),
  schedule_in_optimizer: () =>
    new Adam({ learningRate: linearWarmup(cosineDecay(0.1, { steps: 8, end: 0.01 }), { steps: 4, from: 0 }) }),
  chain_global_norm_adam: () => new Adam({ learningRate: 0.05 }),
  chain_agc_sgd: () => new SGD({ learningRate: 0.1 }),
  multi_steps_3_adam: () => new Adam({ learningRate: 0.05 }),
  sgd_momentum: () => new SGD({ learningRate: 0.1, momentum: 0.9 }),
  sgd_nesterov: () => new SGD({ learningRate: 0.1, momentum: 0.9, nesterov: true }),
  rmsprop: () => new RMSprop(rmsprop),
  rmsprop_eps_outside: () => new RMSprop({ ...rmsprop, rho: 0.8, epsilon: 1e-3, epsilonMode: 'outside' }),
  rmsprop_eps_inside: () => new RMSprop({ ...rmsprop, rho: 0.8, epsilon: 1e-3 }),
  rmsprop_centered_momentum: () => new RMSprop({ ...rmsprop, learningRate: 0.01, centered: true, momentum: 0.8 }),
  adagrad: () => new Adagrad({ learningRate: 0.1, initialAccumulator: 0.1, epsilon: 1e-7, epsilonMode: 'inside' }),
};

const CLIPPINGS: Readonly<Record<string, Clipping>> = {
  chain_global_norm_adam: { globalNorm: 0.7 },
  chain_agc_sgd: adaptiveClipping(0.1),
};

const of = ({ name }: Case): (() => Optimizer) | undefined => OPTIMIZERS[name.replace('_rough', '')];

describeGolden<Case, File>(
  'optax/optimizers.json',
  {
    covers:
      'Lion, Adam, AdamW, momentum, RMSprop, Adagrad; rough gradients; decay of some, frozen ones, a schedule, clipping, ' +
      'the mean of three gradients',
    run: 22,
    leftOut: [{ reason: 'optimizers, or forms of them, that we lack', when: (c) => of(c) === undefined, cases: 14 }],
  },
  (each) => {
    each(
      (c, check, dtype, { initial, gradients }) => {
        const parameters = Parameters.of(initial, { dtype });
        const optimizer = of(c)!();
        const every = c.name.startsWith('multi_steps_3') ? 3 : 1;
        for (const [k, expected] of c.after.entries()) {
          for (const { name, gradient } of parameters) {
            const last = gradients[c.gradients]!.slice(k + 1 - every, k + 1).map((each) => each[name as 'W']);
            const mean = last[0]?.map((_, j) => last.reduce((sum, values) => sum + values[j]!, 0) / every) ?? [];
            if (last.length > 0) assign(gradient, new Tensor({ data: Float64Array.from(mean) }, gradient.shape));
          }
          if (CLIPPINGS[c.name]) clipGradients(parameters, CLIPPINGS[c.name]!);
          if ((k + 1) % every === 0) optimizer.step(parameters);
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
