// Checks the arrays to clip, and copies them unless they are clipped in place.

import { requireBoolean, requireEntries } from '../checks.ts';
import { optional, type Schema } from '../options.ts';
import { copyOf, type NdArrayLike, requireNdArray, requireWritable } from '../tensor/ndarray-like.ts';
import { areAllApart, refuseShared } from '../tensor/overlap.ts';
import { forEachRow } from '../tensor/rows.ts';
import { type FloatArray, isFloatArray } from '../tensor/storage.ts';
import { Tensor } from '../tensor/tensor.ts';

/** Options of every clipping function. */
export interface ClipOptions {
  /** Whether to change the array itself and return it, instead of a copy; default false. */
  readonly inPlace?: boolean;
}

/** @internal The schema of `ClipOptions`. */
export const CLIP_OPTIONS: Schema<ClipOptions> = {
  inPlace: optional(requireBoolean, false),
};

/** An array or a missing gradient. */
export type MaybeArray = NdArrayLike | null | undefined;

/** An array to clip, and the tensor to return. */
export interface Operand {
  /** The checked view to clip. */
  readonly view: Tensor;
  /** With `inPlace` the caller's own tensor, otherwise the view. */
  readonly result: Tensor;
}

/**
 * Returns the array to clip. With `inPlace`, throws for an array that cannot be written; otherwise copies it in its own
 * precision.
 */
export function operand(where: string, argument: string, array: NdArrayLike, inPlace: boolean): Operand {
  const source = inPlace ? requireWritable(where, argument, array) : requireNdArray(where, argument, array);
  if (inPlace) {
    const { shape, stride, offset } = source;
    const view = new Tensor({ data: source.data as FloatArray }, shape, stride, offset);
    return { view, result: array instanceof Tensor ? array : view };
  }
  const copy = copyOf(where, argument, source, isFloat64(source) ? 'float64' : 'float32');
  return { view: copy, result: copy };
}

/** Maps each array of a list by `check`; missing entries stay missing. */
export function mapPresent<R>(
  where: string,
  list: readonly MaybeArray[],
  check: (argument: string, entry: NdArrayLike) => R,
): (R | null | undefined)[] {
  const entries = requireEntries(where, 'list', list, 'be an array of tensors');
  return entries.map((entry, i) => (entry == null ? entry : check(`list[${i}]`, entry)));
}

/** Throws if two of the views share memory, because clipping in place would change both. */
export function requireApart(where: string, views: readonly Tensor[]): void {
  if (!areAllApart(views)) refuseShared(where, 'list', 'Pass each array once, or omit inPlace');
}

function isFloat64({ data }: NdArrayLike): boolean {
  return isFloatArray(data) && data.BYTES_PER_ELEMENT === 8;
}

/** Multiplies every element by each factor in turn. */
export function scaleBy(view: Tensor, factors: readonly number[]): void {
  const { data } = view;
  for (const factor of factors) forEachRow(view, (start, step, n) => scaleRow(data, start, step, n, factor));
}

function scaleRow(data: FloatArray, start: number, step: number, n: number, factor: number): void {
  for (let j = 0, at = start; j < n; j++, at += step) data[at]! *= factor;
}
