import { describe } from '../../lib/describe.ts';
import { assign, randomNormal, randomUniform, stack, Tensor, tensor, unstack, zeros } from '../../lib/index.ts';
import { fromNdarray, toNdarray } from '../../lib/ndarray.ts';
import { type CallWith, each, notArray, notInteger, notNumber, notOneOf, wrongShape } from '../support/bad-values.ts';
import type { Subject, Table } from '../support/refusals.ts';

const { NaN: notANumber } = Number;
const target = randomNormal([2, 3], { seed: 1 });
const x = randomNormal([2, 3], { seed: 2 });
const integers = { data: new Int32Array(6), shape: [2, 3], stride: [3, 1], offset: 0 };

const dtype = (call: CallWith) => notOneOf('dtype', call, 'Float32', 'int8');

/** Views of one element that stand for more than any list has room for. */
const endless = [[2 ** 40], [2 ** 32], [1e9], [1e5, 1e5], [2 ** 31, 1], [2 ** 31, 0], [1, 2 ** 31, 0]].map((shape) => {
  const strides = shape.map(() => 0);
  return new Tensor({ data: new Float32Array(1) }, shape, strides);
});

/** What is no shape: `where` has a parameter `shape`. */
const notShape = (call: CallWith) =>
  each('shape', call, [undefined, null, 3, '3', {}, [-1], [1.5], ['2'], [notANumber], [null], [2 ** 53], [1e9, 1e9]]);

const circular: unknown[] = [];
circular.push(circular);

const making: Subject[] = [
  {
    of: 'tensor',
    withOptions: (options) => tensor([1], options),
    calls: [
      ...each('values', (values) => tensor(values), [undefined, null, '1', true, 1n, {}, () => 1, ['1'], [null]]),
      ...each('values', (values) => tensor(values), [[[1], [1, 2]], [1, [2]], [[1], 2], [[], [1]], circular]),
      ...each('values', (values) => tensor(values), [new BigInt64Array(2), new DataView(new ArrayBuffer(8))]),
      ...each('values', (values) => tensor(values), [{ data: [1], shape: [2], stride: [1], offset: 0 }]),
      ...dtype((dtype) => tensor([1], { dtype })),
    ],
  },
  {
    of: 'zeros',
    withOptions: (options) => zeros([1], options),
    calls: [...notShape((shape) => zeros(shape)), ...dtype((dtype) => zeros([1], { dtype }))],
  },
  {
    of: 'randomUniform',
    withOptions: (options) => randomUniform([1], options),
    calls: [
      ...notShape((shape) => randomUniform(shape)),
      ...notNumber('low', (low) => randomUniform([1], { low })),
      ...notNumber('high', (high) => randomUniform([1], { high }), 0, -1),
      ...each('high', (high) => randomUniform([1], { low: 1, high }), [1, 1 + 1e-12]),
      ...each('high', (high) => randomUniform([1], { low: -1.7e308, high, dtype: 'float64' }), [1.7e308]),
      ...each('seed', (seed) => randomUniform([1], { seed }), [null, '1', -1, 1.5, notANumber, 2 ** 53, {}]),
      ...dtype((dtype) => randomUniform([1], { dtype })),
    ],
  },
  {
    of: 'randomNormal',
    withOptions: (options) => randomNormal([1], options),
    calls: [
      ...notShape((shape) => randomNormal(shape)),
      ...notNumber('mean', (mean) => randomNormal([1], { mean })),
      ...notNumber('sd', (sd) => randomNormal([1], { sd }), -1),
      ...each('seed', (seed) => randomNormal([1], { seed }), [null, '1', -1, 1.5, notANumber, 2 ** 53, {}]),
      ...dtype((dtype) => randomNormal([1], { dtype })),
    ],
  },
  {
    of: 'toNdarray',
    calls: [
      ...notArray('tensor', (bad) => toNdarray(bad)),
      ...each('tensor', (bad) => toNdarray(bad), [integers, { ...integers, data: [1, 2, 3, 4, 5, 6] }]),
    ],
  },
  {
    of: 'fromNdarray',
    withOptions: (options) => fromNdarray(x, options),
    calls: [...notArray('array', (bad) => fromNdarray(bad)), ...dtype((dtype) => fromNdarray(x, { dtype }))],
  },
];

