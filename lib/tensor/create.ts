// Functions that create tensors.

import { reading, refuse } from '../checks.ts';
import { readOptions } from '../options.ts';
import { requireIntegers, sizeOf } from './layout.ts';
import type { NdArrayLike } from './ndarray-like.ts';
import { copyOf, requireNdArray } from './ndarray-like.ts';
import { readNested } from './nested.ts';
import type { DType, TensorOptions } from './storage.ts';
import { allocate, isNumericTypedArray, TENSOR_OPTIONS } from './storage.ts';
import { Tensor } from './tensor.ts';

/** Nested arrays of numbers; the innermost level may be typed arrays. */
export type NestedNumbers = number | ArrayLike<number> | readonly NestedNumbers[];

/**
 * Creates a tensor of zeros.
 *
 * @param shape - axis lengths, integers of at least 0
 * @param options - `dtype`: `'float32'` (default) or `'float64'`
 * @throws ArgumentError, and ShapeError for a shape that does not fit into memory
 *
 * @example
 * ```ts
 * const state = zeros([32, 64]);
 * ```
 */
export function zeros(shape: readonly number[], options: TensorOptions = {}): Tensor {
  const { dtype } = readOptions('zeros', options, TENSOR_OPTIONS);
  const lengths = requireIntegers('zeros', 'shape', shape, 0);
  return new Tensor({ data: allocate(dtype, sizeOf(lengths), 'zeros') }, lengths);
}

/**
 * Creates a tensor by copying nested arrays of numbers, a typed array (rank 1), a single number (rank 0), or any tensor
 * or ndarray, strided views included.
 * @param values - the numbers; nested arrays must be rectangular
 * @param options - `dtype`: `'float32'` (default for every source) or `'float64'`
 * @throws ArgumentError for values that are not numbers, ShapeError for ragged arrays
 *
 * @example
 * ```ts
 * tensor([[1, 2], [3, 4]]).shape;                   // [2, 2]
 * tensor(ndarray([1, 2, 3, 4]).step(-1)).toArray(); // [4, 3, 2, 1]
 * ```
 */
export function tensor(values: NestedNumbers | NdArrayLike, options: TensorOptions = {}): Tensor {
  const where = 'tensor';
  const { dtype } = readOptions(where, options, TENSOR_OPTIONS);
  return readNumbers(where, 'values', values, dtype);
}

/** Numbers in any form that `tensor` takes. */
export type Numbers = NestedNumbers | NdArrayLike;

/** Checks an argument that may be any of `Numbers`, and copies it to a new tensor. */
export function readNumbers(where: string, argument: string, values: Numbers, dtype: DType): Tensor {
  const nested = reading(where, argument, () =>
    typeof values === 'number' || Array.isArray(values) || isNumericTypedArray(values)
      ? readNested(where, argument, values, dtype)
      : undefined,
  );
  if (nested !== undefined) return new Tensor({ data: nested.data }, nested.shape);
  if (typeof values !== 'object' || values === null || ArrayBuffer.isView(values)) {
    return refuse(where, argument, 'be numbers in nested arrays, a typed array, a tensor or an ndarray', values);
  }
  return copyOf(where, argument, requireNdArray(where, argument, values as NdArrayLike), dtype);
}
