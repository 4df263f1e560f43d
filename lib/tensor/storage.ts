// The memory of a tensor, and its element types.

import { requireOneOf } from '../checks.ts';
import { isOutOfMemory, ShapeError } from '../errors.ts';
import { optional, type Schema } from '../options.ts';

const { isView } = ArrayBuffer;

/** Elements of a tensor: single precision, or double precision for verification. */
export type FloatArray = Float32Array | Float64Array;

/** Element type, named as in ndarray. */
export type DType = 'float32' | 'float64';

/** Options of all functions that create a tensor. */
export interface TensorOptions {
  /** Element type; `'float32'` by default. */
  readonly dtype?: DType;
}

/** @internal The schema of `TensorOptions`. */
export const TENSOR_OPTIONS: Schema<TensorOptions> = {
  dtype: optional(requireDType, 'float32'),
};

/**
 * The memory of a tensor's elements. A tensor keeps this object and looks up `data` at each access. So an arena can
 * replace `data` when it grows, and views stay valid.
 */
export interface Storage {
  /** The whole array. */
  readonly data: FloatArray;
}

/**
 * A memory whose owner needs to know when callers may write to it. `data` is for callers, who may keep the array and write
 * to it at any time.
 */
export abstract class WatchedStorage implements Storage {
  abstract readonly data: FloatArray;
  /** The same memory, for code that neither keeps the array nor writes to it. */
  abstract readonly unwatched: Storage;
  /** A caller has written to the array. */
  abstract written(): void;
}

/**
 * Name of a typed array's class, such as `Float32Array`. It is read from the tag, because `instanceof` fails across
 * realms (iframes, Jest).
 */
export function typedArrayTag(value: unknown): string | undefined {
  return isView(value) ? (value as unknown as FloatArray)[Symbol.toStringTag] : undefined;
}

/** Whether `value` is a Float32Array or Float64Array of any realm. */
export function isFloatArray(value: unknown): value is FloatArray {
  const tag = typedArrayTag(value);
  return tag === 'Float32Array' || tag === 'Float64Array';
}

/** Whether `value` is a typed array of numbers (no bigints, no DataView) of any realm. */
export function isNumericTypedArray(value: unknown): value is FloatArray | Int32Array {
  const tag = typedArrayTag(value);
  return tag !== undefined && tag !== 'DataView' && !tag.startsWith('Big');
}

/** Element type of a float array. */
export function dtypeOf(data: FloatArray): DType {
  return typedArrayTag(data) === 'Float64Array' ? 'float64' : 'float32';
}

/** Returns `value` if it names an element type. */
export function requireDType(where: string, argument: string, value: unknown): DType {
  return requireOneOf<DType>(where, argument, value, ['float32', 'float64']);
}

/** Allocates zeros of an element type. */
export function allocate(dtype: DType, size: number, where = 'Tensor', argument = 'shape'): FloatArray {
  try {
    return dtype === 'float64' ? new Float64Array(size) : new Float32Array(size);
  } catch (error) {
    if (!isOutOfMemory(error)) throw error;
    throw new ShapeError({ where, argument, expected: 'fit into memory', received: `${size} elements` });
  }
}

/** Largest size of the plain objects that a call may create. If their heap is full, engines end the process. */
const ROOM = 2 ** 30;

/** Throws if a call would create too many plain objects from an array. */
export function requireRoom(where: string, argument: string, shape: readonly number[], bytes: number): void {
  if (bytes <= ROOM) return;
  throw new ShapeError({
    where,
    argument,
    expected: 'be small enough for a result of at most 1 GiB',
    received: `[${shape.join(', ')}]`,
    remedy: 'Convert it in parts, with pick, lo and hi',
  });
}
