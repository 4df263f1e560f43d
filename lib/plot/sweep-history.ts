// The plot of the values of a study's trials.

import { line } from '@observablehq/plot';
import type { StudyResults } from '../fleet/sweep/study-results.ts';
import { oneOf, optional, readOptions, type Schema } from '../options.ts';
import { type Axis, coordinates } from './axes.ts';
import { figure } from './figure.ts';
import { xAxis } from './lines.ts';
import { linearAround, logAround } from './numbers.ts';
import { FIGURE_OPTIONS, type FigureOptions } from './options.ts';
import { SERIES } from './palette.ts';
import { type Point, placeOf } from './series.ts';
import { bestOf, inShort, readTrials, type Trials, trialLegend, trialMarks, trialNotes } from './trials.ts';

/** Options of `sweepHistory`. */
export interface SweepHistoryOptions extends FigureOptions {
  /** Scale of the axis of values; default `'linear'`. */
  readonly yScale?: 'log' | 'linear';
}

const OPTIONS: Schema<SweepHistoryOptions, keyof FigureOptions> = {
  ...FIGURE_OPTIONS,
  yScale: optional(oneOf('log', 'linear'), 'linear'),
};

/**
 * Draws the value of each trial of a study by its number, and the best value so far as a line. Of pruned trials it draws the
 * last reported value, of failed ones a cross at the upper edge.
 *
 * @param study - a `Study`, or `{ space, direction, trials }` of one
 * @param options - see SweepHistoryOptions
 * @returns SVG
 * @throws ArgumentError
 *
 * @example
 * ```ts
 * const study = await sweep({ x: uniform(-1, 1) }, ({ parameters: { x } }) => x * x, { trials: 20 });
 * sweepHistory(study); // SVG
 * ```
 */
export function sweepHistory(study: StudyResults, options: SweepHistoryOptions = {}): string {
  const where = 'sweepHistory';
  const { yScale, ...frame } = readOptions(where, options, OPTIONS);
  const trials = readTrials(where, study);
  const y = valueAxis(trials, yScale);
  const best = bestSoFar(trials, yScale === 'log');
  const colour = SERIES[1]![0];
  const numbers = trials.all.map(({ number }) => number);
  const along = line(best, { curve: 'step-after', stroke: colour, strokeWidth: 1.8 });
  const marks = [...(best.length > 0 ? [along] : []), ...trialMarks(trials, ({ number }) => number, y)];
  const legend = trialLegend(trials).map((entry) =>
    entry.name === 'best' ? { ...entry, name: 'best so far', width: 1.8 } : entry,
  );
  const draw = (width: number, height: number) =>
    coordinates({ width, height, x: xAxis(numbers, 'trial', width), y, marks });
  const notes = trialNotes(trials, yScale === 'log');
  return figure(
    { width: 720, title: 'Values of the trials', ...frame },
    { summary: inShort(trials), legend, panels: [{ height: 280, draw }], notes },
  );
}

/** The axis of values, of complete trials and of those that ended early. */
export function valueAxis({ complete, partial }: Trials, scale: 'log' | 'linear'): Axis {
  const values = [...complete, ...partial].map(({ value }) => value);
  const log = scale === 'log';
  const around = log ? logAround(values) : linearAround(values, 6);
  return { label: log ? 'value (log scale)' : 'value', log, grid: true, ...around };
}

/** The best value so far where it changes, and at the last trial. */
function bestSoFar({ complete, direction, all }: Trials, log: boolean): Point[] {
  const points = bestOf(complete, direction)
    .filter(({ value }) => placeOf(value, log) === 'inside')
    .map(({ number, value }): Point => [number, value]);
  const last = points.at(-1);
  return last === undefined ? [] : [...points, [all.at(-1)!.number, last[1]]];
}
