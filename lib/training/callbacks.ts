import { didYouMean, reading, refuse, requireEntries, requireFunction } from '../checks.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** Where training stands. */
export interface BatchPlace {
  /** From 0. */
  readonly epoch: number;
  /** Epochs in all. */
  readonly epochs: number;
  /** From 0. */
  readonly batch: number;
  /** Batches of an epoch. */
  readonly batches: number;
  /** Steps before this one, over all epochs. */
  readonly step: number;
  /** Steps in all. */
  readonly steps: number;
}

/** A batch before its training step. */
export interface Batch extends BatchPlace {
  /** Its inputs: what the step is about to take. */
  readonly x: Tensor;
  /** Its targets. */
  readonly y: Tensor;
}

/** How a batch went. */
export interface BatchLog extends BatchPlace {
  /** Reduced loss of the batch, before its step. */
  readonly loss: number;
  /** Global norm of the gradients before clipping. */
  readonly gradientNorm: number;
  /** Global norm of the gradients after clipping. */
  readonly clippedNorm: number;
  /** η of the step. */
  readonly learningRate: number;
  /** Whether the step was left out because something was not finite. */
  readonly skipped: boolean;
}

/** How an epoch went. */
export interface EpochLog {
  /** From 0. */
  readonly epoch: number;
  /** Epochs in all. */
  readonly epochs: number;
  /**
   * Loss of the epoch's rows, each with the parameters before its step, skipped batches left out: their mean or, with
   * reduction `'sum'`, their sum. NaN if every batch was skipped.
   */
  readonly loss: number;
  /** Loss on the validation data after the epoch; undefined without such data. */
  readonly validationLoss: number | undefined;
  /** Mean over the epoch's batches that were not skipped, weighted by their rows. */
  readonly gradientNorm: number;
  /** The same after clipping. */
  readonly clippedNorm: number;
  /** η of the epoch's last step. */
  readonly learningRate: number;
  /** Batches that were left out because something was not finite. */
  readonly skipped: number;
}

/**
 * What `fit` calls while it trains; each may be asynchronous and is waited for. A callback may set the optimizer's
 * learning rate, or abort. Functions of a plain object need one of these names. An object of a class may have other methods,
 * unless they are named like a callback: `onEpochStart`.
 */
export interface Callbacks {
  /** Before the training step of each batch. */
  onBatchBegin?(batch: Batch): void | Promise<void>;
  /** After each batch. */
  onBatchEnd?(log: BatchLog): void | Promise<void>;
  /** After each epoch. */
  onEpochEnd?(log: EpochLog): void | Promise<void>;
}

const NAMES: readonly (keyof Callbacks)[] = ['onBatchBegin', 'onBatchEnd', 'onEpochEnd'];

/** A copy of the list, refused where an entry is no callbacks or has a name that `fit` would never call. */
export function requireCallbacks(where: string, callbacks: readonly Callbacks[]): readonly Callbacks[] {
  const list = requireEntries(where, 'callbacks', callbacks, 'be an array');
  list.forEach((each, i) => {
    const argument = `callbacks[${i}]`;
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
