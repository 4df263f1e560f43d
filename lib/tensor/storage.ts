import { requireOneOf } from '../checks.ts';
import { isOutOfMemory, ShapeError } from '../errors.ts';
import { optional, type Schema } from '../options.ts';

const { isView } = ArrayBuffer;

/** What a tensor computes in: single precision, or double for verification. */
export type FloatArray = Float32Array | Float64Array;

/** Element type, in ndarray's words. */
export type DType = 'float32' | 'float64';

/** Options of everything that makes a tensor. */
export interface TensorOptions {
  /** Element type; `'float32'` by default. */
  readonly dtype?: DType;
}

/** The schema of `TensorOptions`. */
export const TENSOR_OPTIONS: Schema<TensorOptions> = {
  dtype: optional(requireDType, 'float32'),
};

/**
 * Where a tensor's elements lie. A tensor keeps the storage and reads `data` afresh each time, so an arena may replace
 * `data` when it grows and no view goes stale.
 */
export interface Storage {
  /** All of it. */
  readonly data: FloatArray;
}

/** `Float32Array`, …: by tag, because `instanceof` fails across realms (workers, iframes, Jest). */
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

/** Returns `value` when it names an element type. */
export function requireDType(where: string, argument: string, value: unknown): DType {
  return requireOneOf<DType>(where, argument, value, ['float32', 'float64']);
}

/** New zeros of an element type. */
export function allocate(dtype: DType, size: number, where = 'Tensor', argument = 'shape'): FloatArray {
  try {
    return dtype === 'float64' ? new Float64Array(size) : new Float32Array(size);
  } catch (error) {
    if (!isOutOfMemory(error)) throw error;
    throw new ShapeError({ where, argument, expected: 'fit into memory', received: `${size} elements` });
  }
}

/** Bytes of plain objects that a call may make: engines end the process, rather than throw, where their heap is full. */
const ROOM = 2 ** 30;

/** Refuses an array of which a call would make more plain objects than there is room for. */
export function requireRoom(where: string, argument: string, shape: readonly number[], bytes: number): void {
  if (bytes <= ROOM) return;
  throw new ShapeError({
    where,
    argument,
    expected: 'give plain arrays or views of at most 1 GiB',
    received: `[${shape.join(', ')}]`,
    remedy: 'Take parts of it with pick, lo and hi',
  });
}
