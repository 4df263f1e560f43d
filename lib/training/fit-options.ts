// The options of `fit`.

import { refuse, requireBoolean, requireEntries, requireInteger } from '../checks.ts';
import { integer, optional, readOptions, type Schema, type Settings } from '../options.ts';
import type { NdArrayLike } from '../tensor/ndarray-like.ts';
import { type AbortSignalLike, requireSignal } from './abort-signal.ts';
import { type Callbacks, requireCallbacks } from './callbacks.ts';

/** Options of `fit`. */
export interface FitOptions {
  /** Number of passes over the data, at least 1; default 1. */
  readonly epochs?: number;
  /**
   * Index of the first epoch, at least 0. Seed and epoch together determine the order of the rows. Default
   * `model.nextEpoch`: a call continues where the previous one ended.
   */
  readonly initialEpoch?: number;
  /** Rows of a batch, at least 1; the last batch of an epoch may be smaller; default 32. */
  readonly batchSize?: number;
  /** Whether to shuffle the rows anew before each epoch; default true. */
  readonly shuffle?: boolean;
  /** Seed of the shuffling: the same seed gives the same bits; default 0. */
  readonly seed?: number;
  /** Inputs and targets on which the loss is evaluated after each epoch; default none. */
  readonly validationData?: readonly [x: NdArrayLike, y: NdArrayLike];
  /** Callbacks, called in turn before and after each batch, and after each epoch; default none. */
  readonly callbacks?: readonly Callbacks[];
  /**
   * Ends the training after the current step, without waiting for a pending callback: `fit` rejects with the signal's
   * reason. The model stays usable.
   */
  readonly signal?: AbortSignalLike;
}

const { MAX_SAFE_INTEGER } = Number;

const OPTIONS: Schema<FitOptions, 'initialEpoch' | 'validationData' | 'signal'> = {
  epochs: optional(integer(), 1),
  initialEpoch: optional(integer(0, MAX_SAFE_INTEGER - 1)),
  batchSize: optional(integer(), 32),
  shuffle: optional(requireBoolean, true),
  seed: optional(integer(0), 0),
  validationData: optional(requireXY<readonly [NdArrayLike, NdArrayLike]>),
  callbacks: optional(requireCallbacks, []),
  signal: optional(requireSignal),
};

/** Checked options of `fit`, with defaults. */
export interface FitSettings extends Settings<FitOptions, 'validationData' | 'signal'> {}

/** Checks the options as far as possible without the model. `nextEpoch` is the default of `initialEpoch`. */
export function requireFitOptions(where: string, options: FitOptions, nextEpoch: number): FitSettings {
  const given = readOptions(where, options, OPTIONS);
  const { initialEpoch = nextEpoch, epochs } = given;
  requireInteger(where, 'epochs', epochs, 1, MAX_SAFE_INTEGER - initialEpoch);
  return { ...given, initialEpoch };
}

/** Checks that `pair` has two entries and returns a copy; its arrays are checked later. */
export function requireXY<P extends readonly [unknown, unknown]>(where: string, argument: string, pair: unknown): P {
  const entries = requireEntries(where, argument, pair as P, 'be a pair [x, y]');
  if (entries.length !== 2) refuse(where, argument, 'be a pair [x, y]', entries);
  return entries as unknown as P;
}
