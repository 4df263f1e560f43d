// Callbacks of `fit` and `fitStream`, and the logs that they receive.

import { reading, refuse, requireEntries, requireFunction } from '../checks.ts';
import { didYouMean } from '../describe.ts';
import type { NetworkState } from '../layers/network.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** Position of a batch within a training run. */
export interface BatchPlace {
  /** Number of the epoch, from 0. */
  readonly epoch: number;
  /** Number of epochs; 1 for a stream. */
  readonly epochs: number;
  /** Number of the batch in its epoch, from 0. */
  readonly batch: number;
  /** Batches of an epoch; undefined for a stream, whose end is not known. */
  readonly batches: number | undefined;
  /** Training steps before this one, over all epochs. */
  readonly step: number;
  /** Training steps of the whole run; undefined for a stream. */
  readonly steps: number | undefined;
}

/** A batch before its training step. */
export interface Batch extends BatchPlace {
  /** Inputs; a copy that the step is about to take. */
  readonly x: Tensor;
  /** Targets; a copy. */
  readonly y: Tensor;
  /** Carried states before x, in a stream that does not reach back before x; a copy. Undefined: zeros, or not known. */
  readonly state: NetworkState | undefined;
}

/** The result of one training step. */
export interface BatchLog extends BatchPlace {
  /** Rows of the batch. */
  readonly rows: number;
  /** Time steps of each row; 1 where there is no time axis. */
  readonly timeSteps: number;
  /** Reduced loss of the batch, before its step. */
  readonly loss: number;
  /** Global norm of the gradients before clipping. */
  readonly gradientNorm: number;
  /** Global norm of the gradients after clipping. */
  readonly clippedNorm: number;
  /** η of the step. */
  readonly learningRate: number;
  /** Whether the step was skipped because a number was not finite. */
  readonly skipped: boolean;
}

/** The result of one epoch. */
export interface EpochLog {
  /** Number of the epoch, from 0. */
  readonly epoch: number;
  /** Number of epochs. */
  readonly epochs: number;
  /**
   * Loss of the epoch's rows, each with the parameters before its step, skipped batches left out: their mean or, with
   * reduction `'sum'`, their sum. NaN if every batch was skipped.
   */
  readonly loss: number;
  /** Loss on the validation data after the epoch; undefined without such data. */
  readonly validationLoss: number | undefined;
  /** Mean over the epoch's batches that were not skipped, weighted by their rows; by their time steps in a stream. */
  readonly gradientNorm: number;
  /** The same after clipping. */
  readonly clippedNorm: number;
  /** η of the epoch's last step. */
  readonly learningRate: number;
  /** Number of batches that were skipped because a number was not finite. */
  readonly skipped: number;
}

/** The running `fit` or `fitStream`, as its callbacks can change it. */
export interface TrainingRun {
  /**
   * Ends the training after the current step, or epoch: `fit` resolves with the history so far. The other callbacks of the
   * same event are still called.
   */
  stop(): void;
}

/**
 * Functions that `fit` and `fitStream` call. Each may be asynchronous, and training waits for it. A callback may set the
 * optimizer's learning rate, stop the training, or abort the signal. Functions of a plain object need one of these names. An
 * object of a class may have other methods, unless they are named like a callback: `onEpochStart`.
 */
export interface Callbacks {
  /** Called before the training step of each batch. */
  onBatchBegin?(batch: Batch, run: TrainingRun): void | Promise<void>;
  /** Called after each batch. */
  onBatchEnd?(log: BatchLog, run: TrainingRun): void | Promise<void>;
  /** Called after each epoch, and after the last batch of a stream. */
  onEpochEnd?(log: EpochLog, run: TrainingRun): void | Promise<void>;
}

const NAMES: readonly (keyof Callbacks)[] = ['onBatchBegin', 'onBatchEnd', 'onEpochEnd'];

/** A copy of the list, refused where an entry is no object of callbacks, or has a name that `fit` would never call. */
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
 * Every function of a plain object has to have a known name, since nothing but `fit` would call it; records beside it are
 * data. An object of a class may have methods of its own: there only what is named like a callback is refused.
 */
function requireNames(where: string, argument: string, callbacks: Readonly<Record<string, unknown>>): void {
  const plain = [Object.prototype, null].includes(Object.getPrototypeOf(callbacks));
  for (let at = callbacks; at !== null && at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    for (const name of Object.getOwnPropertyNames(at)) {
      if ((NAMES as readonly string[]).includes(name)) continue;
      const nearest = didYouMean(name, NAMES);
      const isNamedLikeOne = /^on[A-Z]/.test(name) || (nearest !== undefined && /^on/i.test(name));
      if (isNamedLikeOne || (plain && typeof callbacks[name] === 'function')) {
        refuse(where, argument, `hold only ${NAMES.join(', ')}`, name, nearest);
      }
    }
  }
}
