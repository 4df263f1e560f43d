// Callbacks of `fit` and `fitStream`, and the logs that they receive.

import { reading, refuse, requireEntries, requireFunction } from '../checks.ts';
import { didYouMean } from '../describe.ts';
import type { NetworkState } from '../layers/network.ts';
import type { Optimizer } from '../optimizers/optimizer.ts';
import type { Parameters } from '../parameters/parameters.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { MetricResults } from './report.ts';

/** Position of a batch within a training run. */
export interface BatchPlace {
  /** Index of the epoch, from 0. */
  readonly epoch: number;
  /** Number of epochs; 1 for a stream. */
  readonly epochs: number;
  /** Index of the batch within its epoch, from 0. */
  readonly batch: number;
  /** Number of batches per epoch; undefined for a stream, whose length is unknown. */
  readonly batches: number | undefined;
  /** Index of the training step within the run, from 0. */
  readonly step: number;
  /** Number of training steps of the run; undefined for a stream. */
  readonly steps: number | undefined;
}

/** An epoch of a training run. */
export interface EpochPlace extends Pick<BatchPlace, 'epoch' | 'epochs'> {}

/** A batch before its training step. */
export interface Batch extends BatchPlace {
  /** Inputs: a copy, which the step will train on. */
  readonly x: Tensor;
  /** Targets: a copy. */
  readonly y: Tensor;
  /** Which time steps count, [B, T] of 0 and 1: a copy; undefined without a mask. */
  readonly mask: Tensor | undefined;
  /**
   * States before x, in `fitStream`: a copy. Undefined in `fit`, where states start at zero. If `truncate` lets gradients
   * reach back before x, the first read computes the states, with the current parameters: read them before the step.
   */
  readonly state: NetworkState | undefined;
}

/** Learning rates of a step; in the log of an epoch, of its last one. */
export interface LearningRates {
  /** Learning rate of the optimizer. */
  readonly learningRate: number;
  /** Those of the groups that have their own, by the index of the group: `{ 1: 0.01 }`; absent if there are none. */
  readonly groupRates?: Readonly<Record<string, number>>;
}

/** The result of one training step. */
export interface BatchLog extends BatchPlace, LearningRates {
  /** Rows of the batch. */
  readonly rows: number;
  /** Time steps of each row; 1 without a time axis. */
  readonly timeSteps: number;
  /** Reduced loss of the batch, with the parameters before the update. */
  readonly loss: number;
  /** Global norm of the gradients before clipping. */
  readonly gradientNorm: number;
  /** Global norm of the gradients after clipping. */
  readonly clippedNorm: number;
  /** Whether the step was skipped because of NaN or an infinity. */
  readonly skipped: boolean;
}

/** The result of one epoch. */
export interface EpochLog extends LearningRates {
  /** Index of the epoch, from 0. */
  readonly epoch: number;
  /** Number of epochs. */
  readonly epochs: number;
  /**
   * Loss of the epoch: the mean over its rows or, with reduction `'sum'`, their sum. Each batch counts with the loss
   * before its update; skipped batches do not count. NaN if every batch was skipped.
   */
  readonly loss: number;
  /** Loss on the validation data after the epoch; undefined without such data. */
  readonly validationLoss: number | undefined;
  /** Metrics of the epoch by name, with the outputs of each batch before its update; empty without metrics. */
  readonly metrics: MetricResults;
  /** Metrics of the validation data after the epoch; empty without metrics or such data. */
  readonly validationMetrics: MetricResults;
  /**
   * Global norm of the gradients before clipping: the mean over the batches that were not skipped, weighted by rows, in
   * a stream by time steps.
   */
  readonly gradientNorm: number;
  /** The same after clipping. */
  readonly clippedNorm: number;
  /** Share of these batches, from 0 to 1, whose gradients clipping made smaller. */
  readonly clippedShare: number;
  /** Number of batches skipped because of NaN or an infinity. */
  readonly skipped: number;
}

