// Floats from elements of files, without loss.

import { allocate, type DType, type FloatArray } from '../tensor/storage.ts';
import type { Fail } from './elements.ts';
import type { ForeignArray } from './foreign-array.ts';

const { fround } = Math;

/**
 * Copies elements to floats of a type.
 *
 * @param fail - for a number that the type does not hold exactly; NaN and infinities stay as they are
 */
export function exactFloats(
  { dtype: stored, data }: ForeignArray,
  dtype: DType,
  where: string,
  fail: Fail,
): FloatArray {
  const copy = allocate(dtype, data.length, where, 'arrays');
  for (let k = 0; k < data.length; k++) {
    const given = data[k]!;
    const value = Number(given);
    const rounds = dtype === 'float32' && fround(value) !== value && !Number.isNaN(value);
    if (rounds || (typeof given === 'bigint' && BigInt(value) !== given)) {
      fail(`hold numbers that ${dtype} holds exactly`, `${given} of ${stored} at element ${k}`);
    }
    copy[k] = value;
  }
  return copy;
}
