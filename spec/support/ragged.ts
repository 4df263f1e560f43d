// Batches of sequences of different lengths, and the same sequences one by one.

import type { fc } from '@fast-check/jest';
import { randomNormal, type Tensor, tensor, zeros } from '../../lib/index.ts';
import { arbitraries } from '../../lib/verify/index.ts';

/** Which time steps of each row count. */
export type Rows = readonly (readonly boolean[])[];

/** Masks of B rows of T time steps. */
export const masks = (B: number, T: number): fc.Arbitrary<Rows> => arbitraries.mask({ B, T });

/** Row b of x [B, T, F] without its masked steps, [1, n, F]; undefined without any. */
export function compact(x: Tensor, rows: Rows, b: number): Tensor | undefined {
  const times = rows[b]!.flatMap((counts, t) => (counts ? [t] : []));
  if (times.length === 0) return undefined;
  const F = x.shape[2]!;
  const out = zeros([1, times.length, F], { dtype: x.dtype });
  times.forEach((t, k) => {
    for (let f = 0; f < F; f++) out.set(0, k, f, x.get(b, t, f));
  });
  return out;
}

/** Random x [B, T, F] with `garbage` at masked steps. */
export function padded(rows: Rows, F: number, seed: number, dtype: 'float32' | 'float64', garbage: number): Tensor {
  const [B, T] = [rows.length, rows[0]!.length];
  const x = randomNormal([B, T, F], { seed, dtype });
  rows.forEach((row, b) => {
    row.forEach((counts, t) => {
      for (let f = 0; f < F && !counts; f++) x.set(b, t, f, garbage);
    });
  });
  return x;
}

/** A mask as an array [B, T]. */
export function maskOf(rows: Rows): Tensor {
  return tensor(rows.map((row) => row.map(Number)));
}
