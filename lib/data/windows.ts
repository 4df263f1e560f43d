// Windows over series: inputs and targets as views, without copies.

import { isList, reading, refuse, requireBoolean, requireEntries, requireInteger } from '../checks.ts';
import { ShapeError } from '../errors.ts';
import { integer, optional, readOptions, required, type Schema } from '../options.ts';
import type { NestedNumbers } from '../tensor/create.ts';
import type { NdArrayLike } from '../tensor/ndarray-like.ts';
import { requireRow } from '../tensor/sequences.ts';
import { isNumericTypedArray } from '../tensor/storage.ts';

/** Options of `windows`. */
export interface WindowsOptions {
  /** Time steps of each input, at least 1. */
  readonly length: number;
  /** Time steps of each target, at least 1; default 1. */
  readonly horizon?: number;
  /** Time steps from the start of a window to that of the next one, at least 1; default 1. */
  readonly stride?: number;
  /** Time steps between the end of an input and the start of its target, at least 0; default 0. */
  readonly gap?: number;
  /** Features of the targets, by number; adjacent ones in ascending order. Default all. */
  readonly targets?: readonly number[];
  /**
   * Whether to leave out windows with NaN in their input or target. The windows between two gaps are a part by themselves.
   * Default false.
   */
  readonly skipNaN?: boolean;
}

/** Windows of one part of a series: views of its memory. */
export interface WindowPart {
  /** Inputs [N, length, F]. */
  readonly x: NdArrayLike;
  /** Targets [N, horizon, targets]. */
  readonly y: NdArrayLike;
  /** Number of the series. */
  readonly series: number;
  /** First time step of the first window. */
  readonly start: number;
}

const OPTIONS: Schema<WindowsOptions, 'targets'> = {
  length: required(integer()),
  horizon: optional(integer(), 1),
  stride: optional(integer(), 1),
  gap: optional(integer(0), 0),
  targets: optional(requireTargets),
  skipNaN: optional(requireBoolean, false),
};

/**
 * Cuts series into windows: `length` time steps as input, and the `horizon` steps after them (after a `gap`) as target. It
 * copies nothing: x and y are strided views of the series, which `fit`, `evaluate` and `predict` take as they are. (Numbers in
 * arrays become a tensor first.) No window reaches from one series into the next.
 *
 * @param series - one series: a tensor or ndarray [T, F] or [T], or T numbers. Or a list of series of any lengths with equally
 *   many features: each a tensor or ndarray, or nested arrays [T, F]
 * @param options - see WindowsOptions
 * @returns one part for each series that has a window, in order; with `skipNaN` one for each stretch of windows without NaN
 * @throws ArgumentError; ShapeError, also if no series has a window
 *
 * @example
 * ```ts
 * const series = tensor([[1], [2], [3], [4], [5]]);
 * const [{ x, y }] = windows(series, { length: 3 });
 * tensor(x).toArray(); // [[[1], [2], [3]], [[2], [3], [4]]]
 * tensor(y).toArray(); // [[[4]], [[5]]]
 * ```
 */
export function windows(
  series: NdArrayLike | ArrayLike<number> | readonly (NdArrayLike | NestedNumbers)[],
  options: WindowsOptions,
): readonly WindowPart[] {
  const where = 'windows';
  const settings = readOptions(where, options, OPTIONS);
  const list = requireSeries(where, series);
  const { length, gap, horizon, skipNaN, stride } = settings;
  const span = length + gap + horizon;
  const F = list[0]!.shape[1]!;
  const [from, count] = targetsOf(where, settings.targets, F);
  const parts: WindowPart[] = [];
  for (const [number, each] of list.entries()) {
    const last = each.shape[0]! - span;
    const good = skipNaN ? windowsWithoutNaN(each, settings, [from, count]) : undefined;
    for (let start = 0; start <= last; ) {
      let N = 0;
      while (start + N * stride <= last && good?.[start + N * stride] !== 0) N++;
      if (N > 0) parts.push(partOf(each, number, start, N, settings, [from, count]));
      start += (N + 1) * stride;
      if (good === undefined) break;
    }
  }
  if (parts.length > 0) return parts;
  const received = `series of ${list
    .map(({ shape }) => shape[0])
    .slice(0, 10)
    .join(', ')} steps`;
  const expected = `have a window of ${span} time steps${skipNaN ? ' without NaN' : ''}`;
  throw new ShapeError({ where, argument: 'series', expected, received });
}

type Cut = Required<Pick<WindowsOptions, 'length' | 'horizon' | 'stride' | 'gap'>>;

