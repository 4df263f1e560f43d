import { tensor } from '../tensor/create.ts';
import type { NdArrayLike } from '../tensor/ndarray-like.ts';
import type { FloatArray } from '../tensor/storage.ts';
import { type MaybeArray, requireList } from './operand.ts';

const { abs, max, sqrt } = Math;

/** √Σv² in float64, rescaled where squares of float64 numbers would overflow or underflow. */
export function norm2(v: ArrayLike<number>): number {
  let sum = 0;
  for (let j = 0; j < v.length; j++) sum += v[j]! * v[j]!;
  if (sum > 1e-280 && sum < Infinity) return sqrt(sum);
  let largest = 0;
  for (let j = 0; j < v.length; j++) largest = max(largest, abs(v[j]!)); // NaN stays NaN
  if (largest === 0 || !(largest < Infinity)) return largest;
  sum = 0;
  for (let j = 0; j < v.length; j++) sum += (v[j]! / largest) * (v[j]! / largest);
  return largest * sqrt(sum);
}

/**
 * Factor that brings `norm` down to `clipNorm`, exactly 1 at or below it. Rounding may leave the norm of what was
 * clipped a few units above `clipNorm`: that much is let pass, so that clipping twice is clipping once.
 */
export function clipFactor(norm: number, clipNorm: number, precision: FloatArray): number {
  const slack = precision.BYTES_PER_ELEMENT === 8 ? 2 ** -51 : 2 ** -22;
  return norm <= clipNorm * (1 + slack) ? 1 : clipNorm / norm;
}

/** The same for a global norm: NaN where it is not finite, as in TensorFlow. */
export function globalClipFactor(norm: number, clipNorm: number, precision: FloatArray): number {
  return norm < Infinity ? clipFactor(norm, clipNorm, precision) : Number.NaN;
}

/** Norm of one array, in float64. */
export function normOf(array: NdArrayLike): number {
  return norm2(tensor(array, { dtype: 'float64' }).data);
}

/**
 * Global norm of a list of arrays, √Σᵢ‖tᵢ‖², in float64; missing entries count nothing (`tf.linalg.global_norm`).
 *
 * @param list - arrays, null or undefined
 * @returns 0 for a list without arrays
 * @throws ArgumentError for what is no list of arrays
 *
 * @example
 * ```ts
 * globalNorm([tensor([3]), null, tensor([[4]])]); // 5
 * ```
 */
export function globalNorm(list: readonly MaybeArray[]): number {
  const present = requireList('globalNorm', list).filter((entry) => entry != null);
  return norm2(present.map(normOf));
}
