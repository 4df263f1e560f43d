// Histograms of parameters and gradients.

import type { FloatArray } from '../tensor/storage.ts';
import type { Histogram } from './gradient-flow.ts';

/** Number of bins of every histogram; bins of a sigmoid have width 0.05. */
export const BINS = 20;

/** Largest number of entries to count. Counting more could cost as much as a training step. */
const SAMPLE = 2 ** 12;

const { abs, ceil } = Math;

/** Histogram of `size` elements from `at`, with a range symmetric about 0. Ignores values that are not finite. */
export function histogramOf(data: FloatArray, at: number, size: number): Histogram {
  const stride = ceil(size / SAMPLE);
  const end = at + size;
  let most = 0;
  for (let j = at; j < end; j += stride) {
    const magnitude = abs(data[j]!);
    if (magnitude > most && magnitude < Infinity) most = magnitude;
  }
  const high = most || 1;
  const counts = new Uint32Array(BINS + 1); // one more for values equal to the upper end
  const perUnit = BINS / 2 / high;
  for (let j = at; j < end; j += stride) {
    const value = data[j]!;
    if (value - value === 0) counts[((value + high) * perUnit) | 0]!++; // finite
  }
  const listed = Array.from(counts);
  listed[BINS - 1]! += listed.pop()!;
  return { low: -high, high, counts: listed };
}
