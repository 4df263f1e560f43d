// Batches of rows of a caller's arrays.

import type { State } from '../cells/cell.ts';
import { MASK_OPTIONS, MASKED_OPTIONS, type MaskedOptions, type MaskOptions, takeMask } from '../engine/mask.ts';
import type { Mask } from '../engine/packing.ts';
import { integer, optional, type Schema, unchecked } from '../options.ts';
import type { FloatNdArrayLike, NdArrayLike } from '../tensor/ndarray-like.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { OutOption } from './out.ts';

/** Options of calls that compute rows in batches. */
export interface BatchOptions extends MaskOptions {
  /** Rows computed at once, at least 1; changes no bit of a prediction; default 32. */
  readonly batchSize?: number;
}

const BATCH_OPTIONS: Schema<BatchOptions, keyof MaskOptions> = {
  batchSize: optional(integer(), 32),
  ...MASK_OPTIONS,
};

/** Options of `predict`. `A` is the type of the array `out`. */
export interface PredictOptions<A extends FloatNdArrayLike = Tensor> extends BatchOptions, MaskedOptions, OutOption<A> {
  /**
   * States of the N rows before the first time step, from `model.stream({ batchSize: N }).zeroState()` for instance; default
   * zeros, or the trained initial state. Afterwards they are updated to the states after the last time step.
   */
  readonly state?: Readonly<Record<string, State>>;
}

/** @internal The schema of `PredictOptions`. */
export const PREDICT_OPTIONS: Schema<PredictOptions<FloatNdArrayLike>, 'out' | 'state' | keyof MaskOptions> = {
  ...BATCH_OPTIONS,
  ...MASKED_OPTIONS,
  out: optional(unchecked<FloatNdArrayLike>),
  state: optional(unchecked<Readonly<Record<string, State>>>),
};

/** Rows [start, end) of a batch. */
export interface RowRange {
  readonly start: number;
  readonly end: number;
}

/** The batches of N rows, in order. */
export function* batchesOf(N: number, batchSize: number): Generator<RowRange, void> {
  for (let start = 0; start < N; start += batchSize) {
    yield { start, end: Math.min(N, start + batchSize) };
  }
}

/** The mask of the rows from `start` to before `end`. */
export function sliceMask(mask: Mask | undefined, { start, end }: RowRange): Mask | undefined {
  return (
    mask &&
    takeMask(
      mask,
      Uint32Array.from({ length: end - start }, (_, row) => start + row),
    )
  );
}

/** The rows from `start` to before `end`, without a copy. */
export function sliceRows(array: FloatNdArrayLike, start: number, end: number): FloatNdArrayLike;
export function sliceRows(array: NdArrayLike, start: number, end: number): NdArrayLike;
export function sliceRows(array: NdArrayLike, start: number, end: number): NdArrayLike {
  const { data, shape, stride, offset } = array;
  return { data, shape: [end - start, ...shape.slice(1)], stride, offset: offset + start * stride[0]! };
}
