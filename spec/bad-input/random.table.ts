import { initializers, Parameters, Random, randomNormal, tensor } from '../../lib/index.ts';
import { type CallWith, each, notArray, notBoolean, notInteger, notNumber, wrongShape } from '../support/bad-values.ts';
import type { Subject, Table } from '../support/refusals.ts';

const random = new Random(7);
const untouched = new Random(7);
const parameters = Parameters.of({ w: randomNormal([2, 3]), b: tensor([1]) });
const w = parameters.get('w');
const { NaN: notANumber } = Number;

const generators: Subject[] = [
  {
    of: 'Random',
    calls: [
      ...notInteger('seed', (seed) => new Random(seed), undefined, -1),
      ...notInteger('stream', (stream) => new Random(1, stream), -1),
      ...notInteger('counter', (counter) => new Random(1, 0, counter), -1),
    ],
  },
  {
    of: 'Random.uniform',
    calls: [
      ...notNumber('low', (low) => random.uniform(low)),
      ...notNumber('high', (high) => random.uniform(0, high), 0, -1),
      ...each('high', (high) => random.uniform(-1e308, high), [1.7e308]),
    ],
  },
  {
    of: 'Random.normal',
    calls: [...notNumber('mean', (mean) => random.normal(mean)), ...notNumber('sd', (sd) => random.normal(0, sd), -1)],
  },
  { of: 'Random.integer', calls: notInteger('n', (n) => random.integer(n), undefined, 0, -1) },
  { of: 'Random.permutation', calls: notInteger('n', (n) => random.permutation(n), undefined, -1, 2 ** 32) },
  { of: 'Random.fork', calls: notInteger('stream', (stream) => random.fork(stream), undefined, -1) },
];

/** What the functions refuse that a maker of initializers returns, or that are ones. */
const whenRun = (run: (shape: never, random: never) => unknown) => [
  ...each('shape', (shape) => run(shape, random as never), [undefined, null, 3, '3', [-1], [1.5], ['2'], [notANumber]]),
  ...each('shape', (shape) => run(shape, random as never), [[1e9, 1e9]]),
  ...each('random', (source) => run([2, 2] as never, source), [undefined, null, 1, () => 0.5, {}, Math]),
];

const gain = (call: CallWith) => notNumber('gain', call, 0, -1);

const makers: Subject[] = [
  { of: 'initializers.zeros', calls: whenRun((shape, random) => initializers.zeros(shape, random, { gates: 1 })) },
  { of: 'initializers.ones', calls: whenRun((shape, random) => initializers.ones(shape, random, { gates: 1 })) },
  {
    of: 'initializers.constant',
    calls: [
      ...notNumber('value', (value) => initializers.constant(value), undefined),
      ...whenRun((shape, random) => initializers.constant(1)(shape, random, { gates: 1 })),
    ],
  },
  {
    of: 'initializers.glorotUniform',
    withOptions: (options) => initializers.glorotUniform(options),
    calls: [
      ...gain((gain) => initializers.glorotUniform({ gain })),
      ...whenRun((shape, random) => initializers.glorotUniform()(shape, random, { gates: 1 })),
    ],
  },
  {
    of: 'initializers.glorotNormal',
    withOptions: (options) => initializers.glorotNormal(options),
    calls: [
      ...gain((gain) => initializers.glorotNormal({ gain })),
      ...whenRun((shape, random) => initializers.glorotNormal()(shape, random, { gates: 1 })),
    ],
  },
  {
    of: 'initializers.orthogonal',
    withOptions: (options) => initializers.orthogonal(options),
    calls: [
      ...notNumber('gain', (gain) => initializers.orthogonal({ gain })),
      ...notBoolean('perGate', (perGate) => initializers.orthogonal({ perGate })),
      ...whenRun((shape, random) => initializers.orthogonal()(shape, random, { gates: 1 })),
      ...each('shape', (shape) => initializers.orthogonal()(shape, random, { gates: 1 }), [[], [4]]),
      ...each('shape', (shape) => initializers.orthogonal({ perGate: true })(shape, random, { gates: 3 }), [
        [2, 2],
        [2, 4],
      ]),
      ...notInteger(
        'gates',
        (gates) => initializers.orthogonal({ perGate: true })([2, 4], random, { gates }),
        undefined,
        0,
      ),
    ],
  },
  {
    of: 'initializers.uniform',
    withOptions: (options) => initializers.uniform(options),
    calls: [
      ...notNumber('low', (low) => initializers.uniform({ low })),
      ...notNumber('high', (high) => initializers.uniform({ high }), -0.05, -1),
      ...whenRun((shape, random) => initializers.uniform()(shape, random, { gates: 1 })),
    ],
  },
  {
    of: 'initializers.normal',
    withOptions: (options) => initializers.normal(options),
    calls: [
      ...notNumber('mean', (mean) => initializers.normal({ mean })),
      ...notNumber('sd', (sd) => initializers.normal({ sd }), -1),
      ...whenRun((shape, random) => initializers.normal()(shape, random, { gates: 1 })),
    ],
  },
];

const notFinite = (argument: string, call: CallWith) =>
  each(argument, (bad) => call(tensor([[1, 2, bad]], { dtype: 'float64' }).T.transpose(1, 0) as never), [
    notANumber,
    Infinity,
    -Infinity,
    1e39,
  ]);

const trainable: Subject[] = [
  {
    of: 'Parameters.of',
    withOptions: (options) => Parameters.of({ w: tensor([1]) }, options),
    calls: [
      ...each('values', (values) => Parameters.of(values), [undefined, null, 1, 'w', [], [tensor([1])], {}, () => 1]),
      ...notArray('w', (w) => Parameters.of({ b: tensor([1]), w })),
      ...notFinite('w', (w) => Parameters.of({ w })),
      ...each('dtype', (dtype) => Parameters.of({ w: tensor([1]) }, { dtype }), [null, 'int8', '', 1]),
    ],
  },
  {
    of: 'Parameters.get',
    calls: each('name', (name) => parameters.get(name), [
      undefined,
      null,
      0,
      '',
      'W',
      'constructor',
      '__proto__',
      ['w'],
    ]),
  },
  {
    of: 'Parameters.within',
    calls: each('prefix', (prefix) => parameters.within(prefix), [undefined, null, 0, {}, ['w'], /w/]),
  },
  {
    of: 'Parameter.assign',
    calls: [
      ...notArray('values', (values) => w.assign(values)),
      ...wrongShape('values', (values) => w.assign(values), [2, 3]),
      ...each(
        'values',
        (bad) =>
          w.assign(
            tensor(
              [
                [1, 2, 3],
                [4, 5, bad],
              ],
              { dtype: 'float64' },
            ),
          ),
        [notANumber, Infinity, -Infinity, 1e39],
      ),
    ],
  },
];

export const randomness: Table = {
  subjects: [...generators, ...makers, ...trainable],
  watch: () => [parameters.arena.data, parameters.arena.pass, random.state.counter],
  afterwards: () => {
    if (random.uniform() !== untouched.uniform()) throw new Error('the generator has moved');
  },
};
