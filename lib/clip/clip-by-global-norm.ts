// Clipping of a list of arrays by their global norm.

import { refuse, requireNumber } from '../checks.ts';
import { optional, readOptions, type Schema } from '../options.ts';
import type { NdArrayLike } from '../tensor/ndarray-like.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { globalClipFactors, globalNormOf, normOf } from './norm.ts';
import {
  CLIP_OPTIONS,
  type ClipOptions,
  type MaybeArray,
  mapPresent,
  operand,
  requireApart,
  scaleBy,
} from './operand.ts';

/** Options of `clipByGlobalNorm`. */
export interface ClipByGlobalNormOptions extends ClipOptions {
  /** Known global norm to use, instead of computing it. */
  readonly useNorm?: number;
}

const OPTIONS: Schema<ClipByGlobalNormOptions, 'useNorm'> = {
  useNorm: optional(requireNorm),
  ...CLIP_OPTIONS,
};

/** Returns `value` if it is a norm, which may be infinite or NaN. */
function requireNorm(where: string, argument: string, value: unknown): number {
  return typeof value === 'number' && !(value < 0)
    ? value
    : refuse(where, argument, 'be a number of at least 0', value);
}

/** The type of a clipped list: a tensor for each array; missing entries keep their type. */
export type ClippedList<L extends readonly MaybeArray[]> = {
  -readonly [K in keyof L]: L[K] extends NdArrayLike ? Tensor : Tensor | Exclude<L[K], NdArrayLike>;
};

/**
 * Scales a list of arrays by one factor so that their global norm is at most c: (C4) yᵢ = tᵢ·c / max(g, c) with g =
 * √Σᵢ‖tᵢ‖², like `tf.clip_by_global_norm` (Pascanu et al. 2013). Norms are computed in float64. If g ≤ c, no bit
 * changes. If g is infinite or NaN, every entry becomes NaN. Missing entries stay missing.
 *
 * @param list - arrays, null or undefined
 * @param clipNorm - c, finite and above 0
 * @param options - `useNorm`: a known g; `inPlace`: default false
 * @returns the clipped list (copies, or with `inPlace` the arrays themselves), and g before clipping
 * @throws ArgumentError; the arrays are then unchanged
 *
 * @example
 * ```ts
 * const [[a, b], norm] = clipByGlobalNorm([tensor([3]), tensor([4])], 1);
 * norm;       // 5
 * b.toArray() // [0.8] in float32
 * ```
 */
export function clipByGlobalNorm<const L extends readonly MaybeArray[]>(
  list: L,
  clipNorm: number,
  options: ClipByGlobalNormOptions = {},
): [ClippedList<L>, number] {
  const where = 'clipByGlobalNorm';
  const { inPlace, useNorm } = readOptions(where, options, OPTIONS);
  requireNumber(where, 'clipNorm', clipNorm, { min: 0, minOpen: true });
  const operands = mapPresent(where, list, (argument, entry) => operand(where, argument, entry, inPlace));
  const views = operands.flatMap((each) => (each == null ? [] : [each.view]));
  if (inPlace) requireApart(where, views);
  const norm = useNorm ?? globalNormOf(views.map((view) => normOf(where, 'list', view)));
  for (const view of views) scaleBy(view, globalClipFactors(norm, clipNorm, view.dtype, 'float64'));
  return [operands.map((each) => (each == null ? each : each.result)) as ClippedList<L>, norm];
}
