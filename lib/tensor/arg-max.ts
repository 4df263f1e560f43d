// The class with the largest score.

import { requireClassRows } from './class-rows.ts';
import type { Numbers } from './create.ts';
import { allocate } from './storage.ts';
import { Tensor } from './tensor.ts';

/**
 * Finds the largest number of each row, along the last axis. Of equal numbers, the first is taken.
 *
 * @param values - [.., F], a tensor, an ndarray or nested arrays
 * @returns indices from 0 to F − 1, in a new tensor [..]; for a single row a tensor of rank 0, so `.get()` is the index
 * @throws ArgumentError for NaN; ShapeError for a last axis of 0 or more than 2²⁴ elements
 *
 * @example
 * ```ts
 * argMax([[1, 3, 2], [5, 4, 5]]).toArray(); // [1, 0]
 * argMax([1, 3, 2]).get();                  // 1
 * ```
 */
export function argMax(values: Numbers): Tensor {
  const { data, shape, rows, classes } = requireClassRows('argMax', 'values', values);
  const out = allocate('float32', rows, 'argMax', 'values');
  for (let row = 0; row < rows; row++) {
    const at = row * classes;
    let best = 0;
    for (let j = 1; j < classes; j++) if (data[at + j]! > data[at + best]!) best = j;
    out[row] = best;
  }
  return new Tensor({ data: out }, shape);
}
