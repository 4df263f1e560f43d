// Norms in float64, and the factors that scale arrays to a norm.

import { sumOfSquares } from '../kernels/sums.ts';
import type { Arena } from '../memory/arena.ts';
import { isDense, sizeOf } from '../tensor/layout.ts';
import { copyOf, type NdArrayLike, requireNdArray } from '../tensor/ndarray-like.ts';
import { SLACK } from '../tensor/slack.ts';
import { type DType, type FloatArray, isFloatArray } from '../tensor/storage.ts';
import { type MaybeArray, mapPresent } from './operand.ts';

const { abs, max, sqrt } = Math;

/** √Σv² over n elements, in float64. */
export function norm2(v: FloatArray, at = 0, n: number = v.length): number {
  return normFrom(sumOfSquares(v, at, n), v, at, n);
}

/** √Σv² over n elements of an arena, in float64. */
export function rangeNorm({ data, kernels }: Arena, at: number, n: number): number {
  return normFrom(kernels.sumOfSquares(at, n), data, at, n);
}

/** The root of a sum of squares. If the sum overflowed or underflowed, it is recomputed from rescaled elements. */
function normFrom(sum: number, v: FloatArray, at: number, n: number): number {
  if (sum > 1e-280 && sum < Infinity) return sqrt(sum);
  let largest = 0;
  for (let j = at; j < at + n; j++) largest = max(largest, abs(v[j]!)); // NaN stays NaN
  if (largest === 0 || !(largest < Infinity)) return largest;
  let scaled = 0;
  for (let j = at; j < at + n; j++) scaled += (v[j]! / largest) * (v[j]! / largest);
  return largest * sqrt(scaled);
}

/** The smallest normal number. */
const SMALLEST: Readonly<Record<DType, number>> = { float32: 2 ** -126, float64: 2 ** -1022 };

/** A power of two, so that multiplying by it is exact unless the result is subnormal. */
const PART = 2 ** -64;

/**
 * Factors that scale `norm` to `clipNorm`, to be applied in turn: none at or below the threshold, otherwise c/‖t‖. If
 * c/‖t‖ would be subnormal and lose precision, it is split into factors of 2⁻⁶⁴ and a remainder.
 *
 * @param dtype - type of the clipped array: its slack makes clipping twice equal to clipping once
 * @param arithmetic - precision of the factors
 */
export function clipFactors(norm: number, clipNorm: number, dtype: DType, arithmetic: DType): number[] {
  if (norm <= clipNorm * (1 + SLACK[dtype])) return [];
  const factors: number[] = [];
  let rest = norm;
  for (; rest < Infinity && clipNorm / rest < SMALLEST[arithmetic]; rest *= PART) factors.push(PART);
  return [...factors, clipNorm / rest];
}

/** Factors for a global norm: like `clipFactors`, but NaN if the norm is not finite, as in TensorFlow. */
export function globalClipFactors(norm: number, clipNorm: number, dtype: DType, arithmetic: DType): number[] {
  return norm < Infinity ? clipFactors(norm, clipNorm, dtype, arithmetic) : [Number.NaN];
}

/** Norm of one checked array, in float64. */
export function normOf(where: string, argument: string, array: NdArrayLike): number {
  const { data, shape, offset } = array;
  if (isDense(array) && isFloatArray(data)) return norm2(data, offset, sizeOf(shape));
  return norm2(copyOf(where, argument, array, 'float64').data);
}

/** Global norm of several arrays, from the norm of each. */
export function globalNormOf(norms: readonly number[]): number {
  return norms.length === 1 ? norms[0]! : norm2(new Float64Array(norms));
}

/**
 * Returns the global norm of a list of arrays, √Σᵢ‖tᵢ‖², in float64. Missing entries do not count
 * (`tf.linalg.global_norm`).
 *
 * @param list - arrays, null or undefined
 * @returns 0 for a list without arrays
 * @throws ArgumentError if `list` is not a list of arrays
 *
 * @example
 * ```ts
 * globalNorm([tensor([3]), null, tensor([[4]])]); // 5
 * ```
 */
export function globalNorm(list: readonly MaybeArray[]): number {
  const where = 'globalNorm';
  const norms = mapPresent(where, list, (argument, entry) =>
    normOf(where, argument, requireNdArray(where, argument, entry)),
  );
  return globalNormOf(norms.filter((norm) => norm != null));
}
