import { refuse, requireOneOf } from '../checks.ts';
import { figure } from './figure.ts';
import { lines } from './lines.ts';
import { type FigureOptions, requireFrame, requireString } from './options.ts';
import { requireBooleanIn, requireList, requireNumberIn } from './requirements.ts';
import { notesOn, type Series } from './series.ts';

/** Options of `lineChart`. */
export interface LineChartOptions extends FigureOptions {
  /** What x is, and its unit. */
  readonly xLabel?: string;
  /** What y is, and its unit. */
  readonly yLabel?: string;
  /** On a logarithmic axis, what is not above 0 is marked on the lower edge; default `'linear'`. */
  readonly yScale?: 'log' | 'linear';
}

/**
 * Lines with axes and a legend: what the other drawings of curves are made of.
 *
 * @param series - at least one; NaN in a y leaves a gap, infinities are marked on the edge
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
  const frame = requireFrame(where, options, { width: 720, title: '' }, ['xLabel', 'yLabel', 'yScale']);
  const { xLabel = 'x', yLabel = 'y', yScale = 'linear' } = options;
  requireString(where, 'xLabel', xLabel);
  requireString(where, 'yLabel', yLabel);
  requireOneOf(where, 'yScale', yScale, ['log', 'linear']);
  requireList(where, 'series', series, 'one { name, points } or more').forEach((each, i) => {
    requireSeries(where, `series[${i}]`, each);
  });
  const { panel, legend } = lines({ series, xLabel, yLabel, yScale, height: 270 });
  const values = series.flatMap(({ points }) => points.map(([, y]) => y));
  const notes = notesOn(
    values.filter((y) => !Number.isNaN(y)), // those are gaps on purpose
    yScale === 'log',
  );
  return figure(frame, { legend, panels: [panel], notes });
}

function requireSeries(where: string, argument: string, each: unknown): void {
  if (typeof each !== 'object' || each === null) refuse(where, argument, 'be { name, points }', each);
  const { name, points, faint, dots } = each as Partial<Series>;
  requireString(where, `${argument}.name`, name);
  requireBooleanIn(where, `${argument}.faint`, faint);
  requireBooleanIn(where, `${argument}.dots`, dots);
  requireList(where, `${argument}.points`, points, 'pairs [x, y]').forEach((point, i) => {
    const [x, y] = requireList(where, `${argument}.points[${i}]`, point, 'x and y');
    if (!Number.isFinite(x)) refuse(where, `${argument}.points[${i}][0]`, 'be a finite number', x);
    requireNumberIn(where, `${argument}.points[${i}][1]`, y);
  });
}