/** N windows from a time step on, as views. */
function partOf(
  { data, stride: [down, across], offset, shape }: NdArrayLike,
  series: number,
  start: number,
  N: number,
  { length, horizon, stride, gap }: Cut,
  [from, count]: readonly [number, number],
): WindowPart {
  const view = (first: number, steps: number, feature: number, features: number): NdArrayLike => ({
    data,
    shape: [N, steps, features],
    stride: [stride * down!, down!, across!],
    offset: offset + first * down! + feature * across!,
  });
  return { x: view(start, length, 0, shape[1]!), y: view(start + length + gap, horizon, from, count), series, start };
}

/** For each first time step of a window: 1 if the window has no NaN, 0 if it has. */
function windowsWithoutNaN(
  series: NdArrayLike,
  { length, horizon, gap }: Cut,
  [from, count]: readonly [number, number],
): Uint8Array {
  const T = series.shape[0]!;
  const inputs = gapsBefore(series, 0, series.shape[1]!);
  const targets = gapsBefore(series, from, count);
  const span = length + gap + horizon;
  return Uint8Array.from({ length: Math.max(0, T - span + 1) }, (_, t) => {
    const input = inputs[t + length]! - inputs[t]!;
    return input + targets[t + span]! - targets[t + length + gap]! === 0 ? 1 : 0;
  });
}

/** For each time step, the number of steps before it with NaN in some features. */
function gapsBefore({ data, shape, stride, offset }: NdArrayLike, from: number, count: number): Int32Array {
  const T = shape[0]!;
  const before = new Int32Array(T + 1);
  for (let t = 0; t < T; t++) {
    let gap = 0;
    for (let j = from; j < from + count; j++) if (Number.isNaN(data[offset + t * stride[0]! + j * stride[1]!])) gap = 1;
    before[t + 1] = before[t]! + gap;
  }
  return before;
}

/** One series, or a list of series. */
type SeriesData = NdArrayLike | ArrayLike<number> | readonly (NdArrayLike | NestedNumbers)[];

/** Checks series: each becomes [T, F], a view. Nested arrays are copied once. */
function requireSeries(where: string, series: SeriesData): readonly NdArrayLike[] {
  const [single, entries] = reading(where, 'series', () => entriesOf(where, series));
  if (entries.length === 0) refuse(where, 'series', 'be at least one series', series);
  const list = entries.map((each, k) => {
    const argument = single ? 'series' : `series[${k}]`;
    const { data, shape, stride, offset } = requireRow(where, argument, each);
    const isNumbers = !single && (isList(where, argument, each) || isNumericTypedArray(each));
    if (shape.length === 1 && isNumbers) {
      const remedy = 'One series [T, F]: give [values]. Several series [T]: give each as tensor(values)';
      refuse(
        where,
        argument,
        'have time steps [T, F], as the first axis of a list is that of the series',
        each,
        remedy,
      );
    }
    if (shape.length === 1) return { data, shape: [shape[0]!, 1], stride: [stride[0]!, 0], offset };
    if (shape.length === 2 && shape[1]! > 0) return { data, shape, stride, offset };
    throw new ShapeError({ where, argument, expected: 'have shape [T, F] or [T]', received: `[${shape.join(', ')}]` });
  });
  for (const [k, { shape }] of list.entries()) {
    if (shape[1] === list[0]!.shape[1]) continue;
    const expected = `have ${list[0]!.shape[1]} features, as the first series`;
    throw new ShapeError({ where, argument: `series[${k}]`, expected, received: `[${shape.join(', ')}]` });
  }
  return list;
}

/** Whether there is one series, and the list of all. An array or typed array of numbers is one series. */
function entriesOf(where: string, series: SeriesData): readonly [single: boolean, entries: readonly unknown[]] {
  if (!Array.isArray(series)) return [true, [series]];
  const entries = requireEntries<unknown>(where, 'series', series, 'be series');
  return typeof entries[0] === 'number' ? [true, [entries]] : [false, entries];
}

function requireTargets(where: string, argument: string, value: unknown): readonly number[] {
  const expected = 'be adjacent features in ascending order: [0, 1]';
  const list = requireEntries<number>(where, argument, value as number[], expected);
  if (list.length === 0) refuse(where, argument, expected, value);
  list.forEach((each, k) => {
    requireInteger(where, `${argument}[${k}]`, each, 0);
    if (k > 0 && each !== list[k - 1]! + 1) refuse(where, argument, expected, value);
  });
  return list;
}

/** The first feature of the targets, and their number. */
function targetsOf(where: string, targets: readonly number[] | undefined, F: number): readonly [number, number] {
  if (targets === undefined) return [0, F];
  if (targets.at(-1)! >= F) refuse(where, 'targets', `be features from 0 to ${F - 1}`, targets);
  return [targets[0]!, targets.length];
}
