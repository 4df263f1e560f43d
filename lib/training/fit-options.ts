// The options of `fit`.

import { refuse, requireBoolean, requireEntries, requireInteger } from '../checks.ts';
import { MASK_OPTIONS, type MaskOptions } from '../engine/mask.ts';
import { PAIR_MASK_OPTIONS, type PairMaskOptions } from '../layers/pair-inputs.ts';
import { integer, optional, readOptions, type Schema, type Settings } from '../options.ts';
import type { NdArrayLike } from '../tensor/ndarray-like.ts';
import { type AbortSignalLike, requireSignal } from './abort-signal.ts';
import { type Callbacks, requireCallbacks } from './callbacks.ts';

/** Inputs and targets, and which time steps of them count; by default all. */
export type MaskedPair = readonly [x: NdArrayLike, y: NdArrayLike, mask?: MaskOptions];

/** Options of `fit`. */
export interface FitOptions extends MaskOptions {
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
  /** Inputs and targets, with `{ lengths }` or `{ mask }` if any, whose loss is computed after each epoch; default none. */
  readonly validationData?: MaskedPair;
  /** Callbacks, called in turn before and after each batch, and after each epoch; default none. */
  readonly callbacks?: readonly Callbacks[];
  /**
   * Ends the training after the current step, without waiting for a pending callback: `fit` rejects with the signal's
   * reason. The model stays usable.
   */
  readonly signal?: AbortSignalLike;
}

const { MAX_SAFE_INTEGER } = Number;

const OPTIONS: Schema<FitOptions, 'initialEpoch' | 'validationData' | 'signal' | keyof MaskOptions> = {
  epochs: optional(integer(), 1),
  initialEpoch: optional(integer(0, MAX_SAFE_INTEGER - 1)),
  batchSize: optional(integer(), 32),
  shuffle: optional(requireBoolean, true),
  seed: optional(integer(0), 0),
  validationData: optional(requireXY<MaskedPair>),
  callbacks: optional(requireCallbacks, []),
  signal: optional(requireSignal),
  ...MASK_OPTIONS,
};

/** Options of `fit` that do not depend on the form of the data. */
type EpochOptions = Omit<FitOptions, 'validationData' | keyof MaskOptions>;

/** Sources and targets, and which time steps of them count; by default all. */
export type MaskedPairs = readonly [source: NdArrayLike, target: NdArrayLike, masks?: PairMaskOptions];

/** Options of `fit` of an encoder-decoder. */
export interface PairFitOptions extends EpochOptions, PairMaskOptions {
  /** Sources and targets, with the options of their masks if any, whose loss is computed after each epoch; default none. */
  readonly validationData?: MaskedPairs;
}

const { lengths: _lengths, mask: _mask, ...WITHOUT_MASKS } = OPTIONS;
const PAIR_OPTIONS: Schema<PairFitOptions, 'initialEpoch' | 'validationData' | 'signal' | keyof PairMaskOptions> = {
  ...WITHOUT_MASKS,
  validationData: optional(requireXY<MaskedPairs>),
  ...PAIR_MASK_OPTIONS,
};

/** Checked options of `fit`, with defaults. */
export interface FitSettings extends Settings<EpochOptions, 'signal'> {}

/** Checks the options as far as possible without the model. `nextEpoch` is the default of `initialEpoch`. */
export function requireFitOptions(
  where: string,
  options: FitOptions,
  nextEpoch: number,
): FitSettings & Pick<FitOptions, 'validationData' | keyof MaskOptions> {
  return withEpochs(where, readOptions(where, options, OPTIONS), nextEpoch);
}

/** The same for an encoder-decoder. */
export function requirePairFitOptions(
  where: string,
  options: PairFitOptions,
  nextEpoch: number,
): FitSettings & Pick<PairFitOptions, 'validationData' | keyof PairMaskOptions> {
  return withEpochs(where, readOptions(where, options, PAIR_OPTIONS), nextEpoch);
}

function withEpochs<O extends { readonly epochs: number; readonly initialEpoch?: number }>(
  where: string,
  options: O,
  nextEpoch: number,
): O & { readonly initialEpoch: number } {
  const { initialEpoch = nextEpoch, epochs } = options;
  requireInteger(where, 'epochs', epochs, 1, MAX_SAFE_INTEGER - initialEpoch);
  return { ...options, initialEpoch };
}

/** Checks that there are two entries, or three with options of masks, and returns a copy; they are checked later. */
export function requireXY<P extends MaskedPair | MaskedPairs>(where: string, argument: string, pair: unknown): P {
  const expected = 'be a pair [x, y], or [x, y, { lengths }]';
  const entries = requireEntries(where, argument, pair as readonly unknown[], expected);
  if (entries.length !== 2 && entries.length !== 3) refuse(where, argument, expected, entries);
  return entries as unknown as P;
}
