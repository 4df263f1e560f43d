// `fit`: training in batches, epoch by epoch.

import { jsonable } from '../json.ts';
import { type BatchSource, isBatches, iterableOf, requireTargets } from '../tensor/batches.ts';
import { printable, short, table } from '../tensor/printed.ts';
import type { RowData } from '../tensor/row-data.ts';
import { untilAborted } from './abort-signal.ts';
import type { AnyTrainer } from './base-trainer.ts';
import type { EpochLog } from './callbacks.ts';
import { type Evaluation, Evaluator, evaluatingSet, requireSetFits } from './evaluator.ts';
import { rowRange } from './example-set.ts';
import { type Feed, iterableFeed, rowFeed } from './feed.ts';
import {
  type AnyEpochs,
  type FitOptions,
  type FitSettings,
  type PairFitOptions,
  type RowSettings,
  requireBatchFitOptions,
  requireFitOptions,
  requirePairFitOptions,
} from './fit-options.ts';
import type { PairTrainer } from './pair-trainer.ts';
import { splitRows } from './row-order.ts';
import type { Compiled } from './train-step.ts';
import type { Trainer } from './trainer.ts';
import { TrainingLoop } from './training-loop.ts';
import { Progress } from './training-run.ts';

/** The result of `fit`. */
export interface History {
  /** One log for each completed epoch of the call, in order. */
  readonly epochs: readonly EpochLog[];
  /** Index of the next epoch: the `initialEpoch` with which another call continues. */
  readonly nextEpoch: number;
  /**
   * Whether a callback stopped the training. An epoch that was stopped halfway has no log; `nextEpoch` is its index.
   */
  readonly stopped: boolean;
}

/** Prints one line per epoch. */
function historyInWords({ epochs }: History): string {
  const rows = epochs.map(({ epoch, loss, validationLoss, gradientNorm, learningRate, skipped }) => [
    ...['epoch', epoch, 'loss', short(loss)],
    ...(validationLoss === undefined ? [] : ['validation loss', short(validationLoss)]),
    ...['gradient norm', short(gradientNorm), 'learning rate', short(learningRate)],
    ...['skipped', skipped],
  ]);
  return `History of ${epochs.length} epochs\n${table(rows)}`;
}

/** Evaluates the validation data within a training loop. */
type Validate = (loop: TrainingLoop) => Promise<Evaluation>;

/** Trains on the batches of a feed. */
async function fitOnFeed<S, E>(
  where: string,
  trainer: AnyTrainer<S, E>,
  compiled: Compiled,
  feed: Feed,
  validate: Validate | undefined,
  settings: FitSettings,
): Promise<History> {
  const progress = new Progress(compiled, feed.facts, settings.initialEpoch);
  const loop = new TrainingLoop(
    trainer.model,
    compiled,
    { ...settings, where, validates: validate !== undefined },
    progress,
  );
  await loop.train(async () => {
    const epochs = progress.initialEpoch + settings.epochs;
    trainer.nextEpoch = progress.epoch;
    while (progress.epoch < epochs && !loop.stopped) {
      const { epoch } = progress;
      const { complete, ...trained } = await loop.run({ epoch, epochs }, feed.batches(progress));
      if (!complete) break;
      if (validate !== undefined) await loop.pause(true);
      const validation = validate && (await loop.validate(async () => validate(loop)));
      const { figures, metrics, rates } = trained;
      const validationLoss = validation?.loss;
      const validationMetrics = validation?.metrics ?? {};
      const log = jsonable({ epoch, epochs, ...figures, ...rates, validationLoss, metrics, validationMetrics });
      progress.logs.push(log);
      progress.nextEpoch();
      trainer.nextEpoch = progress.epoch;
      await loop.call((each, run) => each.onEpochEnd?.(log, run));
    }
  });
  const history = { epochs: progress.logs, nextEpoch: trainer.nextEpoch, stopped: loop.stopped };
  return printable(jsonable(history), historyInWords);
}

/** Evaluates a set, or some of its rows. */
function validateSet<S, E>(
  where: string,
  trainer: AnyTrainer<S, E>,
  set: S,
  { batchSize, metrics }: FitSettings,
  rows?: Uint32Array,
): Validate {
  return (loop) => loop.finish(evaluatingSet(where, trainer, set, { batchSize, metrics, rows }));
}

