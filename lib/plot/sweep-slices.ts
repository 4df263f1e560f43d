// The plot of the value by each parameter.

import type { StudyResults } from '../fleet/sweep/study-results.ts';
import { oneOf, optional, readOptions, type Schema } from '../options.ts';
import { type Axis, coordinates, MARGIN } from './axes.ts';
import { figure, type Panel } from './figure.ts';
import { FIGURE_OPTIONS, type FigureOptions } from './options.ts';
import { parameterAxis, placeOn } from './parameter-axes.ts';
import { element, type SvgElement } from './svg-element.ts';
import { valueAxis } from './sweep-history.ts';
import { inShort, readTrials, shortened, type Trials, trialLegend, trialMarks, trialNotes } from './trials.ts';

/** Options of `sweepSlices`. */
export interface SweepSlicesOptions extends FigureOptions {
  /** Scale of the axis of values; default `'linear'`. */
  readonly yScale?: 'log' | 'linear';
}

const OPTIONS: Schema<SweepSlicesOptions, keyof FigureOptions> = {
  ...FIGURE_OPTIONS,
  yScale: optional(oneOf('log', 'linear'), 'linear'),
};

/** Least width of a panel, and height of a row of them. */
const [LEAST, HEIGHT] = [320, 210];

/**
 * Draws the value of each trial by each parameter, one panel for each. Parameters with `log` have a logarithmic axis, and trials
 * with the same choice are spread a little.
 *
 * @param study - a `Study`, or `{ space, direction, trials }` of one
 * @param options - see SweepSlicesOptions
 * @returns SVG
 * @throws ArgumentError
 *
 * @example
 * ```ts
 * const space = { x: uniform(1e-3, 1, { log: true }), cell: choice(['gru', 'lstm']) };
 * const study = await sweep(space, ({ parameters: { x } }) => x * x, { trials: 20 });
 * sweepSlices(study); // SVG
 * ```
 */
export function sweepSlices(study: StudyResults, options: SweepSlicesOptions = {}): string {
  const where = 'sweepSlices';
  const { yScale, ...frame } = readOptions(where, options, OPTIONS);
  const trials = readTrials(where, study);
  const y = valueAxis(trials, yScale);
  const size = { width: 720, title: 'Value by each parameter', ...frame };
  const names = Object.keys(trials.space);
  const columns = Math.min(names.length, Math.max(1, Math.floor(size.width / LEAST)));
  const rows = Array.from({ length: Math.ceil(names.length / columns) }, (_, row) =>
    names.slice(row * columns, (row + 1) * columns),
  );
  return figure(size, {
    summary: inShort(trials),
    legend: trialLegend(trials),
    panels: rows.map((row) => rowOf(row, columns, trials, y)),
    notes: trialNotes(trials, yScale === 'log'),
  });
}

/** Slices beside each other. */
function rowOf(names: readonly string[], columns: number, trials: Trials, y: Axis): Panel {
  const draw = (width: number, height: number): SvgElement => {
    const each = width / columns;
    const slices = names.map((name, i) => {
      const of = trials.space[name]!;
      const room = each - MARGIN.left - MARGIN.right;
      const x: Axis = { label: shortened(name, room / 6.4), ...parameterAxis(of, room) };
      const marks = trialMarks(trials, (trial) => placeOn(of, trial, name), y);
      const drawn = coordinates({ width: each, height, x, y, marks });
      drawn.setAttribute('x', i * each);
      return drawn;
    });
    return element('svg', { width, height, viewBox: `0 0 ${width} ${height}` }, slices);
  };
  return { height: HEIGHT, draw };
}
