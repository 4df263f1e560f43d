// Checks of the arrays that users pass, and copies between them.

import { reading, refuse, requireShape } from '../checks.ts';
import { describe } from '../describe.ts';
import { ArgumentError } from '../errors.ts';
import { unspelled } from '../json.ts';
import { integersInWords, integersOf, isDense, requireInBounds, sizeOf } from './layout.ts';
import { areSeparate, hasOwnElements, refuseShared } from './overlap.ts';
import type { DType, FloatArray } from './storage.ts';
import { allocate, isFloatArray, isNumericTypedArray } from './storage.ts';
import { copyStrided } from './strided-copy.ts';
import { Tensor } from './tensor.ts';

const { isArray } = Array;
const { isSafeInteger, NEGATIVE_INFINITY } = Number;
const { isView } = ArrayBuffer;

/**
 * Any strided view of numbers: a `Tensor`, an ndarray of scijs, a chunk of zarrita, or your own object. Element (i, j,
 * …) is `data[offset + i·stride[0] + j·stride[1] + …]`; strides may be negative or zero.
 */
export interface NdArrayLike {
  /** Typed array or plain array of numbers; from JSON also `'NaN'`, `'Infinity'`, `'-Infinity'` and `'-0'`. */
  readonly data: ArrayLike<number>;
  /** Length of each axis. */
  readonly shape: readonly number[];
  /** Distance in `data` between neighbours along each axis. */
  readonly stride: readonly number[];
  /** Position in `data` of the first element. */
  readonly offset: number;
}

/** An `NdArrayLike` with writable floating-point elements. */
export interface FloatNdArrayLike extends NdArrayLike {
  readonly data: FloatArray;
}

/** A checked array of the caller. It looks up `data` at each access, because the memory of a tensor may grow. */
export class CheckedArray implements NdArrayLike {
  /** The object from which `data` is read. */
  readonly storage: { readonly data: ArrayLike<number> };
  readonly shape: readonly number[];
  readonly stride: readonly number[];
  readonly offset: number;

  constructor(storage: CheckedArray['storage'], shape: number[], stride: number[], offset: number) {
    this.storage = storage;
    this.shape = shape;
    this.stride = stride;
    this.offset = offset;
  }

  get data(): ArrayLike<number> {
    return this.storage.data;
  }
}

function refusePart(where: string, argument: string, expected: string, part: string, value: unknown): never {
  throw new ArgumentError({ where, argument, expected, received: `${part} ${describe(value)}` });
}

/**
 * Returns a typed array itself, and a plain array as a copy, with the strings of JSON converted. Each number is read
 * once.
 */
function requireData(where: string, argument: string, data: unknown): ArrayLike<number> {
  if (isNumericTypedArray(data)) return data;
  const expected = 'have its numbers in "data", a typed array or an array';
  if (!isArray(data)) {
    const store = data as { get?: unknown; set?: unknown } | null | undefined;
    const generic = typeof store?.get === 'function' && typeof store?.set === 'function';
    refusePart(where, argument, expected, generic ? 'a get/set store: data' : 'data', data);
  }
  const numbers: number[] = [];
  const { length } = data;
  for (let i = 0; i < length; i++) {
    const value: unknown = data[i];
    const number = typeof value === 'number' ? value : unspelled(value);
    if (typeof number !== 'number') refusePart(where, argument, 'have only numbers in "data"', 'data with', value);
    numbers.push(number as number);
  }
  return numbers;
}

function requirePart(where: string, argument: string, name: string, part: unknown, min: number): number[] {
  const integers = integersOf(part, min);
  if (integers !== undefined) return integers;
  return refusePart(where, argument, `be an ndarray whose "${name}" is ${integersInWords(min)}`, name, part);
}

/**
 * Checks that `value` is a strided view of numbers inside its data, and returns it. Each property of the caller's
 * object is read once. Shape and strides of the result are copies; the elements of typed arrays are shared. Elements
 * may change later, so a function that uses them as indices must check its own copy.
 *
 * @param where - public function, as in error messages
 * @param argument - name of the argument
 * @throws ArgumentError for any other value, including objects that throw when they are read; ShapeError for a view
 *   that reaches outside its data
 *
 * @example
 * ```ts
 * requireNdArray('sum', 'x', ndarray(new Float32Array(6), [2, 3]));
 * ```
 */
