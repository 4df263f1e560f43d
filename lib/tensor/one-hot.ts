// Rows with a 1 at the place of a class.

import { refuse, requireInteger } from '../checks.ts';
import { readOptions } from '../options.ts';
import { MOST_CLASSES } from './class-rows.ts';
import { type Numbers, readNumbers } from './create.ts';
import { allocate, TENSOR_OPTIONS, type TensorOptions } from './storage.ts';
import { Tensor } from './tensor.ts';

/**
 * Turns class numbers into rows of zeros with a 1 at the place of the class.
 *
 * @param classes - [..], integers from 0 to `count` − 1: a number, nested arrays, a tensor or an ndarray
 * @param count - number of classes, from 1 to 2²⁴
 * @param options - `dtype`: `'float32'` (default) or `'float64'`
 * @returns a new tensor [.., count]
 * @throws ArgumentError for a number that is not a class; ShapeError if the result does not fit into memory
 *
 * @example
 * ```ts
 * oneHot([2, 0], 3).toArray(); // [[0, 0, 1], [1, 0, 0]]
 * ```
 */
export function oneHot(classes: Numbers, count: number, options: TensorOptions = {}): Tensor {
  const where = 'oneHot';
  const { dtype } = readOptions(where, options, TENSOR_OPTIONS);
  requireInteger(where, 'count', count, 1, MOST_CLASSES);
  const { data: numbers, shape } = readNumbers(where, 'classes', classes, 'float64');
  for (const each of numbers) {
    if (Number.isInteger(each) && each >= 0 && each < count) continue;
    refuse(where, 'classes', `be integers from 0 to ${count - 1}`, each);
  }
  const out = allocate(dtype, numbers.length * count, where, 'classes');
  for (let row = 0; row < numbers.length; row++) out[row * count + numbers[row]!] = 1;
  return new Tensor({ data: out }, [...shape, count]);
}
