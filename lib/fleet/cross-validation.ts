// Cross-validation of forecasts: windows at the end of a series.

import { refuse } from '../checks.ts';
import { integer, optional, readOptions, required, type Schema } from '../options.ts';

/** Options of `crossValidation`. */
export interface CrossValidationOptions {
  /** Number of points of the series. */
  readonly length: number;
  /** Number of points of a forecast, at least 1. */
  readonly horizon: number;
  /** Number of windows, at least 1. */
  readonly windows: number;
  /** Points from one window to the next, at least 1; default `horizon`, so that each point is forecast at most once. */
  readonly step?: number;
  /** Points between training part and forecast, which nobody may use; default 0. */
  readonly gap?: number;
  /** Number of points of each training part, which slides along; default: all points before, so that it grows. */
  readonly trainLength?: number;
}

const OPTIONS: Schema<CrossValidationOptions, 'step' | 'trainLength'> = {
  length: required(integer()),
  horizon: required(integer()),
  windows: required(integer()),
  step: optional(integer()),
  gap: optional(integer(0), 0),
  trainLength: optional(integer()),
};

/** A training part of a series and the points to forecast after it, each from an index up to one before another, for `slice`. */
export interface SeriesFold {
  /** The training part. */
  readonly train: readonly [from: number, end: number];
  /** The points to forecast, `horizon` of them. */
  readonly test: readonly [from: number, end: number];
}

/**
 * Windows for the evaluation of forecasts with a rolling origin, first to last: each has `horizon` points to forecast, and a training
 * part that ends before them. The last window ends at the end of the series. Series of other lengths have their own windows: with
 * the same options, window k of each is as far from its end.
 *
 *   end_k = length − (windows − 1 − k)·step,   test_k = [end_k − horizon, end_k),   train_k ends at end_k − horizon − gap
 *
 * Scale and choose features by the training part alone, for each window anew: whatever has seen the points to forecast is too
 * good to be true.
 *
 * Source: Tashman, Out-of-sample tests of forecasting accuracy, 2000.
 *
 * @param options - see CrossValidationOptions
 * @throws ArgumentError, also if the first window has no training part, or one that is shorter than `trainLength`
 *
 * @example
 * ```ts
 * const folds = crossValidation({ length: 10, horizon: 2, windows: 3 });
 * folds.map(({ train, test }) => [train, test]); // [[[0, 4], [4, 6]], [[0, 6], [6, 8]], [[0, 8], [8, 10]]]
 * const series = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3];
 * series.slice(...folds[2].test); // [5, 3]
 * ```
 */
export function crossValidation(options: CrossValidationOptions): SeriesFold[] {
  const where = 'crossValidation';
  const { length, horizon, windows, gap, trainLength, step: given } = readOptions(where, options, OPTIONS);
  const step = given ?? horizon;
  const least = horizon + gap + (trainLength ?? 1);
  const most = Math.floor((length - least) / step) + 1;
  if (length < least) refuse(where, 'length', `be at least ${least}, for one window`, length);
  if (windows > most) refuse(where, 'windows', `be at most ${most}, for a series of ${length} points`, windows);
  return Array.from({ length: windows }, (_, k): SeriesFold => {
    const end = length - (windows - 1 - k) * step;
    const known = end - horizon - gap;
    return { train: [trainLength === undefined ? 0 : known - trainLength, known], test: [end - horizon, end] };
  });
}
