// Weights and masks of rows, for losses and metrics.

import type { Mask } from '../engine/packing.ts';
import { ShapeError } from '../errors.ts';
import { sizeOf } from '../tensor/layout.ts';
import { copyOf, type NdArrayLike, requireNdArray } from '../tensor/ndarray-like.ts';
import { requireWithin } from './target-values.ts';

const { floor } = Math;

/** The rows of the time steps that count. */
export function timeStepsOf({ T, offsets, times }: Mask): Int32Array {
  const rows = new Int32Array(times.length);
  for (let b = 0; b + 1 < offsets.length; b++) {
    for (let k = offsets[b]!; k < offsets[b + 1]!; k++) rows[k] = b * T + times[k]!;
  }
  return rows;
}

/** Reads weights of rows [...outer], or [B] where rows have time steps: one for each; undefined if all count 1. */
export function rowWeights(
  where: string,
  weights: NdArrayLike | undefined,
  outer: readonly number[],
): Float64Array | undefined {
  if (weights === undefined) return undefined;
  const given = requireNdArray(where, 'weights', weights);
  const perRow = given.shape.length === 1 && outer.length > 1;
  const expected = perRow ? [outer[0]!] : outer;
  const fits = given.shape.length === expected.length && expected.every((size, k) => given.shape[k] === size);
  if (!fits) {
    const also = outer.length > 1 ? ` or [${outer[0]}]` : '';
    const received = `[${given.shape.join(', ')}]`;
    throw new ShapeError({
      where,
      argument: 'weights',
      expected: `have the shape [${outer.join(', ')}]${also}`,
      received,
    });
  }
  const data = copyOf(where, 'weights', given, 'float64').data as Float64Array;
  requireWithin(where, 'weights', { data, shape: [data.length, 1], stride: [1, 1], offset: 0 }, { min: 0 });
  if (!perRow) return data;
  const each = sizeOf(outer.slice(1));
  return Float64Array.from({ length: sizeOf(outer) }, (_, row) => data[floor(row / each)]!);
}