export function requireNdArray(where: string, argument: string, value: unknown): NdArrayLike {
  return reading(where, argument, () => readNdArray(where, argument, value));
}

function readNdArray(where: string, argument: string, value: unknown): NdArrayLike {
  if (typeof value !== 'object' || value === null || isArray(value) || isView(value)) {
    const remedy = isArray(value) || isView(value) ? 'Convert the array to a tensor: tensor(values)' : undefined;
    return refuse(where, argument, 'be a tensor or an ndarray { data, shape, stride, offset }', value, remedy);
  }
  const view = value as NdArrayLike;
  const storage = value instanceof Tensor ? value.storage : undefined;
  const data = requireData(where, argument, storage === undefined ? view.data : storage.data);
  const shape = requirePart(where, argument, 'shape', view.shape, 0);
  const stride = requirePart(where, argument, 'stride', view.stride, NEGATIVE_INFINITY);
  if (stride.length !== shape.length) {
    refusePart(where, argument, `have a stride for each of its ${shape.length} axes`, 'stride', stride);
  }
  const { offset } = view;
  if (!isSafeInteger(offset)) {
    refusePart(where, argument, 'be an ndarray whose "offset" is an integer', 'offset', offset);
  }
  requireInBounds(where, argument, data.length, { shape, stride, offset });
  return new CheckedArray(storage ?? { data }, shape, stride, offset);
}

/** Like `requireNdArray`, for an array to be written: its elements must be floats in separate memory locations. */
export function requireWritable(where: string, argument: string, value: unknown): FloatNdArrayLike {
  const view = requireNdArray(where, argument, value);
  if (!isFloatArray(view.data)) refuse(where, argument, 'contain a Float32Array or Float64Array', view.data);
  if (!hasOwnElements(view as FloatNdArrayLike)) refuseShared(where, argument);
  return view as FloatNdArrayLike;
}

/**
 * Copies the elements of `source` to `target`, with any strides. Shapes must be equal, without broadcasting. Numbers
 * are rounded to the target's type. If the two share elements, the result is the same as with a copy of `source`.
 *
 * @param target - tensor or ndarray over a Float32Array or Float64Array whose elements do not overlap in memory
 * @param source - tensor or ndarray of the same shape
 * @throws ArgumentError, ShapeError; the target is then unchanged
 *
 * @example
 * ```ts
 * const x = zeros([2, 3]);
 * assign(x.transpose(1, 0), tensor([[1, 2], [3, 4], [5, 6]]));
 * x.toArray(); // [[1, 3, 5], [2, 4, 6]]
 * ```
 */
export function assign(target: FloatNdArrayLike, source: NdArrayLike): void {
  const to = requireWritable('assign', 'target', target);
  const from = requireNdArray('assign', 'source', source);
  requireShape('assign', 'source', from.shape, to.shape);
  if (!isFloatArray(from.data) || areSeparate(to, from as FloatNdArrayLike)) copyInto(to, from);
  else copyInto(to, new Tensor({ data: from.data }, from.shape, from.stride, from.offset).copy());
}

/** Like `assign`, for checked arrays of equal shape that share no elements. */
export function copyInto(to: FloatNdArrayLike, from: NdArrayLike): void {
  copyStrided(to.data, to.stride, to.offset, from.data, from.stride, from.offset, to.shape);
}

/** Sets all elements of a checked array to 0. */
export function clear(array: FloatNdArrayLike): void {
  const { shape } = array;
  copyInto(array, { data: [0], shape, stride: shape.map(() => 0), offset: 0 });
}

/** Copies a checked array to a new tensor of an element type. */
export function copyOf(where: string, argument: string, array: NdArrayLike, dtype: DType): Tensor {
  const { shape } = array;
  const copy = new Tensor({ data: allocate(dtype, sizeOf(shape), where, argument) }, shape);
  copyInto(copy, array);
  return copy;
}

/**
 * Whether the elements are row-major without gaps, so that one loop can read them.
 *
 * @param array - tensor or ndarray
 * @throws ArgumentError, ShapeError
 *
 * @example
 * ```ts
 * isContiguous(zeros([2, 3]));                 // true
 * isContiguous(zeros([2, 3]).transpose(1, 0)); // false
 * ```
 */
export function isContiguous(array: NdArrayLike): boolean {
  return isDense(requireNdArray('isContiguous', 'array', array));
}
