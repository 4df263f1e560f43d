import {
  Bidirectional,
  Dense,
  GRU,
  type Layer,
  LSTM,
  Masking,
  pad,
  randomNormal,
  recurrentStack,
  zeros,
} from '../../lib/index.ts';
import {
  each,
  notArray,
  notBoolean,
  notInteger,
  notNumber,
  notOneOf,
  notThreads,
  wrongShape,
} from '../support/bad-values.ts';
import { expectBits } from '../support/bits.ts';
import type { Subject, Table } from '../support/refusals.ts';
import { masks, outs, passOptions } from './through-time.ts';

// Layers that only sequences have, and what makes arrays of sequences.

const x = randomNormal([2, 5, 3], { seed: 1 });
const gru = (options: object = {}) => new GRU({ units: 4, returnSequences: true, ...options });
const both = (options: object = {}) => new Bidirectional({ layers: [gru(), gru()], seed: 5, ...options });

/** A layer with a forward pass pending, and its equal. */
function pending<L extends Layer>(make: () => L): { used: L; twin: L } {
  const layers = [make(), make()] as const;
  for (const layer of layers) layer.forward(x);
  return { used: layers[0], twin: layers[1] };
}

const { used, twin } = pending(both);
const dy = randomNormal([2, 5, 8], { seed: 2 });
const h = zeros([2, 4]);
const initial = { forward: { h }, backward: { h } };
const masking = pending(() => new Masking());
const inUse = gru({ inputSize: 3 }).build();
const twice = gru();

/** What options of every buildable layer refuse. */
const buildOptions = (option: (name: string) => (value: never) => unknown): Subject['calls'] => [
  ...notInteger('inputSize', option('inputSize'), 0, -1),
  ...notInteger('seed', option('seed'), -1),
  ...notOneOf('dtype', option('dtype'), 'int8'),
  ...notOneOf('backend', option('backend'), 'webgl', 'SIMD'),
  ...notThreads(option),
];

const bidirectional: Subject[] = [
  {
    of: 'Bidirectional',
    withOptions: (options) => new Bidirectional(options),
    calls: [
      ...each('options', (options) => new Bidirectional(options), [undefined]),
      ...each('layers', (layers) => new Bidirectional({ layers }), [undefined, null, 1, {}, [], [gru()], gru()]),
      ['three layers', 'layers', () => new Bidirectional({ layers: [gru(), gru(), gru()] as never })],
      ...each('layers[1]', (layer) => new Bidirectional({ layers: [gru(), layer] }), [
        ...[undefined, null, 1, {}, GRU, gru().cell, new Dense({ units: 4 }), gru({ goBackwards: true }), inUse],
      ]),
      ['one layer twice', 'layers[0]', () => new Bidirectional({ layers: [twice, twice] })],
      ['a last step and all', 'layers', () => new Bidirectional({ layers: [gru(), new GRU({ units: 4 })] })],
      ['other sizes', 'layers', () => new Bidirectional({ layers: [gru(), gru({ units: 2 })], mergeMode: 'sum' })],
      ...notOneOf('mergeMode', (mergeMode) => both({ mergeMode }), 'Concat', 'ave'),
      ...buildOptions((name) => (value) => both({ [name]: value })),
    ],
  },
  {
    of: 'Bidirectional.build',
    calls: [
      ...notInteger('inputSize', (size) => both().build(size), undefined, 0, -1),
      ...each('inputSize', (size) => used.build(size), [2, 4]),
    ],
  },
  { of: 'Bidirectional.parameters', calls: [['before any input', undefined, () => both().parameters]] },
  {
    of: 'Bidirectional.stream',
    withOptions: (options) => used.stream(options),
    calls: [
      ['before any input', undefined, () => both().stream()],
      ['a direction that begins at the end', undefined, () => used.stream()],
      ...notInteger('batchSize', (batchSize) => used.stream({ batchSize }), 0, -1),
    ],
  },
  {
    of: 'Bidirectional.forward',
    withOptions: (options) => used.forward(x, options),
    calls: [
      ...passOptions((options) => used.forward(x, options), [2, 5]),
      ...outs((options) => used.forward(x, options), x, used.forward(x).shape),
      ['checkpoints', 'checkpoint', () => used.forward(x, { checkpoint: 'sqrt' })],
      ['truncation', 'truncate', () => used.forward(x, { truncate: { every: 1, back: 2 } })],
      ...notArray('x', (bad) => used.forward(bad)),
      ...wrongShape('x', (bad) => used.forward(bad), [2, 5, 3], [2]),
      ...notBoolean('returnState', (returnState) => used.forward(x, { returnState })),
      ...each('initialState', (initialState) => used.forward(x, { initialState }), [null, 1, { h }, { ...initial, h }]),
      ...each('initialState.backward', (backward) => used.forward(x, { initialState: { ...initial, backward } }), [
        ...[undefined, null, 1, { c: h }],
      ]),
    ],
  },
  {
    of: 'Bidirectional.backward',
    withOptions: (options) => used.backward(dy, options),
    calls: [
      ['before forward', undefined, () => both().backward(dy)],
      ...notArray('dy', (bad) => used.backward(bad)).filter(([what]) => what !== 'dy: undefined'), // zeros
      ...wrongShape('dy', (bad) => used.backward(bad), [2, 5, 8]),
      ...each('dState', (dState) => used.backward(dy, { dState }), [null, 1, { h }]),
      ...each('dState.forward', (forward) => used.backward(dy, { dState: { forward } }), [null, 1, { c: h }]),
    ],
  },
  {
    of: 'Bidirectional.separate',
    calls: [
      ...each('output', (bad) => used.separate(bad), [undefined, null, 1, {}, [dy], dy.data]),
      ...each('output', (bad) => used.separate(bad), [zeros([2, 5, 7]), zeros([8, 5]), zeros([0])]),
      ['a sum', 'mergeMode', () => both({ mergeMode: 'sum' }).separate(dy)],
    ],
  },
];

