// The loader `series`: windows over a series that is in the job itself.

import { refuse, requireBoolean } from '../../checks.ts';
import { StandardScaler } from '../../data/standard-scaler.ts';
import { ShapeError } from '../../errors.ts';
import { integer, optional, readOptions, required, type Schema } from '../../options.ts';
import { zeros } from '../../tensor/create.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { LoadedData } from '../run-job.ts';

/** How a series becomes windows. */
export interface WindowArguments {
  /** Time steps of the input, from 1 to 100,000. */
  readonly input: number;
  /** Time steps of the target, from 1 to 10,000: the model has as many outputs. */
  readonly horizon: number;
  /**
   * The model learns differences to the value so many time steps before, from 0 to 10,000: 1 for a level that moves, a season for what
   * repeats; default 0: the values themselves.
   */
  readonly difference?: number;
  /** Whether values, or differences, are scaled to mean 0 and variance 1 of the series; default true. */
  readonly scale?: boolean;
}

/** Arguments of the loader `series`. */
export interface SeriesArguments extends WindowArguments {
  /** The series: numbers, and null where a value is missing. */
  readonly values: readonly (number | null)[];
}

/** Lines of the schemas of all loaders of series. */
export const WINDOW_ARGUMENTS: Schema<WindowArguments> = {
  input: required(integer(1, 100_000)),
  horizon: required(integer(1, 10_000)),
  difference: optional(integer(0, 10_000), 0),
  scale: optional(requireBoolean, true),
};

const SERIES: Schema<SeriesArguments> = {
  ...WINDOW_ARGUMENTS,
  values: required(requireValues),
};

function requireValues(where: string, argument: string, value: unknown): readonly (number | null)[] {
  const isRight = Array.isArray(value) && value.every((each) => each === null || typeof each === 'number');
  return isRight ? value : refuse(where, argument, 'be an array of numbers and null', value);
}

/** Elements of all windows at most. */
const MOST_ELEMENTS = 2 ** 26;

/** Values, or differences to the values m time steps before; NaN where one is missing. */
function differences(series: readonly (number | null)[], m: number): number[] {
  const values = series.map((value) => value ?? Number.NaN);
  return m === 0 ? values : values.map((value, t) => value - (values[t - m] ?? Number.NaN));
}

/** First time steps of the windows of a length without NaN. */
function startsOf(values: ArrayLike<number>, span: number): number[] {
  const starts: number[] = [];
  let first = 0; // time step after the last NaN
  for (let t = 0; t < values.length; t++) {
    if (Number.isNaN(values[t])) first = t + 1;
    if (t + 1 - first >= span) starts.push(t + 1 - span);
  }
  return starts;
}

/**
 * The windows of a series: inputs [N, input, 1], and the next steps as targets [N, horizon]. A window with a missing value is left
 * out. With `difference` m, y_t − y_{t−m} takes the place of y_t. Scaled by mean and standard deviation of the series, which travel
 * with the model as `scaler`.
 *
 * @throws ShapeError if there is no window; ArgumentError for infinities, or more than 2^26 numbers in all windows
 */
export function windowsOf(where: string, series: readonly (number | null)[], args: WindowArguments): LoadedData {
  const { input, horizon, difference = 0, scale = true } = args;
  const column = zeros([series.length, 1], { dtype: 'float64' });
  column.data.set(differences(series, difference));
  const starts = startsOf(column.data, input + horizon);
  const N = starts.length;
  if (N === 0) {
    const after = difference === 0 ? '' : `, after the first ${difference},`;
    const expected = `have a window of ${input} + ${horizon} time steps${after} without a missing value`;
    throw new ShapeError({ where, argument: 'data', expected, received: `a series of ${series.length} steps` });
  }
  const size = N * (input + horizon);
  if (size > MOST_ELEMENTS) refuse(where, 'data', `have at most ${MOST_ELEMENTS} numbers in all windows`, size);
  const scaler = scale ? new StandardScaler().fit(column) : undefined;
  const { data } = scaler?.transform(column) ?? column;
  const cut = (to: Tensor, from: number, length: number): Tensor => {
    for (const [i, start] of starts.entries()) {
      to.data.set(data.subarray(start + from, start + from + length), i * length);
    }
    return to;
  };
  return {
    x: cut(zeros([N, input, 1]), 0, input),
    y: cut(zeros([N, horizon]), input, horizon),
    metadata: { input, horizon, ...(difference > 0 && { difference }), ...(scaler && { scaler }) },
  };
}

/** Windows over a series that is in the job itself: see SeriesArguments. */
export function series(args: Readonly<Record<string, unknown>>): LoadedData {
  const where = 'series';
  const { values, ...given } = readOptions(where, args as unknown as SeriesArguments, SERIES, 'data');
  return windowsOf(where, values, given);
}