/** The running `fit` or `fitStream`, passed to each callback. */
export interface TrainingRun {
  /** The optimizer; a callback may set its learning rate. */
  readonly optimizer: Optimizer;
  /**
   * The parameters of the model. `value.copy()` and `assign` of each copy and restore weights exactly.
   *
   * @throws StateError before they exist: before the first training step, unless `build` created them
   */
  readonly parameters: Parameters;
  /**
   * Ends the training after the current step or, called at the end of an epoch, at once. After the last step of an epoch,
   * this epoch still ends as usual, with its validation loss and `onEpochEnd`. `fit` resolves with the history so far,
   * `fitStream` with the figures of the chunks so far. The remaining callbacks of the same event are still called.
   */
  stop(): void;
}

/** What a callback may return: `false` ends the training, as `run.stop()` does. */
// biome-ignore lint/suspicious/noConfusingVoidType: most callbacks return nothing
export type CallbackResult = void | boolean | Promise<void | boolean>;

/** A value of JSON. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** What a callback remembers from one call to the next: values of JSON, and tensors, by name. */
export type CallbackState = Readonly<Record<string, JsonValue | Tensor>>;

/**
 * Functions that `fit` and `fitStream` call. Each may be asynchronous; training waits until it settles. Each may return
 * `false` to end the training. A callback may set the optimizer's learning rate, stop the training, or abort the signal.
 * All functions of a plain object must have one of these names. An instance of a class may have other methods, except
 * those that look like a callback: `onEpochStart`.
 */
export interface Callbacks {
  /** Called once when the options and the data are checked, before the first epoch. */
  onTrainBegin?(run: TrainingRun): CallbackResult;
  /** Called before the first batch of each epoch; `fitStream` has one epoch. */
  onEpochBegin?(place: EpochPlace, run: TrainingRun): CallbackResult;
  /** Called before the training step of each batch. */
  onBatchBegin?(batch: Batch, run: TrainingRun): CallbackResult;
  /** Called after each batch. */
  onBatchEnd?(log: BatchLog, run: TrainingRun): CallbackResult;
  /**
   * Called after each completed epoch of `fit`. `fitStream` calls it once: after the last chunk, or after the chunk at
   * which a callback stopped the training, with the log of the chunks so far.
   */
  onEpochEnd?(log: EpochLog, run: TrainingRun): CallbackResult;
  /**
   * Called once when the training has ended for whatever reason: also after `stop`, an abort or an error. After an abort,
   * training does not wait until it settles. `fit` rejects with the first error, whatever this function throws later.
   */
  onTrainEnd?(run: TrainingRun): CallbackResult;
  /**
   * What the callback remembers, if it does. A checkpoint reads this property, and a training that continues from the
   * checkpoint assigns it.
   */
  state?: CallbackState;
}

type Event = Exclude<keyof Callbacks, 'state'>;

const NAMES: readonly Event[] = [
  'onTrainBegin',
  'onEpochBegin',
  'onBatchBegin',
  'onBatchEnd',
  'onEpochEnd',
  'onTrainEnd',
];

/** Checks a list of callbacks and returns a copy. Throws for a function that would never be called. */
export function requireCallbacks(where: string, name: string, value: unknown): readonly Callbacks[] {
  const list = requireEntries(where, name, value as readonly Callbacks[], 'be an array');
  list.forEach((each, i) => {
    const argument = `${name}[${i}]`;
    reading(where, argument, () => {
      if (typeof each !== 'object' || each === null) refuse(where, argument, 'be an object', each);
      for (const name of NAMES) if (each[name] !== undefined) requireFunction(where, `${argument}.${name}`, each[name]);
      requireNames(where, argument, each as Readonly<Record<string, unknown>>);
    });
  });
  return list;
}

/**
 * Refuses names that are probably misspelt. In a plain object these are all functions with an unknown name; in an
 * instance of a class, which may call its other methods itself, only names that look like a callback.
 */
function requireNames(where: string, argument: string, callbacks: Readonly<Record<string, unknown>>): void {
  const plain = [Object.prototype, null].includes(Object.getPrototypeOf(callbacks));
  for (let at = callbacks; at !== null && at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    for (const name of Object.getOwnPropertyNames(at)) {
      if ((NAMES as readonly string[]).includes(name)) continue;
      const nearest = didYouMean(name, NAMES);
      const isNamedLikeOne = /^on[A-Z]/.test(name) || (nearest !== undefined && /^on/i.test(name));
      if (isNamedLikeOne || (plain && typeof callbacks[name] === 'function')) {
        refuse(where, argument, `have only ${NAMES.join(', ')}`, name, nearest);
      }
    }
  }
}
