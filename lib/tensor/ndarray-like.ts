import { describe, reading, refuse, requireShape } from '../checks.ts';
import { ArgumentError } from '../errors.ts';
import { unspelled } from '../json.ts';
import { integersInWords, integersOf, isDense, requireInBounds } from './layout.ts';
import { areSeparate, hasOwnElements, refuseShared } from './overlap.ts';
import type { FloatArray } from './storage.ts';
import { isFloatArray, isNumericTypedArray } from './storage.ts';
import { copyStrided } from './strided-copy.ts';
import { Tensor } from './tensor.ts';

const { isArray } = Array;
const { isSafeInteger, NEGATIVE_INFINITY } = Number;
const { isView } = ArrayBuffer;

/**
 * Any strided view of numbers: a `Tensor`, an ndarray of scijs, a chunk of zarrita, or an object of your own. Element
 * (i, j, …) is `data[offset + i·stride[0] + j·stride[1] + …]`; strides may be negative or zero.
 */
export interface NdArrayLike {
  /** Typed array of numbers, or plain array of numbers; from JSON also `'NaN'`, `'Infinity'`, `'-Infinity'` and `'-0'`. */
  readonly data: ArrayLike<number>;
  /** Length of each axis. */
  readonly shape: readonly number[];
  /** Distance in `data` between neighbours along each axis. */
  readonly stride: readonly number[];
  /** Position in `data` of the first element. */
  readonly offset: number;
}

/** An `NdArrayLike` that can be written in floating point. */
export interface FloatNdArrayLike extends NdArrayLike {
  readonly data: FloatArray;
}

/** An array of the caller's as it was when it was checked. A tensor's memory may grow, so the data are fetched each time. */
export class CheckedArray implements NdArrayLike {
  /** Holds the data. */
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

/** Numbers in a typed array as they are, those in a plain array as a copy, read from JSON where need be: each is read once. */
function requireData(where: string, argument: string, data: unknown): ArrayLike<number> {
  if (isNumericTypedArray(data)) return data;
  const expected = 'hold its numbers in a typed array or an array, as "data"';
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
    if (typeof number !== 'number') refusePart(where, argument, 'hold only numbers in "data"', 'data with', value);
    numbers.push(number as number);
  }
  return numbers;
}

function requirePart(where: string, argument: string, name: string, part: unknown, min: number): number[] {
  const expected = `be an ndarray whose "${name}" is ${integersInWords(min)}`;
  return integersOf(part, min) ?? refusePart(where, argument, expected, name, part);
}

/**
 * Returns a well-formed strided view of numbers that stays inside its data, as it is now. Each property of the caller's
 * object is read once, and what was checked is returned: shape and strides are copies, the elements of typed arrays are
 * shared. Elements may change, in shared memory at any time, so a function that makes an index of one checks its own copy.
 *
 * @param where - public function that checks
 * @param argument - name of the argument it checks
 * @throws ArgumentError for anything else, also for what throws when it is read; ShapeError for a view that reaches outside
 *   its data
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
    const remedy = isArray(value) || isView(value) ? 'Make a tensor of the array: tensor(values)' : undefined;
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

/** The same for an array to be written in place: floats, each in a place of its own. */
export function requireWritable(where: string, argument: string, value: unknown): FloatNdArrayLike {
  const view = requireNdArray(where, argument, value);
  if (!isFloatArray(view.data)) refuse(where, argument, 'hold a Float32Array or Float64Array', view.data);
  if (!hasOwnElements(view as FloatNdArrayLike)) refuseShared(where, argument);
  return view as FloatNdArrayLike;
}

/**
 * Copies the elements of `source` into `target`, whatever their strides. Shapes must be equal, nothing is broadcast;
 * numbers are rounded to the target's type. Where the two share elements, the result is as if `source` had been copied
 * first.
 *
 * @param target - tensor or ndarray over a Float32Array or Float64Array, no two of its elements in one place
 * @param source - tensor or ndarray of the same shape
 * @throws ArgumentError, ShapeError; the target stays as it was
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

/** As `assign`, for checked arrays of one shape that share no elements. */
export function copyInto(to: FloatNdArrayLike, from: NdArrayLike): void {
  copyStrided(to.data, to.stride, to.offset, from.data, from.stride, from.offset, to.shape);
}

/**
 * Whether the elements lie row-major, one after the other, without gaps, so that they can be read in one sweep.
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
