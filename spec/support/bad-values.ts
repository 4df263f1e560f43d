import { describe as inWords } from '../../lib/describe.ts';
import { Tensor } from '../../lib/tensor/tensor.ts';

/** A call to be refused: what is wrong, the argument that the message has to name (none for a call at the wrong time). */
export type BadCall = readonly [what: string, argument: string | undefined, call: () => unknown];

/** Calls a function with one bad value; plain JavaScript callers may pass anything. */
export type CallWith = (bad: never) => unknown;

/** One call for each bad value of an argument. */
export function each(argument: string, call: CallWith, values: readonly unknown[]): BadCall[] {
  return values.map((value) => [`${argument}: ${inWords(value)}`, argument, () => call(value as never)]);
}

/** Calls with what is no finite number, and with `others`: numbers out of range, undefined where it is required. */
export function notNumber(argument: string, call: CallWith, ...others: unknown[]): BadCall[] {
  return each(argument, call, [null, '1', true, [], {}, 1n, Number.NaN, Infinity, -Infinity, ...others]);
}

/** Calls with what is no integer, and with `others`. */
export function notInteger(argument: string, call: CallWith, ...others: unknown[]): BadCall[] {
  return notNumber(argument, call, 1.5, 2 ** 53, [1], ...others);
}

export function notBoolean(argument: string, call: CallWith): BadCall[] {
  return each(argument, call, [null, 0, 1, 'true', [], {}]);
}

export function notFunction(argument: string, call: CallWith): BadCall[] {
  return each(argument, call, [null, 0, true, 'zeros', [], {}]);
}

/** Calls with what is no list of classes of layers and cells that have names. */
export function notClasses(argument: string, call: CallWith): BadCall[] {
  return [
    ...each(argument, call, [null, 0, 'LSTM', {}, class {}]),
    ...each(`${argument}[0]`, call, [[undefined], [null], ['LSTM'], [class {}], [() => 1], new Array(1)]),
  ];
}

/** Calls with what is none of some words. */
export function notOneOf(argument: string, call: CallWith, ...others: unknown[]): BadCall[] {
  return each(argument, call, [null, 0, true, '', 'nonsense', [], {}, ...others]);
}

/** Values that the options of threads refuse. */
export function notThreads(option: (name: string) => CallWith): BadCall[] {
  return [
    ...notInteger('threads', option('threads'), 0, -1, 1025, 'all'),
    ...notInteger('threadTimeout', option('threadTimeout'), 0, -1, 2 ** 31, 'auto'),
  ];
}

const { NaN: notANumber } = Number;
const data = new Float32Array(4);
const good = { data, shape: [2, 2], stride: [2, 1], offset: 0 };

/** What looks like an array of numbers, or nearly, and is none. */
const NO_ARRAYS: readonly (readonly [what: string, value: unknown])[] = [
  ['null', null],
  ['a number', 1],
  ['a string', '[1, 2]'],
  ['true', true],
  ['a function', () => good],
  ['an empty object', {}],
  ['nested arrays', [[1, 2]]],
  ['a typed array', data],
  ['no data', { ...good, data: undefined }],
  ['bigints', { ...good, data: new BigInt64Array(4) }],
  ['strings for data', { ...good, data: ['1', '2', '3', '4'] }],
  ['a buffer for data', { ...good, data: data.buffer }],
  ['no shape', { ...good, shape: undefined }],
  ['a negative size', { ...good, shape: [-2, 2] }],
  ['a size that is no integer', { ...good, shape: [1.5, 2] }],
  ['a size that is NaN', { ...good, shape: [notANumber, 2] }],
  ['a size in a string', { ...good, shape: ['2', 2] }],
  ['a stride too few', { ...good, stride: [2] }],
  ['a stride that is no integer', { ...good, stride: [2, 0.5] }],
  ['no offset', { ...good, offset: undefined }],
  ['an offset that is NaN', { ...good, offset: notANumber }],
  ['elements behind the data', { ...good, offset: 1 }],
  ['elements before the data', { ...good, stride: [-2, 1] }],
  ['a detached buffer', detached()],
];

function detached(): Tensor {
  const tensor = new Tensor({ data: new Float32Array(4) }, [2, 2]);
  structuredClone(tensor.data.buffer, { transfer: [tensor.data.buffer as ArrayBuffer] });
  return tensor;
}

/** Calls with what is no array, undefined included. */
export function notArray(argument: string, call: CallWith): BadCall[] {
  return [['undefined', undefined] as const, ...NO_ARRAYS].map(([what, value]) => [
    `${argument}: ${what}`,
    argument,
    () => call(value as never),
  ]);
}

/** Calls with zeros of other shapes than `shape`: other sizes along `axes`, other ranks, no elements. */
export function wrongShape(
  argument: string,
  call: CallWith,
  shape: readonly number[],
  axes: readonly number[] = shape.map((_, axis) => axis),
): BadCall[] {
  const resized = axes.flatMap((axis) => [1, -1].map((by) => shape.map((size, k) => (k === axis ? size + by : size))));
  const empty = shape.map((_, axis) => shape.map((size, k) => (k === axis ? 0 : size)));
  return [...resized, ...empty, shape.slice(1), [...shape, 1], []].map((wrong) => [
    `${argument} of shape [${wrong.join(', ')}]`,
    argument,
    () => call(new Tensor({ data: new Float32Array(wrong.reduce((a, b) => a * b, 1)) }, wrong) as never),
  ]);
}
