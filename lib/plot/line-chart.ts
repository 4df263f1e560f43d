// The general line chart.

import { refuse, requireNumber } from '../checks.ts';
import { oneOf, optional, readOptions, type Schema } from '../options.ts';
import { figure } from './figure.ts';
import { lines } from './lines.ts';
import { FIGURE_OPTIONS, type FigureOptions, requireString } from './options.ts';
import { requireBooleanIn, requireList, requireNumberIn, requireObject } from './requirements.ts';
import { notesOn, type Point, type Series } from './series.ts';

/** Options of `lineChart`. */
export interface LineChartOptions extends FigureOptions {
  /** Label of x, with its unit; default `'x'`. */
  readonly xLabel?: string;
  /** Range that the x axis covers at least, for example that of the chart above; default: the range of the points. */
  readonly xDomain?: readonly [number, number];
  /** Label of y, with its unit; default `'y'`. */
  readonly yLabel?: string;
  /** Scale of y; default `'linear'`. A logarithmic axis marks values of 0 and below at its lower edge. */
  readonly yScale?: 'log' | 'linear';
}

const OPTIONS: Schema<LineChartOptions, keyof FigureOptions | 'xDomain'> = {
  ...FIGURE_OPTIONS,
  xLabel: optional(requireString, 'x'),
  xDomain: optional(requireDomain),
  yLabel: optional(requireString, 'y'),
  yScale: optional(oneOf('log', 'linear'), 'linear'),
};

/**
 * Draws lines with axes and a legend.
 *
 * @param series - at least one; a y of NaN leaves a gap, an infinite one is marked at the edge
 * @param options - see LineChartOptions
 * @returns SVG
 * @throws ArgumentError
 *
 * @example
 * ```ts
 * lineChart([{ name: 'forecast', points: [[1, 389.2], [2, 390.1]] }], { xLabel: 'month', yLabel: 'CO₂ in ppm' });
 * ```
 */
export function lineChart(series: readonly Series[], options: LineChartOptions = {}): string {
  const where = 'lineChart';
  const { xLabel, xDomain, yLabel, yScale, ...frame } = readOptions(where, options, OPTIONS);
  const read = requireList(where, 'series', series, 'one { name, points } or more').map((each, i) => {
    return requireSeries(where, `series[${i}]`, each);
  });
  const { panel, legend } = lines({ series: read, xLabel, yLabel, yScale, height: 270, ...(xDomain && { xDomain }) });
  const values = read.flatMap(({ points }) => points.map(([, y]) => y));
  const notes = notesOn(
    values.filter((y) => !Number.isNaN(y)), // NaN leaves a gap
    yScale === 'log',
  );
  return figure({ width: 720, title: '', ...frame }, { legend, panels: [panel], notes });
}

function requireDomain(where: string, argument: string, value: unknown): readonly [number, number] {
  const [from, to, ...more] = requireList(where, argument, value as readonly unknown[], 'the least and the largest x');
  if (more.length > 0) refuse(where, argument, 'contain only the least and the largest x', value);
  const low = requireNumber(where, `${argument}[0]`, from);
  return [low, requireNumber(where, `${argument}[1]`, to, { min: low, minOpen: true })];
}

function requireSeries(where: string, argument: string, each: Series): Series {
  const { name, points, faint, dots } = requireObject(where, argument, each, 'be { name, points }');
  requireString(where, `${argument}.name`, name);
  requireBooleanIn(where, `${argument}.faint`, faint);
  requireBooleanIn(where, `${argument}.dots`, dots);
  const read = requireList(where, `${argument}.points`, points, 'pairs [x, y]').map((point, i): Point => {
    const [x, y] = requireList(where, `${argument}.points[${i}]`, point, 'x and y');
    if (!Number.isFinite(x)) refuse(where, `${argument}.points[${i}][0]`, 'be a finite number', x);
    return [x!, requireNumberIn(where, `${argument}.points[${i}][1]`, y)];
  });
  return { name, points: read, ...(faint !== undefined && { faint }), ...(dots !== undefined && { dots }) };
}
