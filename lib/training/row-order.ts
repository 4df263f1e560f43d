// The order in which an epoch takes the rows of data, and which rows are kept for validation.

import { refuse } from '../checks.ts';
import { Random } from '../random/random.ts';
import { rowRange } from './example-set.ts';
import type { RowSettings, ValidationSplit } from './fit-options.ts';

/** The rows of training and of validation, by number. */
export interface SplitRows {
  readonly training: Uint32Array;
  readonly validation: Uint32Array;
}

/** Divides N rows. A seed chooses the rows of validation; each part stays in the order of the data. */
export function splitRows(where: string, N: number, split: number | ValidationSplit): SplitRows {
  const { part, seed } = typeof split === 'number' ? { part: split, seed: undefined } : split;
  const kept = Math.round(N * part);
  if (kept === 0 || kept === N) {
    refuse(where, 'validationSplit', `leave at least one of ${N} rows for each part`, part);
  }
  const rows = seed === undefined ? rowRange(0, N) : new Random(seed).permutation(N);
  return { training: rows.slice(0, N - kept).sort(), validation: rows.slice(N - kept).sort() };
}

/**
 * The batches of an epoch: rows by number. Without buckets they follow one order of all rows. With buckets, the rows of as
 * many batches are sorted by length, then divided, and the order of these batches is shuffled too.
 */
export function* batchRows(
  rows: Uint32Array,
  stepsOf: ArrayLike<number> | undefined,
  { batchSize, shuffle, seed, buckets }: Pick<RowSettings, 'batchSize' | 'shuffle' | 'seed' | 'buckets'>,
  epoch: number,
): Generator<Uint32Array, void> {
  const random = new Random(seed, epoch);
  const order = shuffle ? random.permutation(rows.length).map((k) => rows[k]!) : rows;
  if (buckets === undefined || stepsOf === undefined) {
    for (let start = 0; start < order.length; start += batchSize) yield order.subarray(start, start + batchSize);
    return;
  }
  const pool = buckets * batchSize;
  for (let start = 0; start < order.length; start += pool) {
    const sorted = order.slice(start, start + pool).sort((a, b) => stepsOf[b]! - stepsOf[a]!); // stable
    const count = Math.ceil(sorted.length / batchSize);
    const batches = shuffle ? random.permutation(count) : rowRange(0, count);
    for (const k of batches) yield sorted.subarray(k * batchSize, (k + 1) * batchSize);
  }
}
