// The learning-rate range test: steps with rising rates, after which the model is as before.

import { refuse, requireInstance } from '../checks.ts';
import { NonFiniteError, StateError } from '../errors.ts';
import { jsonable } from '../json.ts';
import { pow } from '../kernels/pow.ts';
import { integer, number, optional, readOptions, type Schema } from '../options.ts';
import type { RowData } from '../tensor/row-data.ts';
import { type AbortSignalLike, requireSignal } from '../training/abort-signal.ts';
import type { BatchLog, Callbacks } from '../training/callbacks.ts';
import { Sequential } from './sequential.ts';

/** Options of `rateRangeTest`. */
export interface RateRangeOptions {
  /** The first rate, above 0; default 1e-6. */
  readonly from?: number;
  /** The last rate, above the first one; default 1. */
  readonly to?: number;
  /** Number of steps, at least 3; default 100. */
  readonly steps?: number;
  /** Rows of a batch, at least 1; default 32. */
  readonly batchSize?: number;
  /** Seed of the order of rows; default 0. */
  readonly seed?: number;
  /** The test ends once the smoothed loss is this many times the lowest one, above 1; default 4. */
  readonly divergence?: number;
  /** Aborts the test after the current step: it restores the model, and rejects with the signal's reason. Default: none. */
  readonly signal?: AbortSignalLike;
}

/** One step of a range test. */
export interface RateRangePoint {
  /** Index of the step. */
  readonly step: number;
  /** Its learning rate. */
  readonly learningRate: number;
  /** Loss of the batch before its update, with penalties. */
  readonly loss: number;
  /** Moving average of the losses, with decay 0.9 and bias correction. */
  readonly smoothed: number;
}

/** The result of `rateRangeTest`. */
export interface RateRange {
  /** One entry for each step that computed a finite loss. */
  readonly points: readonly RateRangePoint[];
  /** A tenth of the rate with the lowest smoothed loss; undefined if the loss never falls. */
  readonly suggestion: number | undefined;
  /** Whether the test ended before the last rate, because the loss rose or was not finite. */
  readonly diverged: boolean;
}

const OPTIONS: Schema<RateRangeOptions, 'signal'> = {
  from: optional(number({ min: 0, minOpen: true }), 1e-6),
  to: optional(number({ min: 0, minOpen: true }), 1),
  steps: optional(integer(3), 100),
  batchSize: optional(integer(), 32),
  seed: optional(integer(0), 0),
  divergence: optional(number({ min: 1, minOpen: true }), 4),
  signal: optional(requireSignal),
};

/** Decay of the moving average of losses. */
const SMOOTHING = 0.9;

/**
 * Trains for some steps with a learning rate that rises by the same factor in each, records the losses, and restores the
 * model bit for bit: weights, gradients, optimizer, steps and epochs (Smith 2017). A tenth of the rate where the loss is
 * lowest is a good start: `suggestion`.
 *
 * @param model - compiled and built, not stateful
 * @param x - as of `fit`
 * @param y - as of `fit`
 * @param options - see RateRangeOptions
 * @returns the losses by rate, and a suggestion
 * @throws StateError before `compile` or `build`, and during a fit; ArgumentError, ShapeError for data that do not fit; the
 *   signal's reason after an abort. In these cases nothing changes
 *
 * @example
 * ```ts
 * const model = new Sequential([new GRU({ units: 4 }), new Dense({ units: 1 })]).build(2);
 * model.compile({ optimizer: new Adam(), loss: new MeanSquaredError() });
 * const { points, suggestion } = await rateRangeTest(model, randomNormal([64, 5, 2]), zeros([64, 1]), { to: 0.5 });
 * points.length <= 100; // true
 * ```
 */
export async function rateRangeTest(
  model: Sequential,
  x: RowData,
  y: RowData,
  options: RateRangeOptions = {},
): Promise<RateRange> {
  const where = 'rateRangeTest';
  requireInstance(where, 'model', model, Sequential, 'be a Sequential');
  const { from, to, steps, batchSize, seed, divergence, signal } = readOptions(where, options, OPTIONS);
  if (!(to > from)) refuse(where, 'to', `be above "from" (${from})`, to);
  const { optimizer } = model.trainer.requireCompiled(where);
  requireBuilt(where, model);
  const points: RateRangePoint[] = [];
  let diverged = false;
  const callbacks: Callbacks = {
    onBatchBegin: ({ step }) => {
      optimizer.learningRate = from * pow(to / from, step / (steps - 1));
    },
    onBatchEnd: (log) => {
      const point = pointOf(log, points.at(-1));
      if (Number.isFinite(point.smoothed)) points.push(point);
      const best = points.reduce((least, { smoothed }) => Math.min(least, smoothed), Infinity);
      diverged = !(point.smoothed <= best + (divergence - 1) * Math.abs(best));
      return !diverged && log.step + 1 < steps;
    },
  };
  const restore = remember(model);
  try {
    const order = { initialEpoch: 0, batchSize, seed, ...(signal && { signal }) };
    await model.fit(x, y, { ...order, epochs: steps, callbacks: [callbacks] });
  } catch (error) {
    if (!(error instanceof NonFiniteError)) throw error;
    diverged = true;
  } finally {
    restore();
  }
  return jsonable({ points, suggestion: suggested(points), diverged });
}

function requireBuilt(where: string, model: Sequential): void {
  if (!model.built) {
    const received = 'a model without parameters';
    throw new StateError({ where, expected: 'follow build', received, remedy: 'Call model.build(inputSize) first' });
  }
  if (model.stateful) {
    const received = 'a stateful model, whose state the test would change';
    throw new StateError({ where, expected: 'be called for a model without kept state', received });
  }
}

function pointOf({ step, learningRate, loss, skipped }: BatchLog, last: RateRangePoint | undefined): RateRangePoint {
  const value = skipped ? Number.NaN : loss;
  // a ← a + (1−d)/(1−dᵗ)·(loss − a), as (U13)
  const share = (1 - SMOOTHING) / (1 - pow(SMOOTHING, step + 1));
  const smoothed = last === undefined ? value : last.smoothed + share * (value - last.smoothed);
  return { step, learningRate, loss, smoothed };
}

/** A tenth of the rate with the lowest smoothed loss; undefined if that is the first one. */
function suggested(points: readonly RateRangePoint[]): number | undefined {
  const losses = points.map(({ smoothed }) => smoothed);
  const lowest = losses.indexOf(losses.reduce((least, loss) => Math.min(least, loss), Infinity));
  return lowest > 0 ? points[lowest]!.learningRate / 10 : undefined;
}

/** Copies all that a training changes, and returns a function that restores it. */
function remember(model: Sequential): () => void {
  const { parameters, trainer, trainingStep } = model;
  const compiled = trainer.requireCompiled('rateRangeTest');
  const { nextEpoch } = trainer;
  const { skipped } = compiled;
  const { arena, extents, runs } = parameters;
  const spans = [...extents, ...runs.map(({ gradientsAt: at, size }) => ({ at, size }))];
  const copies = spans.map(({ at, size }) => arena.data.slice(at, at + size));
  const rows = parameters.rememberRows();
  const optimizer = compiled.optimizer.remember();
  return () => {
    optimizer();
    for (const [k, { at }] of spans.entries()) arena.data.set(copies[k]!, at);
    rows();
    arena.endPass();
    model.setTrainingStep(trainingStep);
    trainer.nextEpoch = nextEpoch;
    compiled.skipped = skipped;
  };
}
