import type { FloatArray } from '../tensor/storage.ts';
import type { Histogram } from './gradient-flow.ts';

/** Bins of every histogram: those of a sigmoid are 0.05 wide. */
export const BINS = 20;

/** Entries of a parameter that are counted at most, evenly spaced: more would cost like a training step of their own. */
const SAMPLE = 2 ** 12;

const { abs, ceil } = Math;

/** Histogram of the `size` elements from `at` on, symmetric about 0; what is not finite is not counted. */
export function histogramOf(data: FloatArray, at: number, size: number): Histogram {
  const stride = ceil(size / SAMPLE);
  const end = at + size;
  let most = 0;
  for (let j = at; j < end; j += stride) {
    const magnitude = abs(data[j]!);
    if (magnitude > most && magnitude < Infinity) most = magnitude;
  }
  const high = most || 1;
  const counts = new Uint32Array(BINS + 1); // the last for the end itself
  const perUnit = BINS / 2 / high;
  for (let j = at; j < end; j += stride) {
    const value = data[j]!;
    if (value - value === 0) counts[((value + high) * perUnit) | 0]!++; // finite
  }
  const listed = Array.from(counts);
  listed[BINS - 1]! += listed.pop()!;
  return { low: -high, high, counts: listed };
}
