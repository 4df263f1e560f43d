// Tensors from arrays of files.

import { ArgumentError } from '../errors.ts';
import { readOptions } from '../options.ts';
import { TENSOR_OPTIONS, type TensorOptions } from '../tensor/storage.ts';
import { Tensor } from '../tensor/tensor.ts';
import { exactFloats } from './exact-floats.ts';
import { type ForeignArray, requireForeignArray } from './foreign-array.ts';

/**
 * Makes a tensor of an array from a file, such as a sequence of inputs. It rounds nothing: numbers that the element type
 * does not hold exactly are refused.
 *
 * @param array - of any element type
 * @param options - `dtype`: `'float32'` (default) or `'float64'`
 * @returns a copy
 * @throws ArgumentError
 *
 * @example
 * ```ts
 * toTensor({ shape: [2, 1], dtype: 'int64', data: BigInt64Array.of(3n, 5n) }).toArray(); // [[3], [5]]
 * ```
 */
export function toTensor(array: ForeignArray, options: TensorOptions = {}): Tensor {
  const where = 'toTensor';
  const given = requireForeignArray(where, 'array', array);
  const { dtype } = readOptions(where, options, TENSOR_OPTIONS);
  const remedy = "Use dtype: 'float64' if that holds them, or round them with toFloat32(arrays)";
  const fail = (expected: string, received: string): never => {
    throw new ArgumentError({ where, argument: 'array', expected, received, remedy });
  };
  return new Tensor({ data: exactFloats(given, dtype, where, fail) }, given.shape);
}
