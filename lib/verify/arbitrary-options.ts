// Options of the arbitraries: sizes of passes and kinds of numbers.

import { type Check, integer, number, oneOf, optional, type Schema } from '../options.ts';
import { type DType, TENSOR_OPTIONS } from '../tensor/storage.ts';

/** Sizes of a recurrent pass: time steps, batch rows, input features, units. */
export interface PassShape {
  /** Time steps. */
  readonly T: number;
  /** Rows of the batch. */
  readonly B: number;
  /** Features of the input. */
  readonly I: number;
  /** Units. */
  readonly H: number;
}

/** Upper bounds of `arbitraries.shape`. */
export interface ShapeOptions {
  /** Largest T; default 40. */
  readonly maxT?: number;
  /** Largest B; default 4. */
  readonly maxB?: number;
  /** Largest I; default 4. */
  readonly maxI?: number;
  /** Largest H; default 5. */
  readonly maxH?: number;
}

/** Options of arbitrary numbers and tensors. */
export interface NumberOptions {
  /** Largest magnitude of ordinary numbers; default 1. */
  readonly scale?: number;
  /** Element type in which the numbers are exact; default `'float32'`. */
  readonly dtype?: DType;
  /**
   * Which special numbers to mix in. `'none'`: none; `'small'`: −0, the smallest subnormal and 1e-30; `'all'`: also
   * 1e30 and −1e30. Default `'none'`; in a sequence, default `'small'`.
   */
  readonly special?: 'none' | 'small' | 'all';
}

/** @internal The schema of `ShapeOptions`. */
export const SHAPE_OPTIONS: Schema<ShapeOptions> = {
  maxT: optional(integer(), 40),
  maxB: optional(integer(), 4),
  maxI: optional(integer(), 4),
  maxH: optional(integer(), 5),
};

/** @internal The schema of sizes. Each function checks that the sizes it needs are present. */
export const SIZES: Schema<Partial<PassShape>, keyof PassShape> = {
  T: optional(integer(0)),
  B: optional(integer(0)),
  I: optional(integer(0)),
  H: optional(integer(0)),
};

/** @internal Checks the largest magnitude of numbers. */
export const requireScale: Check<number> = number({ min: 0, minOpen: true, max: 1e30 });

/** @internal The schema of `NumberOptions`. */
export const NUMBER_OPTIONS: Schema<NumberOptions> = {
  scale: optional(requireScale, 1),
  ...TENSOR_OPTIONS,
  special: optional(oneOf('none', 'small', 'all'), 'none'),
};

/** @internal The schema of `NumberOptions` for a sequence. */
export const SEQUENCE_OPTIONS: Schema<NumberOptions> = {
  ...NUMBER_OPTIONS,
  special: optional(oneOf('none', 'small', 'all'), 'small'),
};

/** @internal The schema of the options of weights. */
export const WEIGHT_OPTIONS: Schema<Pick<NumberOptions, 'dtype' | 'scale'>, 'scale'> = {
  ...TENSOR_OPTIONS,
  scale: optional(requireScale),
};
