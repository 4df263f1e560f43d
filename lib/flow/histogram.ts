import type { FloatArray } from '../tensor/storage.ts';
import type { Histogram } from './gradient-flow.ts';

/** Bins of every histogram: those of a sigmoid are 0.05 wide. */
export const BINS = 20;

const { abs, max } = Math;

/** Histogram of the `size` elements from `at` on, symmetric about 0; what is not finite is not counted. */
export function histogramOf(data: FloatArray, at: number, size: number): Histogram {
  let most = 0;
  for (let j = at; j < at + size; j++) {
    const magnitude = abs(data[j]!);
    if (magnitude > most && magnitude < Infinity) most = magnitude;
  }
  const high = most || 1;
  const counts = new Uint32Array(BINS);
  const perUnit = BINS / 2 / high;
  for (let j = at; j < at + size; j++) {
    const magnitude = data[j]!;
    if (abs(magnitude) < Infinity) counts[binOf((magnitude + high) * perUnit)]!++;
  }
  return { low: -high, high, counts: Array.from(counts) };
}

/** The bin of a place from 0 to BINS, the end included. */
export function binOf(place: number): number {
  return place >= BINS ? BINS - 1 : max(0, place | 0);
}
