// The softmax of rows of logits.

import { exp } from '../kernels/exp.ts';
import { readOptions } from '../options.ts';
import { requireLogits } from './class-rows.ts';
import type { Numbers } from './create.ts';
import { allocate, TENSOR_OPTIONS, type TensorOptions } from './storage.ts';
import { Tensor } from './tensor.ts';

/**
 * Turns logits into probabilities: (D2) y_j = e^(a_j − max a) / Σ_k e^(a_k − max a), over the last axis. It computes in
 * float64 and does not overflow. It has the same bits on every engine.
 *
 * @param logits - [.., F], a tensor, an ndarray or nested arrays; −Infinity gives the probability 0
 * @param options - `dtype`: `'float32'` (default) or `'float64'`
 * @returns a new tensor [.., F]; the sum of each row is 1
 * @throws ArgumentError for NaN, Infinity, or a row of −Infinity; ShapeError without classes
 *
 * @example
 * ```ts
 * softmax([[0, 0, 1000], [-1000, -1000, -Infinity]]).toArray(); // [[0, 0, 1], [0.5, 0.5, 0]]
 * ```
 */
export function softmax(logits: Numbers, options: TensorOptions = {}): Tensor {
  const where = 'softmax';
  const { dtype } = readOptions(where, options, TENSOR_OPTIONS);
  const { data, shape, classes } = requireLogits(where, 'logits', logits);
  const out = allocate(dtype, data.length, where, 'logits');
  for (let row = 0; row < data.length; row += classes) {
    let largest = -Infinity;
    for (let j = row; j < row + classes; j++) if (data[j]! > largest) largest = data[j]!;
    let sum = 0;
    for (let j = row; j < row + classes; j++) {
      data[j] = exp(data[j]! - largest);
      sum += data[j]!;
    }
    for (let j = row; j < row + classes; j++) out[j] = data[j]! / sum;
  }
  return new Tensor({ data: out }, [...shape, classes]);
}
