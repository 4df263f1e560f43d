// `fit`: training in mini-batches, epoch by epoch.

import { MASK_OPTIONS } from '../engine/mask.ts';
import { jsonable } from '../json.ts';
import { PAIR_MASK_OPTIONS } from '../layers/pair-inputs.ts';
import { readOptions } from '../options.ts';
import { Random } from '../random/random.ts';
import type { NdArrayLike } from '../tensor/ndarray-like.ts';
import { printable, short, table } from '../tensor/printed.ts';
import type { BaseTrainer } from './base-trainer.ts';
import type { EpochLog } from './callbacks.ts';
import type { Examples } from './examples.ts';
import {
  type FitOptions,
  type FitSettings,
  type MaskedPair,
  type MaskedPairs,
  type PairFitOptions,
  requireFitOptions,
  requirePairFitOptions,
} from './fit-options.ts';
import type { PairExamples } from './pair-examples.ts';
import type { PairTrainer } from './pair-trainer.ts';
import type { Compiled } from './train-step.ts';
import type { Trainer } from './trainer.ts';
import { type FeedBatch, TrainingLoop } from './training-loop.ts';
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

const VALIDATION = { x: 'validationData[0]', y: 'validationData[1]', prefix: 'validationData[2].' };

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

/** Trains in mini-batches on checked examples, with checked options. */
async function fitModel<E>(
  where: string,
  trainer: BaseTrainer<E>,
  compiled: Compiled,
  examples: E,
  validation: E | undefined,
  settings: FitSettings,
): Promise<History> {
  trainer.requireFit(where, examples, settings);
  const progress = new Progress(compiled, settings.initialEpoch);
  const loop = new TrainingLoop(trainer.trained, compiled, settings, progress);
  await loop.train(async () => {
    const epochs = progress.initialEpoch + settings.epochs;
    trainer.nextEpoch = progress.epoch;
    while (progress.epoch < epochs && !loop.stopped) {
      const { epoch } = progress;
      const feed = shuffledBatches(where, trainer, examples, settings, progress);
      const { figures, learningRate, complete } = await loop.run({ epoch, epochs }, feed);
      if (!complete) break;
      const validationLoss =
        validation && (await loop.finish(trainer.evaluation(where, validation, settings.batchSize)));
      const log = jsonable({ epoch, epochs, ...figures, learningRate, validationLoss });
      progress.logs.push(log);
      progress.nextEpoch();
      trainer.nextEpoch = progress.epoch;
      await loop.call((each, run) => each.onEpochEnd?.(log, run));
    }
  });
  const history = { epochs: progress.logs, nextEpoch: trainer.nextEpoch, stopped: loop.stopped };
  return printable(jsonable(history), historyInWords);
}

/** The batches of one epoch. */
function* shuffledBatches<E>(
  where: string,
  trainer: BaseTrainer<E>,
  examples: E,
  { batchSize, shuffle, seed, ...settings }: FitSettings,
  { initialEpoch, epoch }: Progress,
): Generator<FeedBatch, void> {
  const N = trainer.rowsOf(examples);
  const order = shuffle ? new Random(seed, epoch).permutation(N) : Uint32Array.from({ length: N }, (_, row) => row);
  const batches = Math.ceil(N / batchSize);
  const epochs = initialEpoch + settings.epochs;
  const steps = settings.epochs * batches;
  for (let batch = 0; batch < batches; batch++) {
    const rows = order.subarray(batch * batchSize, (batch + 1) * batchSize);
    const step = (epoch - initialEpoch) * batches + batch;
    yield { place: { epoch, epochs, batch, batches, step, steps }, ...trainer.batch(where, examples, rows) };
  }
}

/** Trains a network in mini-batches on pairs of inputs and targets. */
export async function fitNetwork(
  where: string,
  trainer: Trainer,
  compiled: Compiled,
  x: NdArrayLike,
  y: NdArrayLike,
  options: FitOptions,
): Promise<History> {
  const { lengths, mask, validationData, ...settings } = requireFitOptions(where, options, trainer.nextEpoch);
  const examples = trainer.requireExamples(where, x, y, { mask: { lengths, mask } });
  const validation = validationData && requireValidation(where, trainer, validationData);
  return fitModel(where, trainer, compiled, examples, validation, settings);
}

function requireValidation(where: string, trainer: Trainer, [x, y, mask = {}]: MaskedPair): Examples {
  const checked = readOptions(where, mask, MASK_OPTIONS, 'validationData[2]');
  return trainer.requireExamples(where, x, y, { ...VALIDATION, mask: checked });
}

/** Trains an encoder-decoder in mini-batches on pairs of sources and targets. */
export async function fitEncoderDecoder(
  where: string,
  trainer: PairTrainer,
  compiled: Compiled,
  source: NdArrayLike,
  target: NdArrayLike,
  options: PairFitOptions,
): Promise<History> {
  const given = requirePairFitOptions(where, options, trainer.nextEpoch);
  const { source: ofSource, target: ofTarget, validationData, ...settings } = given;
  const masks = { ...(ofSource && { source: ofSource }), ...(ofTarget && { target: ofTarget }) };
  const pairs = trainer.requireExamples(where, source, target, masks);
  const validation = validationData && requireValidationPairs(where, trainer, validationData);
  return fitModel(where, trainer, compiled, pairs, validation, settings);
}

function requireValidationPairs(
  where: string,
  trainer: PairTrainer,
  [source, target, masks = {}]: MaskedPairs,
): PairExamples {
  const checked = readOptions(where, masks, PAIR_MASK_OPTIONS, 'validationData[2]');
  const names = { source: 'validationData[0]', target: 'validationData[1]', prefix: 'validationData[2].' };
  return trainer.requireExamples(where, source, target, checked, names);
}
