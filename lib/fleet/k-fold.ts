// Cross-validation of rows in k folds.

import { refuse, requireBoolean, requireEntries } from '../checks.ts';
import { integer, optional, readOptions, required, type Schema } from '../options.ts';
import { Random } from '../random/random.ts';

/** Options of `kFold`. */
export interface KFoldOptions {
  /** Number of rows. */
  readonly rows: number;
  /** Number of folds, at least 2 and at most `rows`; default 5. */
  readonly folds?: number;
  /** Whether rows are dealt at random; default true. Otherwise fold k has the k-th stretch of rows. */
  readonly shuffle?: boolean;
  /** Seed of the random order; default 0. */
  readonly seed?: number;
  /** The class of each row, strings or numbers: each fold gets its share of each class, within one row. Default none. */
  readonly labels?: readonly (string | number)[];
}

const OPTIONS: Schema<KFoldOptions, 'labels'> = {
  rows: required(integer(2)),
  folds: optional(integer(2), 5),
  shuffle: optional(requireBoolean, true),
  seed: optional(integer(0), 0),
  labels: optional(requireLabels),
};

/** Rows to learn and rows to test, both as increasing indices. */
export interface RowFold {
  /** Indices of the rows to learn. */
  readonly train: readonly number[];
  /** Indices of the rows to test. */
  readonly test: readonly number[];
}

/**
 * Divides rows into folds of which each is the test part once. The sizes of folds differ by at most one. The same seed gives the same
 * folds on every engine. For time series use `crossValidation`: neighbours in time are nearly equal, and a model that has learned the
 * day after knows the day to forecast.
 *
 * @param options - see KFoldOptions
 * @throws ArgumentError
 *
 * @example
 * ```ts
 * const folds = kFold({ rows: 10, folds: 5, seed: 1 });
 * folds.length;            // 5
 * folds[0].test.length;    // 2
 * folds[0].train.length;   // 8
 * kFold({ rows: 5, folds: 2, shuffle: false }).map(({ test }) => test); // [[0, 1, 2], [3, 4]]
 * ```
 */
export function kFold(options: KFoldOptions): RowFold[] {
  const where = 'kFold';
  const { rows, folds, shuffle, seed, labels } = readOptions(where, options, OPTIONS);
  if (folds > rows) refuse(where, 'folds', `be at most rows, ${rows}`, folds);
  if (labels !== undefined && labels.length !== rows)
    refuse(where, 'labels', `have one entry for each of the ${rows} rows`, labels.length);
  const order = shuffle
    ? Array.from(new Random(seed).permutation(rows))
    : Array.from({ length: rows }, (_, row) => row);
  const foldOf = new Uint32Array(rows);
  if (labels === undefined) {
    order.forEach((row, i) => {
      foldOf[row] = stretchOf(i, rows, folds);
    });
  } else {
    byClass(order, labels).forEach((row, i) => {
      foldOf[row] = i % folds; // dealt like cards, class after class
    });
  }
  const all = Array.from(foldOf);
  return Array.from({ length: folds }, (_, k) => ({
    train: all.flatMap((fold, row) => (fold === k ? [] : [row])),
    test: all.flatMap((fold, row) => (fold === k ? [row] : [])),
  }));
}

/** The stretch of place i: the first n mod k of them have one place more. */
function stretchOf(i: number, n: number, k: number): number {
  const [size, longer] = [Math.floor(n / k), n % k];
  const inLonger = longer * (size + 1);
  return i < inLonger ? Math.floor(i / (size + 1)) : longer + Math.floor((i - inLonger) / size);
}

/** Rows of one class after the other, in the order in which classes come first; within a class as before. */
function byClass(order: readonly number[], labels: readonly (string | number)[]): number[] {
  const classes = new Map<string | number, number[]>(labels.map((label) => [label, []]));
  for (const row of order) classes.get(labels[row]!)!.push(row);
  return [...classes.values()].flat();
}

function requireLabels(where: string, argument: string, value: unknown): (string | number)[] {
  const list = requireEntries(where, argument, value as (string | number)[], 'be a list of strings or numbers');
  list.forEach((label, k) => {
    if (typeof label !== 'string' && !Number.isFinite(label))
      refuse(where, `${argument}[${k}]`, 'be a string or a finite number', label);
  });
  return list;
}