const maskings: Subject[] = [
  {
    of: 'Masking',
    withOptions: (options) => new Masking(options),
    calls: [
      ...each('maskValue', (maskValue) => new Masking({ maskValue }), [null, '0', true, [], {}, 1n]),
      ...buildOptions((name) => (value) => new Masking({ [name]: value })),
    ],
  },
  { of: 'Masking.build', calls: notInteger('inputSize', (size) => new Masking().build(size), undefined, 0, -1) },
  { of: 'Masking.parameters', calls: [['before any input', undefined, () => new Masking().parameters]] },
  {
    of: 'Masking.stream',
    withOptions: (options) => masking.used.stream(options),
    calls: [
      ['before any input', undefined, () => new Masking().stream()],
      ...notInteger('batchSize', (batchSize) => masking.used.stream({ batchSize }), 0, -1),
    ],
  },
  {
    of: 'Masking.forward',
    withOptions: (options) => masking.used.forward(x, options),
    calls: [
      ...passOptions((options) => masking.used.forward(x, options), [2, 5]),
      ...outs((options) => masking.used.forward(x, options), x, [2, 5, 3]),
      ...notArray('x', (bad) => masking.used.forward(bad)),
      ...wrongShape('x', (bad) => masking.used.forward(bad), [2, 5, 3], [2]),
      ['lengths besides its own', 'lengths', () => masking.used.forward(x, { lengths: [5, 2] })],
      ['a mask besides its own', 'mask', () => masking.used.forward(x, { mask: zeros([2, 5]) })],
    ],
  },
  {
    of: 'Masking.backward',
    calls: [
      ['before forward', undefined, () => new Masking().backward(x)],
      ...notArray('dy', (bad) => masking.used.backward(bad)),
      ...wrongShape('dy', (bad) => masking.used.backward(bad), [2, 5, 3]),
    ],
  },
];

const padding: Subject = {
  of: 'pad',
  withOptions: (options) => pad([[1], [2, 3]], options),
  calls: [
    ...each('sequences', (sequences) => pad(sequences), [undefined, null, 1, 'abc', {}, [], new Set([[1]])]),
    ...each('sequences[1]', (sequence) => pad([[1, 2], sequence]), [
      ...[undefined, null, 1, 'ab', {}, [null], ['1'], [[1], [2, 3]], [[[1]]], [[1]], zeros([1, 1, 1])],
    ]),
    ['another number of features', 'sequences[1]', () => pad([zeros([3, 2]), zeros([2, 3])])],
    ['a matrix among vectors', 'sequences[1]', () => pad([zeros([3]), zeros([2, 3])])],
    ...notInteger('T', (T) => pad([[1], [2, 3]], { T }), 0, -1, 1),
    ...notNumber('value', (value) => pad([[1]], { value })).filter(([what]) => !/NaN|Infinity/.test(what)),
    ...notOneOf('dtype', (dtype) => pad([[1]], { dtype }), 'int8'),
  ],
};

const stacking: Subject = {
  of: 'recurrentStack',
  withOptions: (options) => recurrentStack(1, () => new GRU({ units: 1 }), options),
  calls: [
    ...notInteger('layers', (layers) => recurrentStack(layers, () => new GRU({ units: 1 })), 0, -1, 2 ** 40),
    ...each('make', (make) => recurrentStack(1, make), [undefined, null, 1, 'GRU', {}, new GRU({ units: 1 })]),
    ...each('result of make, layer 0', (made) => recurrentStack(1, () => made), [undefined, null, 1, {}, GRU]),
    ...notBoolean('returnSequences', (returnSequences) =>
      recurrentStack(1, () => new GRU({ units: 1 }), { returnSequences }),
    ),
  ],
};

const trained = pending(() => new LSTM({ units: 4, trainInitialState: true, seed: 1 }));
const unused: Subject = {
  of: 'LSTM.forward, with a trained initial state',
  where: 'LSTM.forward',
  calls: masks((options) => trained.used.forward(x, options), [2, 5]),
};

export const sequences: Table = {
  subjects: [...bidirectional, ...maskings, padding, stacking, unused],
  watch: () => [used, masking.used, trained.used].flatMap(({ parameters: { arena } }) => [arena.data, arena.pass]),
  afterwards: () => {
    expectBits(used.backward(dy).dx, twin.backward(dy).dx);
    expectBits(used.parameters.arena.data, twin.parameters.arena.data);
    expectBits(masking.used.backward(x).dx, masking.twin.backward(x).dx);
    const last = randomNormal([2, 4], { seed: 3 });
    expectBits(trained.used.backward(last).dx, trained.twin.backward(last).dx);
  },
};
