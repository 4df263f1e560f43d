import { refuse, requireNumber } from '../checks.ts';
import type { NdArrayLike } from '../tensor/ndarray-like.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { globalClipFactor, norm2, normOf } from './norm.ts';
import { type ClipOptions, forEachElement, type MaybeArray, operand, requireInPlace, requireList } from './operand.ts';

/** Options of `clipByGlobalNorm`. */
export interface ClipByGlobalNormOptions extends ClipOptions {
  /** Norm to use instead of computing it, when it is known already. */
  readonly useNorm?: number;
}

/** Tensors where there were arrays; missing entries stay what they were. */
export type ClippedList<L extends readonly MaybeArray[]> = {
  -readonly [K in keyof L]: L[K] extends NdArrayLike ? Tensor : Tensor | Exclude<L[K], NdArrayLike>;
};

/**
 * Scales a list of arrays by one factor so that their global norm is at most c: (C4) yᵢ = tᵢ·c / max(g, c),
 * g = √Σᵢ‖tᵢ‖², as `tf.clip_by_global_norm` (Pascanu et al. 2013). Norms are summed in float64. At or below the threshold,
 * and for zeros, the bits are unchanged; where g is infinite or NaN every entry becomes NaN. Missing entries are skipped
 * and stay missing.
 *
 * @param list - arrays, null or undefined
 * @param clipNorm - c, finite and above 0
 * @param options - `useNorm`: a known g; `inPlace`: default false
 * @returns the clipped list, copies or the arrays themselves in place, and g before clipping
 * @throws ArgumentError; the arrays stay as they were
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
  const inPlace = requireInPlace(where, options, ['useNorm', 'inPlace']);
  requireNumber(where, 'clipNorm', clipNorm, { min: 0, minOpen: true });
  const { useNorm } = options;
  if (useNorm !== undefined && (typeof useNorm !== 'number' || useNorm < 0)) {
    refuse(where, 'useNorm', 'be a number of at least 0', useNorm);
  }
  const present = requireList(where, list).map((entry, i) =>
    entry == null ? entry : operand(where, `list[${i}]`, entry, inPlace),
  );
  const norm = useNorm ?? norm2(present.filter((entry) => entry != null).map(normOf));
  for (const out of present) {
    const factor = out == null ? 1 : globalClipFactor(norm, clipNorm, out.data);
    if (out == null || factor === 1) continue;
    forEachElement(out, (at) => {
      out.data[at] = out.data[at]! * factor;
    });
  }
  return [present as ClippedList<L>, norm];
}
