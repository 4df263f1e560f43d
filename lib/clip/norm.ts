import { sumOfSquares } from '../kernels/sums.ts';
import type { Arena } from '../memory/arena.ts';
import { isDense, sizeOf } from '../tensor/layout.ts';
import { copyInto, type NdArrayLike, requireNdArray } from '../tensor/ndarray-like.ts';
import { allocate, type DType, type FloatArray, isFloatArray } from '../tensor/storage.ts';
import { Tensor } from '../tensor/tensor.ts';
import { type MaybeArray, mapPresent } from './operand.ts';

const { abs, max, sqrt } = Math;

/** √Σv² in float64 over n elements. */
export function norm2(v: FloatArray, at = 0, n: number = v.length): number {
  return normFrom(sumOfSquares(v, at, n), v, at, n);
}

/** The same over n elements of a memory, by its kernel. */
export function rangeNorm({ data, kernels }: Arena, at: number, n: number): number {
  return normFrom(kernels.sumOfSquares(at, n), data, at, n);
}

/** The root of a sum of squares; of the squares of rescaled elements where those of float64 over- or underflow. */
function normFrom(sum: number, v: FloatArray, at: number, n: number): number {
  if (sum > 1e-280 && sum < Infinity) return sqrt(sum);
  let largest = 0;
  for (let j = at; j < at + n; j++) largest = max(largest, abs(v[j]!)); // NaN stays NaN
  if (largest === 0 || !(largest < Infinity)) return largest;
  let scaled = 0;
  for (let j = at; j < at + n; j++) scaled += (v[j]! / largest) * (v[j]! / largest);
  return largest * sqrt(scaled);
}

/** Relative excess of a norm over the threshold that is left alone: rounding may leave that much. */
const SLACK: Readonly<Record<DType, number>> = { float32: 2 ** -22, float64: 2 ** -51 };

/** The smallest normal number. */
const SMALLEST: Readonly<Record<DType, number>> = { float32: 2 ** -126, float64: 2 ** -1022 };

/** A power of two: multiplying by it rounds only what becomes subnormal. */
const PART = 2 ** -64;

/**
 * Factors to multiply by in turn, so that `norm` becomes `clipNorm`: none at or below the threshold, else c/‖t‖. Where that
 * is subnormal in the arithmetic and would be rounded coarsely, factors of 2⁻⁶⁴ come out of it first.
 *
 * @param dtype - of what is clipped: its slack makes clipping twice the same as clipping once
 * @param arithmetic - precision of the factors
 */
export function clipFactors(norm: number, clipNorm: number, dtype: DType, arithmetic: DType): number[] {
  if (norm <= clipNorm * (1 + SLACK[dtype])) return [];
  const factors: number[] = [];
  let rest = norm;
  for (; rest < Infinity && clipNorm / rest < SMALLEST[arithmetic]; rest *= PART) factors.push(PART);
  return [...factors, clipNorm / rest];
}

/** The same for a global norm: NaN where it is not finite, as in TensorFlow. */
export function globalClipFactors(norm: number, clipNorm: number, dtype: DType, arithmetic: DType): number[] {
  return norm < Infinity ? clipFactors(norm, clipNorm, dtype, arithmetic) : [Number.NaN];
}

/** Norm of one checked array, in float64. */
export function normOf(array: NdArrayLike): number {
  const { data, shape, offset } = array;
  if (isDense(array) && isFloatArray(data)) return norm2(data, offset, sizeOf(shape));
  const copy = allocate('float64', sizeOf(shape));
  copyInto(new Tensor({ data: copy }, shape), array);
  return norm2(copy);
}

/** Global norm of arrays with these norms. */
export function globalNormOf(norms: readonly number[]): number {
  return norms.length === 1 ? norms[0]! : norm2(new Float64Array(norms));
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
  const where = 'globalNorm';
  const norms = mapPresent(where, list, (argument, entry) => normOf(requireNdArray(where, argument, entry)));
  return globalNormOf(norms.filter((norm) => norm != null));
}
