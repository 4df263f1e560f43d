// The plot of learning-rate schedules.

import { reading, refuse, requireFunction } from '../checks.ts';
import { integer, oneOf, optional, readOptions, required, type Schema } from '../options.ts';
import { rateAt, type Schedule } from '../schedules/schedule.ts';
import { figure } from './figure.ts';
import { lines } from './lines.ts';
import { inWords } from './numbers.ts';
import { FIGURE_OPTIONS, type FigureOptions } from './options.ts';
import type { Point, Series } from './series.ts';

/** Options of `schedulePlot`. */
export interface SchedulePlotOptions extends FigureOptions {
  /** Number of steps to draw, from step 0, at least 1. */
  readonly steps: number;
  /** Scale of the axis of rates; default `'linear'`. */
  readonly yScale?: 'log' | 'linear';
}

const OPTIONS: Schema<SchedulePlotOptions, keyof FigureOptions> = {
  ...FIGURE_OPTIONS,
  steps: required(integer()),
  yScale: optional(oneOf('log', 'linear'), 'linear'),
};

/** Most points of a line: more than pixels. */
const POINTS = 1000;

/**
 * Draws the learning rates of a schedule, or of several. With more than 1000 steps, it reads 1000 of them.
 *
 * @param schedules - a function of the step, or an object of several by name
 * @param options - see SchedulePlotOptions
 * @returns SVG
 * @throws ArgumentError, also if a schedule returns no finite number of at least 0
 *
 * @example
 * ```ts
 * schedulePlot(linearWarmup(cosineDecay(0.01, { steps: 900 }), { steps: 100 }), { steps: 1000 }); // SVG
 * ```
 */
export function schedulePlot(
  schedules: Schedule | Readonly<Record<string, Schedule>>,
  options: SchedulePlotOptions,
): string {
  const where = 'schedulePlot';
  const { steps, yScale, ...frame } = readOptions(where, options, OPTIONS);
  const named = requireSchedules(where, schedules);
  const count = Math.min(steps, POINTS);
  const drawn = Array.from({ length: count }, (_, i) => Math.round((i * (steps - 1)) / Math.max(count - 1, 1)));
  const series = named.map(([name, argument, schedule]): Series => {
    const points = drawn.map((step): Point => [step, rateAt(where, argument, schedule, step)]);
    return { name, points, dots: false };
  });
  const yLabel = yScale === 'log' ? 'learning rate (log scale)' : 'learning rate';
  const { panel, legend } = lines({ series, xLabel: 'step', yLabel, yScale, height: 270 });
  const first = series[0]!;
  const summary = series.length === 1 ? inShort(first, steps) : '';
  const shown = series.length === 1 ? [] : legend;
  return figure({ width: 720, title: 'Learning rate', ...frame }, { summary, legend: shown, panels: [panel] });
}

function requireSchedules(
  where: string,
  value: Schedule | Readonly<Record<string, Schedule>>,
): (readonly [name: string, argument: string, schedule: Schedule])[] {
  if (typeof value === 'function') return [['learning rate', 'schedules', value]];
  const entries = reading(where, 'schedules', () =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.entries(value)
      : refuse(where, 'schedules', 'be a function of the step, or an object of functions by name', value),
  );
  if (entries.length === 0) refuse(where, 'schedules', 'have at least one entry', value);
  return entries.map(([name, schedule]) => {
    const argument = `schedules.${name}`;
    return [name, argument, requireFunction(where, argument, schedule)];
  });
}

function inShort({ points }: Series, steps: number): string {
  const rates = points.map(([, rate]) => rate);
  const top = rates.indexOf(rates.reduce((a, b) => Math.max(a, b)));
  const [, last] = points.at(-1)!;
  const peak = `highest ${inWords(rates[top]!)} at step ${points[top]![0]}`;
  return `From ${inWords(rates[0]!)} at step 0, ${peak}, ${inWords(last)} at step ${steps - 1}.`;
}
