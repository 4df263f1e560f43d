import { MAE, randomNormal, type Tensor, tensor } from '../../lib/index.ts';
import { each, notBoolean, notInteger } from '../support/bad-values.ts';
import type { Subject } from '../support/refusals.ts';

type Call = (options: never) => unknown;

const fresh = () => ({ add: () => undefined, result: () => 0, reset: () => undefined });

/** What everything with `metrics` refuses. */
export function metrics(call: Call): Subject['calls'] {
  const given = (metrics: unknown) => call({ metrics } as never);
  const one = (metric: unknown) => given({ mae: new MAE(), one: metric });
  return [
    ...each('metrics', given, [null, 1, 'accuracy', true, [new MAE()], () => new MAE()]),
    ...each('metrics.one', one, [null, 1, 'accuracy', MAE, {}, { ...fresh(), add: 1 }, { add() {}, result() {} }]),
  ];
}

/** The same with `output`. */
export const reports = (call: Call): Subject['calls'] => [
  ...metrics(call),
  ...notBoolean('output', (output) => call({ output } as never)),
];

/** What everything with `sampleWeights` refuses, for B > 1 rows; `T`: time steps that have targets. */
export function weights(call: Call, B: number, T: number | undefined, prefix = ''): Subject['calls'] {
  const given = (sampleWeights: unknown) => call({ sampleWeights } as never);
  const ones = new Array<number>(B).fill(1);
  const withOne = (value: unknown) => given(ones.map((one, row) => (row === 1 ? value : one)));
  const name = `${prefix}sampleWeights`;
  const shapes = [[B + 1], [B, (T ?? 0) + 1], [B, T ?? 4, 1], [B, 0]];
  return [
    ...each(name, given, [null, 1, 'a'.repeat(B), {}, [], new Float32Array(B), () => ones, ones.slice(1)]),
    ...each(
      name,
      given,
      shapes.map((shape): Tensor => randomNormal(shape)),
    ),
    ...(T === undefined ? each(name, given, [randomNormal([B, 4])]) : []),
    ...each(name, withOne, [-1, Number.NaN, Infinity]),
    ...each(`${name}[1]`, withOne, [null, undefined, 'one', [1, 2]]),
  ];
}

/** What everything with rows refuses in an array of them. */
export function rowLists(
  call: (rows: never) => unknown,
  [argument, shorter]: readonly [argument: string, shorter: string],
  good: readonly Tensor[],
): Subject['calls'] {
  const withRow = (row: unknown) => call(good.map((one, k) => (k === 1 ? row : one)) as never);
  return [
    ...each(argument, call, [[]]),
    ...each(`${argument}[1]`, withRow, [
      null,
      undefined,
      'row',
      {},
      [['a']],
      tensor(1).pick(),
      randomNormal([2, 2, 2, 2]),
    ]),
    ['fewer rows', shorter, () => call(good.slice(1) as never)],
  ];
}

/** What the options of `fit` refuse that divide rows. */
export function divisions(call: Call): Subject['calls'] {
  const split = (validationSplit: unknown) => call({ validationSplit } as never);
  return [
    ...notInteger('microBatchSize', (microBatchSize) => call({ microBatchSize } as never), 0, -1),
    ...notInteger('buckets', (buckets) => call({ buckets } as never), 0, -1),
    ...each('validationSplit', split, [0, 1, -0.5, 1.5, Number.NaN, null, '0.5', true, () => 0.5, []]),
    ...each('validationSplit', split, [{ part: 0.5, rows: 1 }]),
    ...each('validationSplit.part', (part) => split({ part }), [0, 1, null, undefined, '0.5']),
    ...notInteger('validationSplit.seed', (seed) => split({ part: 0.5, seed }), -1),
    ['a part without rows', 'validationSplit', () => split(0.001)],
    [
      'two kinds of validation',
      'validationSplit',
      () => call({ validationSplit: 0.5, validationData: [[], []] } as never),
    ],
  ];
}
