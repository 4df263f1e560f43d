// The constraint on norms along one axis of an array. The type is in ./constraint.ts.

import { sizeOf } from '../tensor/layout.ts';
import { SLACK } from '../tensor/slack.ts';
import type { DType, FloatArray } from '../tensor/storage.ts';

const { abs, max: maxOf, min: minOf, sqrt } = Math;

/** The bounds of norms. */
interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly rate: number;
}

/** The vectors whose norms are bounded: `n` elements each, `step` apart; `step` of them begin side by side. */
interface Vectors {
  readonly data: FloatArray;
  readonly at: number;
  readonly n: number;
  readonly step: number;
}

/**
 * (W2) w ← w·(ρ·clip(‖w‖, min, max) + (1−ρ)‖w‖)/‖w‖, for the vectors along `axis` of a row-major array. Norms are
 * computed in float64. Vectors within the bounds, zeros and vectors that are not finite keep their bits.
 */
export function constrainNorms(
  { axis, ...bounds }: Bounds & { readonly axis: number },
  data: FloatArray,
  start: number,
  shape: readonly number[],
  dtype: DType,
): void {
  const n = shape[axis]!;
  const step = sizeOf(shape.slice(axis + 1));
  for (let at = start, end = start + sizeOf(shape); at < end; at += n * step) {
    scaleTo(bounds, { data, at, n, step }, SLACK[dtype]);
  }
}

function scaleTo({ min, max, rate }: Bounds, vectors: Vectors, slack: number): void {
  const { data, at, n, step } = vectors;
  const norms = normsOf(vectors);
  const goals = norms.map((norm) => {
    if (norm === 0) return 0;
    const inside = norm >= min * (1 - slack) && norm <= max * (1 + slack);
    return inside ? norm : rate * maxOf(min, minOf(norm, max)) + (1 - rate) * norm;
  });
  const changes = goals.map((goal, k) => abs(goal - norms[k]!)); // NaN if the vector is not finite
  if (!changes.some((change) => change > 0)) return;
  for (let i = 0, j = at; i < n; i++) {
    for (let k = 0; k < step; k++, j++) {
      if (changes[k]! > 0) data[j] = (data[j]! / norms[k]!) * goals[k]!; // a quotient of at most 1
    }
  }
}

/** The norm of each vector, in float64. */
function normsOf({ data, at, n, step }: Vectors): Float64Array {
  const sums = new Float64Array(step);
  for (let i = 0, j = at; i < n; i++) for (let k = 0; k < step; k++, j++) sums[k]! += data[j]! * data[j]!;
  return sums.map((sum, k) => (sum > 1e-280 && sum < Infinity ? sqrt(sum) : rescaledNorm(data, at + k, n, step)));
}

/** The norm of a vector whose sum of squares overflows or underflows. */
function rescaledNorm(data: FloatArray, at: number, n: number, step: number): number {
  let largest = 0;
  for (let i = 0; i < n; i++) largest = maxOf(largest, abs(data[at + i * step]!)); // NaN stays NaN
  if (largest === 0 || !(largest < Infinity)) return largest;
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const share = data[at + i * step]! / largest;
    sum += share * share;
  }
  return largest * sqrt(sum);
}
