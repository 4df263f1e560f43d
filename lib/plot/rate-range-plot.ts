// The plot of a learning-rate range test.

import type { RateRange } from '../model/rate-range-test.ts';
import { readOptions, type Schema } from '../options.ts';
import { figure } from './figure.ts';
import { lines } from './lines.ts';
import { inWords } from './numbers.ts';
import { FIGURE_OPTIONS, type FigureOptions } from './options.ts';
import { requireList, requireNumberIn, requireObject, withNumbers } from './requirements.ts';
import { notesOn, type Point, type Series } from './series.ts';

const OPTIONS: Schema<FigureOptions, keyof FigureOptions> = { ...FIGURE_OPTIONS };

/**
 * Draws the losses of a range test by learning rate, on a logarithmic axis of rates: x is log₁₀ of the rate. A vertical line
 * marks the suggested rate.
 *
 * @param range - result of `rateRangeTest`
 * @param options - see FigureOptions
 * @returns SVG
 * @throws ArgumentError
 *
 * @example
 * ```ts
 * const model = new Sequential([new GRU({ units: 4 }), new Dense({ units: 1 })]).build(2);
 * model.compile({ optimizer: new Adam(), loss: new MeanSquaredError() });
 * rateRangePlot(await rateRangeTest(model, randomNormal([64, 5, 2]), zeros([64, 1]))); // SVG
 * ```
 */
export function rateRangePlot(range: RateRange, options: FigureOptions = {}): string {
  const where = 'rateRangePlot';
  const frame = readOptions(where, options, OPTIONS);
  const { points, suggestion } = requireObject(where, 'range', range, 'be a result of rateRangeTest');
  const read = requireList(where, 'range.points', points, 'one entry for each step').map((each, i) => {
    const at = `range.points[${i}]`;
    const point = requireObject(where, at, each, 'be { learningRate, loss, smoothed }');
    return withNumbers(where, at, point, ['learningRate', 'loss', 'smoothed']);
  });
  if (suggestion !== undefined) requireNumberIn(where, 'range.suggestion', suggestion);
  const along = (of: 'loss' | 'smoothed') =>
    read.map((each): Point => [Math.log10(each.learningRate), each[of]]).filter(([x]) => Number.isFinite(x));
  const series: Series[] = [
    { name: 'each step', points: along('loss'), faint: true, dots: false },
    { name: 'smoothed', points: along('smoothed'), dots: false },
  ];
  const losses = series.flatMap(({ points: all }) => all.map(([, y]) => y)).filter(Number.isFinite);
  if (suggestion !== undefined && suggestion > 0 && losses.length > 0) {
    const x = Math.log10(suggestion);
    const [low, high] = [losses.reduce((a, b) => Math.min(a, b)), losses.reduce((a, b) => Math.max(a, b))];
    series.push({
      name: 'suggested rate',
      points: [
        [x, low],
        [x, high],
      ],
      dots: false,
    });
  }
  const { panel, legend } = lines({ series, xLabel: 'log₁₀ of the learning rate', yLabel: 'loss', yScale: 'linear' });
  const summary =
    suggestion === undefined
      ? 'The loss never falls.'
      : `Suggested rate, a tenth of that of the lowest loss: ${inWords(suggestion)}.`;
  const notes = notesOn(
    read.flatMap(({ loss, smoothed }) => [loss, smoothed]),
    false,
  );
  return figure({ width: 720, title: 'Loss by learning rate', ...frame }, { summary, legend, panels: [panel], notes });
}
