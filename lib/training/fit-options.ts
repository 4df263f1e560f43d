// The options of `fit`.

import { refuse, requireBoolean, requireEntries, requireInteger } from '../checks.ts';
import { integer, optional, readOptions, type Schema, type Settings } from '../options.ts';
import type { NdArrayLike } from '../tensor/ndarray-like.ts';
import { type AbortSignalLike, requireSignal } from './abort-signal.ts';
import { type Callbacks, requireCallbacks } from './callbacks.ts';

/** Options of `fit`. */
export interface FitOptions {
  /** Passes over the data, at least 1; default 1. */
  readonly epochs?: number;
  /**
   * Number of the first epoch, at least 0: with the seed, it decides the order of the rows. Default `model.nextEpoch`, so
   * that a call continues from the one before.
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
  /** Called in turn before and after each batch, and after each epoch; default none. */
  readonly callbacks?: readonly Callbacks[];
  /**
   * Ends the training after the current step, without waiting for a callback that has not settled: `fit` rejects with the
   * signal's reason, the model stays usable.
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

/** Options of `fit`, checked, with defaults. */
export interface FitSettings extends Settings<FitOptions, 'validationData' | 'signal'> {}

/** Checks all that can be checked without a model; `nextEpoch` is the default of `initialEpoch`. */
export function requireFitOptions(where: string, options: FitOptions, nextEpoch: number): FitSettings {
  const given = readOptions(where, options, OPTIONS);
  const { initialEpoch = nextEpoch, epochs } = given;
  requireInteger(where, 'epochs', epochs, 1, MAX_SAFE_INTEGER - initialEpoch);
  return { ...given, initialEpoch };
}

/** A copy of a pair of inputs and targets, which are checked later. */
export function requireXY<P extends readonly [unknown, unknown]>(where: string, argument: string, pair: unknown): P {
  const entries = requireEntries(where, argument, pair as P, 'be a pair [x, y]');
  if (entries.length !== 2) refuse(where, argument, 'be a pair [x, y]', entries);
  return entries as unknown as P;
}
