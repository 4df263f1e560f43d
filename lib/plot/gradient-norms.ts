// The plot of gradient norms during training.

import { readOptions } from '../options.ts';
import type { BatchLog, EpochLog } from '../training/callbacks.ts';
import { figure } from './figure.ts';
import { lines } from './lines.ts';
import { areOfBatches, requireNorms } from './logs.ts';
import { percent } from './numbers.ts';
import { FIGURE_OPTIONS, type FigureOptions } from './options.ts';
import { notesOn, type Point } from './series.ts';

/**
 * Draws global gradient norms before and after clipping, on a logarithmic axis. Crosses at the upper edge mark skipped
 * steps.
 *
 * @param logs - logs of `onBatchEnd`, in order, or `history.epochs` for means of epochs
 * @param options - see FigureOptions
 * @returns SVG
 * @throws ArgumentError
 *
 * @example
 * ```ts
 * const model = new Sequential([new LSTM({ units: 4 }), new Dense({ units: 1 })]);
 * model.compile({ optimizer: new Adam(), loss: new MeanSquaredError(), clip: { globalNorm: 1 } });
 * const batches: BatchLog[] = [];
 * await model.fit(randomNormal([8, 5, 2]), zeros([8, 1]), { callbacks: [{ onBatchEnd: (log) => void batches.push(log) }] });
 * gradientNorms(batches); // SVG
 * ```
 */
export function gradientNorms(logs: readonly BatchLog[] | readonly EpochLog[], options: FigureOptions = {}): string {
  const where = 'gradientNorms';
  const frame = { width: 720, title: 'Gradient norms', ...readOptions(where, options, FIGURE_OPTIONS) };
  const all = requireNorms<BatchLog | EpochLog>(where, 'logs', logs);
  const ofBatches = areOfBatches(all);
  const x = (log: BatchLog | EpochLog): number => (ofBatches ? (log as BatchLog).step : log.epoch) + 1;
  const taken = all.filter(({ skipped }) => skipped !== true);
  const skipped = all.filter((log) => log.skipped === true).map(x);
  const line = (key: 'gradientNorm' | 'clippedNorm'): Point[] =>
    all.map((log) => [x(log), log.skipped === true ? Number.NaN : log[key]]);
  const { panel, legend } = lines({
    series: [
      { name: 'before clipping', points: line('gradientNorm') },
      { name: 'after clipping', points: line('clippedNorm') },
    ],
    crosses: { name: `skipped (${skipped.length})`, xs: skipped },
    xLabel: ofBatches ? 'training step' : 'epoch',
    yLabel: 'global norm (log scale)',
    yScale: 'log',
  });
  const notes = notesOn(
    taken.flatMap((log) => [log.gradientNorm, log.clippedNorm]),
    true,
  );
  const clipped = taken.filter(({ gradientNorm, clippedNorm }) => clippedNorm < gradientNorm).length;
  const clippedShare = `Clipped in ${percent(clipped / taken.length)} of the steps.`;
  const summary = taken.length === 0 || !ofBatches ? '' : clippedShare;
  return figure(frame, { summary, legend, panels: [panel], notes });
}
