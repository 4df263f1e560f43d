// Figures of the elements of arrays.

import type { ForeignArray } from '../exchange/foreign-array.ts';

/** Figures of the elements of an array. */
export interface Statistics {
  readonly least: number;
  readonly most: number;
  readonly mean: number;
  /** Standard deviation. */
  readonly deviation: number;
  /** Elements that are NaN or infinite; the other figures leave them out. */
  readonly nonFinite: number;
}

/** Figures of all elements, in float64. */
export function statisticsOf({ data }: ForeignArray): Statistics {
  let [count, mean, squares, nonFinite, least, most] = [0, 0, 0, 0, Infinity, -Infinity];
  for (let i = 0; i < data.length; i++) {
    const value = Number(data[i]);
    if (!Number.isFinite(value)) nonFinite++;
    else {
      const distance = value - mean; // Welford 1962
      mean += distance / ++count;
      squares += distance * (value - mean);
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
  }
  const none = count === 0;
  return {
    least: none ? Number.NaN : least,
    most: none ? Number.NaN : most,
    mean: none ? Number.NaN : mean,
    deviation: none ? Number.NaN : Math.sqrt(squares / count),
    nonFinite,
  };
}