/** Checks validation data, and returns how to evaluate them. */
function validation<S, E>(where: string, trainer: AnyTrainer<S, E>, settings: FitSettings): Validate | undefined {
  const { validationData: data, metrics } = settings;
  const name = 'validationData';
  if (data === undefined) return undefined;
  if (isBatches(where, name, data)) {
    const batches = data as BatchSource<unknown>;
    let next: ReturnType<typeof iterableOf<unknown>> | undefined = iterableOf(where, name, batches); // refused before training
    return async (loop) => {
      const evaluator = new Evaluator(where, trainer, metrics);
      const iterable = next ?? iterableOf(where, name, batches);
      next = undefined;
      for await (const batch of untilAborted(iterable, settings.signal)) {
        evaluator.addGiven(name, batch);
        await loop.pause();
      }
      return evaluator.resultOf(name, batches);
    };
  }
  const set = trainer.requireSet(where, trainer.readGiven(where, data, name), name);
  requireSetFits(where, trainer, set, metrics);
  return validateSet(where, trainer, set, settings);
}

/** Trains on the rows of a set, divided by `validationSplit`. */
async function fitOnSet<S, E>(
  where: string,
  trainer: AnyTrainer<S, E>,
  compiled: Compiled,
  set: S,
  settings: RowSettings,
): Promise<History> {
  const { validationSplit, metrics } = settings;
  const N = trainer.countOf(set);
  const split = validationSplit === undefined ? undefined : splitRows(where, N, validationSplit);
  const rows = split?.training ?? rowRange(0, N);
  trainer.requireFit(where, set, { ...settings, count: rows.length });
  requireSetFits(where, trainer, set, metrics);
  const validate = split
    ? validateSet(where, trainer, set, settings, split.validation)
    : validation(where, trainer, settings);
  return fitOnFeed(where, trainer, compiled, rowFeed(where, trainer, set, rows, settings), validate, settings);
}

/** Trains on batches that an iterable yields. */
async function fitOnBatches<S, E>(
  where: string,
  trainer: AnyTrainer<S, E>,
  compiled: Compiled,
  batches: BatchSource<unknown>,
  options: AnyEpochs,
): Promise<History> {
  const settings = requireBatchFitOptions(where, options, trainer.nextEpoch);
  const validate = validation(where, trainer, settings);
  return fitOnFeed(where, trainer, compiled, iterableFeed(where, trainer, batches, settings), validate, settings);
}

/** Trains a network on pairs of inputs and targets, or on batches. */
export async function fitNetwork(
  where: string,
  trainer: Trainer,
  compiled: Compiled,
  x: RowData | BatchSource<unknown>,
  y: RowData | AnyEpochs | undefined,
  options: FitOptions,
): Promise<History> {
  if (isBatches(where, 'x', x, y)) {
    return fitOnBatches(where, trainer, compiled, x as BatchSource<unknown>, (y ?? {}) as AnyEpochs);
  }
  requireTargets(where, 'y', x, y);
  const { lengths, mask, sampleWeights, ...settings } = requireFitOptions(where, options, trainer.nextEpoch);
  const given = { lengths, mask, ...(sampleWeights !== undefined && { sampleWeights }) };
  const set = trainer.requireSet(where, [x as RowData, y as RowData, given]);
  return fitOnSet(where, trainer, compiled, set, settings);
}

/** Trains an encoder-decoder on pairs of sources and targets, or on batches. */
export async function fitEncoderDecoder(
  where: string,
  trainer: PairTrainer,
  compiled: Compiled,
  source: RowData | BatchSource<unknown>,
  target: RowData | AnyEpochs | undefined,
  options: PairFitOptions,
): Promise<History> {
  if (isBatches(where, 'source', source, target)) {
    return fitOnBatches(where, trainer, compiled, source as BatchSource<unknown>, (target ?? {}) as AnyEpochs);
  }
  requireTargets(where, 'target', source, target);
  const given = requirePairFitOptions(where, options, trainer.nextEpoch);
  const { source: ofSource, target: ofTarget, sampleWeights, ...settings } = given;
  const masks = { ...(ofSource && { source: ofSource }), ...(ofTarget && { target: ofTarget }) };
  const set = trainer.requireSet(where, [
    source as RowData,
    target as RowData,
    { ...masks, ...(sampleWeights !== undefined && { sampleWeights }) },
  ]);
  return fitOnSet(where, trainer, compiled, set, settings);
}
