// The plot of the loss during training.

import { oneOf, optional, readOptions, type Schema } from '../options.ts';
import type { BatchLog } from '../training/callbacks.ts';
import { figure } from './figure.ts';
import { lines } from './lines.ts';
import { type Epochs, requireBatchLogs, requireHistory } from './logs.ts';
import { inWords } from './numbers.ts';
import { FIGURE_OPTIONS, type FigureOptions } from './options.ts';
import type { Point, Series } from './series.ts';

/** Options of `lossCurve`. */
export interface LossCurveOptions extends FigureOptions {
  /** Logs of all batches, in order. Their losses are drawn behind the epochs. */
  readonly batches?: readonly BatchLog[];
  /** Scale of the loss axis; default `'log'`. */
  readonly yScale?: 'log' | 'linear';
}

const OPTIONS: Schema<LossCurveOptions, keyof FigureOptions | 'batches'> = {
  ...FIGURE_OPTIONS,
  batches: optional(requireBatchLogs),
  yScale: optional(oneOf('log', 'linear'), 'log'),
};

/**
 * Draws the loss of each epoch, and the validation loss if there is one.
 *
 * @param history - result of `fit`; only its `epochs` are read
 * @param options - see LossCurveOptions
 * @returns SVG
 * @throws ArgumentError
 *
 * @example
 * ```ts
 * const model = new Sequential([new LSTM({ units: 4 }), new Dense({ units: 1 })]);
 * model.compile({ optimizer: new Adam(), loss: new MeanSquaredError() });
 * const history = await model.fit(randomNormal([8, 5, 2]), zeros([8, 1]), { epochs: 3 });
 * lossCurve(history); // SVG
 * ```
 */
export function lossCurve(history: Epochs, options: LossCurveOptions = {}): string {
  const where = 'lossCurve';
  const { batches, yScale, ...frame } = readOptions(where, options, OPTIONS);
  const read = requireHistory(where, 'history', history);
  const series: Series[] = [
    { name: 'training', points: read.epochs.map(({ epoch, loss }): Point => [epoch + 1, loss]) },
    ...validation(read),
  ];
  if (batches !== undefined) series.unshift(batchSeries(batches));
  const { panel, legend, notes } = lines({
    series,
    xLabel: 'epoch',
    yLabel: yScale === 'log' ? 'loss (log scale)' : 'loss',
    yScale,
  });
  return figure({ width: 720, title: 'Loss', ...frame }, { summary: inShort(read), legend, panels: [panel], notes });
}

function validation({ epochs }: Epochs): Series[] {
  if (epochs.every(({ validationLoss }) => validationLoss === undefined)) return [];
  const points = epochs.map(({ epoch, validationLoss = Number.NaN }): Point => [epoch + 1, validationLoss]);
  return [{ name: 'validation', points }];
}

/**
 * The losses of batches. Each x is where the batch ends within its epoch, so the last batch is at the number of the
 * epoch.
 */
function batchSeries(logs: readonly BatchLog[]): Series {
  // The number of chunks of a stream is not in its logs: all of them make up one epoch.
  const points = logs.map(
    ({ epoch, batch, batches = logs.length, loss }): Point => [epoch + (batch + 1) / batches, loss],
  );
  return { name: 'each batch', points, faint: true, dots: false };
}

function inShort({ epochs }: Epochs): string {
  const last = epochs.at(-1)!;
  const end = `${inWords(last.loss)} after ${last.epoch + 1} ${last.epoch === 0 ? 'epoch' : 'epochs'}`;
  const found = epochs.filter(({ validationLoss }) => Number.isFinite(validationLoss));
  if (found.length === 0) return `Training loss ${end}.`;
  const best = found.reduce((a, b) => (b.validationLoss! < a.validationLoss! ? b : a));
  return `Training loss ${end}; lowest validation loss ${inWords(best.validationLoss!)}, after epoch ${best.epoch + 1}.`;
}
