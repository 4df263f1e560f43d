import { describe, refuse, requireShape } from '../checks.ts';
import { ArgumentError } from '../errors.ts';
import { unspelled } from '../json.ts';
import { integersInWords, isDense, isIntegers, requireInBounds } from './layout.ts';
import type { FloatArray } from './storage.ts';
import { isFloatArray, isNumericTypedArray } from './storage.ts';
import { copyStrided } from './strided-copy.ts';

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

function refusePart(where: string, argument: string, expected: string, part: string, value: unknown): never {
  throw new ArgumentError({ where, argument, expected, received: `${part} ${describe(value)}` });
}

/** The data of an ndarray, its numbers read from JSON where need be. */
function requireData(where: string, argument: string, data: unknown): ArrayLike<number> {
  if (isNumericTypedArray(data)) return data;
  const expected = 'hold its numbers in a typed array or an array, as "data"';
  if (!isArray(data)) {
    const store = data as { get?: unknown; set?: unknown } | null | undefined;
    const generic = typeof store?.get === 'function' && typeof store?.set === 'function';
    refusePart(where, argument, expected, generic ? 'a get/set store: data' : 'data', data);
  }
  let asWords = false;
  for (const value of data as unknown[]) {
    if (typeof value === 'number') continue;
    asWords = true;
    if (typeof unspelled(value) === 'number') continue;
    refusePart(where, argument, 'hold only numbers in "data"', 'data with', value);
  }
  return asWords ? (data as unknown[]).map(unspelled as (value: unknown) => number) : (data as number[]);
}

function requirePart(where: string, argument: string, name: string, part: unknown, min: number): void {
  if (isIntegers(part, min)) return;
  refusePart(where, argument, `be an ndarray whose "${name}" is ${integersInWords(min)}`, name, part);
}

/**
 * Returns `value` when it is a well-formed strided view of numbers that stays inside its data.
 *
 * @param where - public function that checks
 * @param argument - name of the argument it checks
 * @throws ArgumentError for anything else, ShapeError for a view that reaches outside its data
 *
 * @example
 * ```ts
 * requireNdArray('sum', 'x', ndarray(new Float32Array(6), [2, 3]));
 * ```
 */
export function requireNdArray(where: string, argument: string, value: unknown): NdArrayLike {
  if (typeof value !== 'object' || value === null || isArray(value) || isView(value)) {
    const remedy = isArray(value) || isView(value) ? 'Make a tensor of the array: tensor(values)' : undefined;
    return refuse(where, argument, 'be a tensor or an ndarray { data, shape, stride, offset }', value, remedy);
  }
  const view = value as NdArrayLike;
  const data = requireData(where, argument, view.data);
  requirePart(where, argument, 'shape', view.shape, 0);
  requirePart(where, argument, 'stride', view.stride, NEGATIVE_INFINITY);
  if (view.stride.length !== view.shape.length) {
    refusePart(where, argument, `have a stride for each of its ${view.shape.length} axes`, 'stride', view.stride);
  }
  if (!isSafeInteger(view.offset)) {
    refusePart(where, argument, 'be an ndarray whose "offset" is an integer', 'offset', view.offset);
  }
  requireInBounds(where, argument, data.length, view);
  const { shape, stride, offset } = view;
  return data === view.data ? view : { data, shape, stride, offset };
}

/**
 * Copies the elements of `source` into `target`, whatever their strides. Shapes must be equal, nothing is broadcast;
 * numbers are rounded to the target's type. The two must not share elements: where they overlap the result is
 * undefined, so `copy()` one first.
 *
 * @param target - tensor or ndarray over a Float32Array or Float64Array
 * @param source - tensor or ndarray of the same shape
 * @throws ArgumentError, ShapeError
 *
 * @example
 * ```ts
 * const x = zeros([2, 3]);
 * assign(x.transpose(1, 0), tensor([[1, 2], [3, 4], [5, 6]]));
 * x.toArray(); // [[1, 3, 5], [2, 4, 6]]
 * ```
 */
export function assign(target: FloatNdArrayLike, source: NdArrayLike): void {
  const to = requireNdArray('assign', 'target', target);
  const from = requireNdArray('assign', 'source', source);
  if (!isFloatArray(to.data)) refuse('assign', 'target', 'hold a Float32Array or Float64Array', to.data);
  requireShape('assign', 'source', from.shape, to.shape);
  copyStrided(to.data as FloatArray, to.stride, to.offset, from.data, from.stride, from.offset, to.shape);
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
