// Rounds arrays of a file to float32, on purpose.

import { refuse } from '../checks.ts';
import { describe } from '../describe.ts';
import { type ForeignArray, type ForeignArrays, requireForeignArrays } from './foreign-array.ts';

/**
 * Rounds arrays of a file to the nearest float32, for a model of float32. Loading never rounds by itself: it refuses
 * values that the model's element type does not hold.
 *
 * @param arrays - by name; float32, float16 and bfloat16 stay as they are
 * @throws ArgumentError for what is no array, and for numbers too large for float32
 *
 * @example
 * ```ts
 * const arrays = new Map([['b', { shape: [1], dtype: 'float64', data: Float64Array.of(0.1) }]]);
 * toFloat32(arrays).get('b')?.data[0]; // 0.10000000149011612
 * ```
 */
export function toFloat32(arrays: ForeignArrays): ForeignArrays {
  const where = 'toFloat32';
  const rounded = new Map<string, ForeignArray>();
  for (const [name, array] of requireForeignArrays(where, 'arrays', arrays)) {
    const { shape, data } = array;
    if (data[Symbol.toStringTag] === 'Float32Array') {
      rounded.set(name, array);
      continue;
    }
    const values = new Float32Array(data.length);
    for (let k = 0; k < data.length; k++) {
      values[k] = Number(data[k]);
      if (!Number.isFinite(values[k]) && Number.isFinite(Number(data[k]))) {
        refuse(where, `arrays.get(${describe(name)})`, 'hold numbers that float32 can round', data[k]);
      }
    }
    rounded.set(name, { shape, dtype: 'float32', data: values });
  }
  return rounded;
}
