// The options of `fit`.

import { refuse, requireBoolean, requireInteger, requireNumber, requireRecord } from '../checks.ts';
import { integer, optional, readOptions, type Schema, type Settings, unchecked } from '../options.ts';
import { type AbortSignalLike, requireSignal } from './abort-signal.ts';
import type { Batches, GivenBatch } from './batches.ts';
import { type Callbacks, requireCallbacks } from './callbacks.ts';
import { WEIGHTED_OPTIONS, type WeightedOptions } from './example-set.ts';
import { WEIGHTED_PAIR_OPTIONS, type WeightedPairOptions } from './pair-examples.ts';
import { type Metrics, requireMetrics } from './report.ts';

/** Which rows are kept for validation. */
export interface ValidationSplit {
  /** Share of the rows, above 0 and below 1, rounded to a number of rows. */
  readonly part: number;
  /** Seed by which the rows are chosen; default: none, the last rows are taken. */
  readonly seed?: number;
}

/** Options of `fit` for any data. */
export interface EpochOptions<O extends object = WeightedOptions> {
  /** Number of passes over the data, at least 1; default 1. */
  readonly epochs?: number;
  /**
   * Index of the first epoch, at least 0. Seed and epoch together determine the order of the rows. Default
   * `model.nextEpoch`: a call continues where the previous one ended.
   */
  readonly initialEpoch?: number;
  /** Rows of a validation batch, and of a training batch taken from arrays; at least 1. The last batch of an epoch may be smaller; default 32. */
  readonly batchSize?: number;
  /**
   * Rows whose gradients are computed at once, at least 1: it bounds the memory of a step. The gradients add up to those of
   * the batch, up to rounding. Default: all rows of the batch.
   */
  readonly microBatchSize?: number;
  /**
   * Inputs and targets, with `{ lengths, mask, sampleWeights }` if any, or batches of them, whose loss is computed after
   * each epoch; default none.
   */
  readonly validationData?: GivenBatch<O> | Batches<O>;
  /** Metrics by name, of the training and the validation data of each epoch: `{ accuracy: new Accuracy() }`; default none. */
  readonly metrics?: Metrics;
  /** Callbacks, called in turn before and after each batch, and after each epoch; default none. */
  readonly callbacks?: readonly Callbacks[];
  /**
   * Ends the training after the current step, without waiting for a pending callback: `fit` rejects with the signal's
   * reason. The model stays usable.
   */
  readonly signal?: AbortSignalLike;
}

/** Options of `fit` that divide arrays into batches. */
export interface RowOptions {
  /** Whether to shuffle the rows anew before each epoch; default true. */
  readonly shuffle?: boolean;
  /** Seed of the shuffling: the same seed gives the same bits; default 0. */
  readonly seed?: number;
  /**
   * Number of batches, at least 1, whose rows are sorted by length and divided anew, so that batches have rows of similar
   * lengths; default: none are.
   */
  readonly buckets?: number;
  /** Share of the rows, above 0 and below 1, that are used for validation instead: the last, or `{ part, seed }`; default none. */
  readonly validationSplit?: number | ValidationSplit;
}

/** Options of `fit`. */
export interface FitOptions extends EpochOptions, RowOptions, WeightedOptions {}

/** Options of `fit` of an encoder-decoder. */
export interface PairFitOptions extends EpochOptions<WeightedPairOptions>, RowOptions, WeightedPairOptions {}

/** Options of `fit` for an iterable of batches. */
export interface BatchFitOptions extends EpochOptions {}

/** Options of `fit` of an encoder-decoder for an iterable of batches. */
export interface PairBatchFitOptions extends EpochOptions<WeightedPairOptions> {}

/** Options for any data of any model. */
export type AnyEpochs = EpochOptions<object>;

type OpenEpochs = 'initialEpoch' | 'microBatchSize' | 'validationData' | 'signal';
type OpenRows = 'buckets' | 'validationSplit';

const { MAX_SAFE_INTEGER } = Number;

const EPOCHS: Schema<EpochOptions<object>, OpenEpochs> = {
  epochs: optional(integer(), 1),
  initialEpoch: optional(integer(0, MAX_SAFE_INTEGER - 1)),
  batchSize: optional(integer(), 32),
  microBatchSize: optional(integer()),
  validationData: optional(unchecked<NonNullable<AnyEpochs['validationData']>>),
  metrics: optional(requireMetrics, {}),
  callbacks: optional(requireCallbacks, []),
  signal: optional(requireSignal),
};

const ROWS: Schema<RowOptions, OpenRows> = {
  shuffle: optional(requireBoolean, true),
  seed: optional(integer(0), 0),
  buckets: optional(integer()),
  validationSplit: optional(requireSplit),
};

/** Checked options of `fit`, with defaults. */
export interface FitSettings extends Settings<AnyEpochs, Exclude<OpenEpochs, 'initialEpoch'>> {}

/** Checked options of `fit` for rows, with defaults. */
export interface RowSettings extends FitSettings, Settings<RowOptions, OpenRows> {}

const FIT: Schema<AnyEpochs & RowOptions & WeightedOptions, OpenEpochs | OpenRows | keyof WeightedOptions> = {
  ...EPOCHS,
  ...ROWS,
  ...WEIGHTED_OPTIONS,
};

const PAIR_FIT: Schema<
  AnyEpochs & RowOptions & WeightedPairOptions,
  OpenEpochs | OpenRows | keyof WeightedPairOptions
> = {
  ...EPOCHS,
  ...ROWS,
  ...WEIGHTED_PAIR_OPTIONS,
};

/** Checks the options of `fit` as far as possible without the data. `nextEpoch` is the default of `initialEpoch`. */
export function requireFitOptions(
  where: string,
  options: FitOptions,
  nextEpoch: number,
): RowSettings & WeightedOptions {
  return checked(where, readOptions(where, options, FIT), nextEpoch);
}

/** The same for an encoder-decoder. */
export function requirePairFitOptions(
  where: string,
  options: PairFitOptions,
  nextEpoch: number,
): RowSettings & WeightedPairOptions {
  return checked(where, readOptions(where, options, PAIR_FIT), nextEpoch);
}

/** The same for an iterable of batches, of any model. */
export function requireBatchFitOptions(where: string, options: AnyEpochs, nextEpoch: number): FitSettings {
  return checked(where, readOptions(where, options, EPOCHS), nextEpoch);
}

function checked<O extends Settings<AnyEpochs, OpenEpochs> & Pick<RowOptions, 'validationSplit'>>(
  where: string,
  options: O,
  nextEpoch: number,
): O & { readonly initialEpoch: number } {
  const { initialEpoch = nextEpoch, epochs, validationData, validationSplit } = options;
  requireInteger(where, 'epochs', epochs, 1, MAX_SAFE_INTEGER - initialEpoch);
  if (validationData !== undefined && validationSplit !== undefined) {
    refuse(where, 'validationSplit', 'not be given together with validationData', validationSplit);
  }
  return { ...options, initialEpoch };
}

function requireSplit(where: string, argument: string, value: unknown): number | ValidationSplit {
  const bounds = { min: 0, max: 1, minOpen: true, maxOpen: true };
  if (typeof value !== 'object' || value === null) return requireNumber(where, argument, value, bounds);
  const { part, seed } = requireRecord(where, argument, value as ValidationSplit, ['part', 'seed']);
  requireNumber(where, `${argument}.part`, part, bounds);
  return seed === undefined ? { part } : { part, seed: requireInteger(where, `${argument}.seed`, seed, 0) };
}
