import { type Optimizer, Parameters } from '../../lib/index.ts';
import { assign } from '../../lib/tensor/ndarray-like.ts';
import { Tensor } from '../../lib/tensor/tensor.ts';
import { describeGolden, type GoldenCase, type GoldenFile } from '../support/golden.ts';
import type { Arrays } from '../support/peer-weights.ts';
import { optimizerOf, type TorchConfig } from '../support/torch-optimizers.ts';

type Values = Readonly<Record<'W' | 'b', number[]>>;

interface Case extends GoldenCase {
  readonly class: string;
  readonly config: TorchConfig & { readonly lr_decay?: number };
  readonly gradients: string;
  readonly groups?: Readonly<Record<string, Partial<TorchConfig>>>;
  readonly after: readonly Values[];
}
interface File extends GoldenFile<Case> {
  readonly initial: Arrays;
  readonly gradients: Readonly<Record<string, readonly Values[]>>;
}

const LACKING = { RAdam: 4, Adadelta: 3, Adamax: 3 };

describeGolden<Case, File>(
  'torch2/optimizers2.json',
  {
    covers: 'NAdam, Adagrad, RMSprop, Adam, AdamW, SGD with dampening; rough gradients, groups',
    run: 26,
    leftOut: Object.entries(LACKING).map(([name, cases]) => ({
      reason: name,
      when: (c: Case) => c.class === name,
      cases,
    })),
  },
  (each) => {
    each(
      (c, check, dtype, { initial, gradients }) => {
        const all = Parameters.of(initial, { dtype });
        const groups = ['W', 'b'].map((name) => {
          const own = c.groups?.[name] ?? {};
          return { parameters: all.within(name), optimizer: optimizerOf(c.class, { ...c.config, ...own }) };
        });
        const rates = groups.map(({ optimizer }: { optimizer: Optimizer }) => optimizer.learningRate);
        for (const [k, expected] of c.after.entries()) {
          for (const { name, gradient } of all) {
            const values = gradients[c.gradients]![k]![name as 'W'];
            assign(gradient, new Tensor({ data: Float64Array.from(values) }, gradient.shape));
          }
          for (const [g, { parameters, optimizer }] of groups.entries()) {
            optimizer.learningRate = rates[g]! / (1 + k * (c.config.lr_decay ?? 0));
            optimizer.step(parameters);
          }
          for (const { name, value } of all) {
            const own = new Tensor({ data: Float64Array.from(expected[name as 'W']) }, value.shape);
            check(`${name} after step ${k + 1}`, value, own);
          }
        }
      },
      ['float64'],
    );
  },
);
