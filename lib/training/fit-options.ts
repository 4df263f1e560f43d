import { refuse, requireBoolean, requireEntries, requireInteger, requireOptions } from '../checks.ts';
import type { NdArrayLike } from '../tensor/ndarray-like.ts';
import { type AbortSignalLike, requireSignal } from './abort-signal.ts';
import { type Callbacks, requireCallbacks } from './callbacks.ts';

/** Options of `fit`. */
export interface FitOptions {
  /** Passes over the data, at least 1; default 1. */
  readonly epochs?: number;
  /**
   * Number of the first epoch, at least 0: with the seed, it decides the order of the rows. Default `model.nextEpoch`, so
   * that a call goes on from the one before.
   */
  readonly initialEpoch?: number;
  /** Rows of a batch, at least 1; the last batch of an epoch may be smaller; default 32. */
  readonly batchSize?: number;
  /** Whether each epoch takes the rows in a new random order; default true. */
  readonly shuffle?: boolean;
  /** Seed of the orders; the same seed gives the same bits; default 0. */
  readonly seed?: number;
  /** Inputs and targets to be evaluated after each epoch, never trained on. */
  readonly validationData?: readonly [x: NdArrayLike, y: NdArrayLike];
  /** Called in turn before and after each batch, and after each epoch. */
  readonly callbacks?: readonly Callbacks[];
  /**
   * Ends the training after the current step, without waiting for a callback that has not settled: `fit` rejects with the
   * signal's reason, the model stays usable.
   */
  readonly signal?: AbortSignalLike;
}

/** Options of `fit`, checked, with defaults. */
export interface FitSettings {
  readonly epochs: number;
  readonly initialEpoch: number;
  readonly batchSize: number;
  readonly shuffle: boolean;
  readonly seed: number;
  readonly validationData: readonly [x: NdArrayLike, y: NdArrayLike] | undefined;
  readonly callbacks: readonly Callbacks[];
  readonly signal: AbortSignalLike | undefined;
}

const { MAX_SAFE_INTEGER } = Number;

const OPTIONS = ['epochs', 'initialEpoch', 'batchSize', 'shuffle', 'seed', 'validationData', 'callbacks', 'signal'];

/** Checks all that can be checked without a model; `nextEpoch` is the default of `initialEpoch`. */
export function requireFitOptions(where: string, options: FitOptions, nextEpoch: number): FitSettings {
  const {
    epochs = 1,
    initialEpoch = nextEpoch,
    batchSize = 32,
    shuffle = true,
    seed = 0,
    validationData,
    callbacks = [],
    signal,
  } = requireOptions(where, options, OPTIONS);
  requireInteger(where, 'initialEpoch', initialEpoch, 0, MAX_SAFE_INTEGER - 1);
  requireInteger(where, 'epochs', epochs, 1, MAX_SAFE_INTEGER - initialEpoch);
  requireInteger(where, 'batchSize', batchSize);
  requireBoolean(where, 'shuffle', shuffle);
  requireInteger(where, 'seed', seed, 0);
  requireSignal(where, signal);
  return {
    ...{ epochs, initialEpoch, batchSize, shuffle, seed, signal },
    validationData: validationData === undefined ? undefined : requireXY(where, 'validationData', validationData),
    callbacks: requireCallbacks(where, callbacks),
  };
}

/** A copy of a pair of inputs and targets, which are checked later. */
export function requireXY<P extends readonly [unknown, unknown]>(where: string, argument: string, pair: P): P {
  const entries = requireEntries(where, argument, pair, 'be a pair [x, y]');
  if (entries.length !== 2) refuse(where, argument, 'be a pair [x, y]', entries);
  return entries as unknown as P;
}