const moving: Subject[] = [
  {
    of: 'assign',
    calls: [
      ...notArray('target', (bad) => assign(bad, x)),
      ...notArray('source', (bad) => assign(target, bad)),
      ...each('target', (bad) => assign(bad, x), [
        integers,
        { ...integers, data: new Array(6).fill(0) },
        { data: new Float32Array(6), shape: [2, 3], stride: [0, 1], offset: 0 },
        { data: new Float32Array(6), shape: [2 ** 40], stride: [0], offset: 0 },
      ]),
      ...wrongShape('source', (bad) => assign(target, bad), [2, 3]),
    ],
  },
  {
    of: 'stack',
    calls: [
      ...notArray('tensors', (bad) => stack([x, bad])),
      ...each('tensors', (bad) => stack(bad), [undefined, null, 1, 'x', {}, [], [1], x]),
      ...wrongShape('tensors', (bad) => stack([x, bad]), [2, 3]),
      ...notInteger('axis', (axis) => stack([x, x], axis), 3, -4),
    ],
  },
  {
    of: 'unstack',
    calls: [
      ...notArray('tensor', (bad) => unstack(bad)),
      ...each('tensor', (bad) => unstack(bad), [integers, tensor(1)]),
      ...endless.slice(0, 3).map((view) => [`of [${view.shape.join(', ')}]`, 'tensor', () => unstack(view)] as const),
      ...notInteger('axis', (axis) => unstack(x, axis), 2, -3),
    ],
  },
];

/** Bad index arguments of a method; a view of shape [2, 3] has no such element. */
const indices: readonly (readonly number[])[] = [
  [],
  [0],
  [0, 0, 0],
  [2, 0],
  [0, 3],
  [-1, 0],
  [0.5, 0],
  [notANumber, 0],
];
const odd = [
  ['0', 0],
  [null, null],
  [[0], 0],
  [{}, 0],
  [true, 0],
  [1n, 0],
  [0, 1n],
  [Symbol('i'), 0],
  [0, Symbol('j')],
  [Object.create(null), 0],
] as unknown as readonly (readonly number[])[];

const spread = (method: 'index' | 'get' | 'set', rest: readonly number[] = []) =>
  [...indices, ...odd].map((i) => [describe(i), 'index', () => target[method](...i, ...rest)] as const);

/** Bad axes of a view method. */
const axes = (method: 'pick' | 'lo' | 'hi' | 'step' | 'transpose', ...lists: unknown[][]) =>
  [[1.5], ['0'], [notANumber], [Infinity], [{}], [0, 1, 0], ...lists].map(
    (list) => [`(${list.map(String).join(', ')})`, 'axes', () => target[method](...(list as number[]))] as const,
  );

const methods: Subject[] = [
  {
    of: 'Tensor',
    calls: [
      ...each('storage', (storage) => new Tensor(storage, [1]), [undefined, null, {}, [1], new Float32Array(1)]),
      ...each('storage', (data) => new Tensor({ data }, [1]), [null, [1], new Int32Array(1), new BigInt64Array(1)]),
      ...each('shape', (shape) => new Tensor(x.storage, shape), [undefined, null, 6, [-1], [1.5], ['2'], [7], [2, 4]]),
      ...each('stride', (stride) => new Tensor(x.storage, [2, 3], stride), [
        null,
        1,
        [1],
        [1, 2, 3],
        [0.5, 1],
        ['1', 1],
      ]),
      ...each('shape', (stride) => new Tensor(x.storage, [2, 3], stride), [[4, 1]]),
      ...each('offset', (offset) => new Tensor(x.storage, [2], [1], offset), [null, '0', 0.5, notANumber, Infinity]),
      ...each('shape', (offset) => new Tensor(x.storage, [2], [1], offset), [5, -1]),
    ],
  },
  { of: 'Tensor.index', calls: spread('index') },
  { of: 'Tensor.get', calls: spread('get') },
  {
    of: 'Tensor.set',
    calls: [
      ...spread('set', [7]),
      ...each('value', (value) => target.set(0, 0, value), [undefined, null, '1', [1], {}, 1n, true]),
    ],
  },
  {
    of: 'Tensor.toArray',
    calls: endless.map((view) => [`of [${view.shape.join(', ')}]`, 'shape', () => view.toArray()] as const),
  },
  {
    of: 'Tensor.toJSON',
    calls: endless.slice(0, 4).map((view) => [`of [${view.shape.join(', ')}]`, 'shape', () => view.toJSON()] as const),
  },
  { of: 'Tensor.pick', calls: axes('pick', [2], [0, 3]) },
  { of: 'Tensor.lo', calls: axes('lo', [3], [0, 4]) },
  { of: 'Tensor.hi', calls: axes('hi', [3], [0, 4]) },
  { of: 'Tensor.step', calls: axes('step', [0], [1, 0]) },
  { of: 'Tensor.transpose', calls: axes('transpose', [0, 0], [2, 0], [-1, 0]) },
];

export const tensors: Table = { subjects: [...making, ...moving, ...methods], watch: () => [target.data, x.data] };
