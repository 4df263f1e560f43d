// The spectral norm of an operator that is known only by its products.

import { norm2 } from '../../clip/norm.ts';
import { Random } from '../../random/random.ts';
import { orthogonalize } from './singular-values.ts';

const { abs, max } = Math;

/**
 * A product with a matrix: `vector` times `scale`. The separate scale avoids overflow and underflow over many factors.
 */
export interface Scaled {
  readonly vector: Float64Array;
  readonly scale: number;
}

/** A square matrix that is known only by its products. */
export interface Operator {
  readonly size: number;
  /** A·v */
  forward(v: Float64Array): Scaled;
  /** Aᵀ·u */
  backward(u: Float64Array): Scaled;
}

/** A spectral norm and its error. */
export interface NormEstimate {
  readonly norm: number;
  /**
   * Relative error bound ‖Aᵀu − σv‖/σ: some singular value differs from `norm` by at most this share of it, and `norm`
   * is never too large.
   */
  readonly error: number;
}

/** Residual at which the iteration ends. The error of σ is then its square, divided by the gap to the next σ. */
const RESIDUAL = 1e-12;
/** The iteration also ends after `STILL` steps in a row in which σ grew by less than the share `NO_GROWTH`. */
const [NO_GROWTH, STILL] = [1e-15, 3];
/** Largest number of iterations. Each computes one product with A and one with Aᵀ. */
const MOST = 300;
/** Largest number of vectors, and the number kept after a restart. */
const [WIDEST, KEPT] = [16, 6];

/**
 * Computes ‖A‖₂ by power iteration that keeps its vectors: the norm is the largest ‖Av‖/‖v‖ in the span of all vectors
 * so far (Golub and Kahan 1965, with the Rayleigh–Ritz method). This converges even if the two largest singular values
 * are close, where plain power iteration would take thousands of steps. Aᵀ provides only directions, so an Aᵀ in
 * float32 costs iterations, not precision.
 */
export function spectralNorm(A: Operator): NormEstimate {
  const random = new Random(1958);
  const start = Float64Array.from({ length: A.size }, () => random.normal());
  const V = [divided(start, norm2(start))];
  const first = A.forward(V[0]!);
  if (!(first.scale > 0 && first.scale < Infinity)) return { norm: first.scale, error: first.scale === 0 ? 0 : NaN };
  const W = [first.vector]; // A·V / first.scale, columns orthogonal, the longest first
  let sigma = norm2(W[0]!);
  let residual = Infinity;
  for (let step = 0, still = 0; step < MOST && still < STILL; step++) {
    const { vector, scale } = A.backward(divided(W[0]!, sigma));
    const r = combined(vector, scale / first.scale, V[0]!, -sigma);
    residual = norm2(r) / sigma;
    if (!(residual > RESIDUAL)) break;
    restart(V, W);
    const next = orthogonalTo(V, r);
    if (next === undefined) break;
    const image = A.forward(next);
    V.push(next);
    W.push(image.vector.map((v) => v * (image.scale / first.scale)));
    orthogonalize(W, V);
    const grown = norm2(W[0]!);
    still = grown <= sigma * (1 + NO_GROWTH) ? still + 1 : 0;
    sigma = grown;
  }
  return { norm: sigma * first.scale, error: residual };
}

function restart(V: Float64Array[], W: Float64Array[]): void {
  if (V.length < WIDEST) return;
  V.length = KEPT;
  W.length = KEPT;
}

/** The unit vector along the part of `r` that is orthogonal to V; undefined if this part is only rounding. */
function orthogonalTo(V: readonly Float64Array[], r: Float64Array): Float64Array | undefined {
  const before = norm2(r);
  let rest = r;
  for (let pass = 0; pass < 2; pass++) {
    for (const v of V) rest = combined(rest, 1, v, -inner(rest, v));
  }
  const left = norm2(rest);
  return left > 1e-12 * before ? divided(rest, left) : undefined;
}

function divided(v: Float64Array, by: number): Float64Array {
  return v.map((x) => x / by);
}

function combined(a: Float64Array, x: number, b: Float64Array, y: number): Float64Array {
  return a.map((v, j) => x * v + y * b[j]!);
}

function inner(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, v, j) => sum + v * b[j]!, 0);
}

/** An n by n matrix as an operator. */
export function matrixOperator(matrix: Float64Array, n: number): Operator {
  return {
    size: n,
    forward: (v) => rescaled(Float64Array.from(v, (_, r) => inner(matrix.subarray(r * n, (r + 1) * n), v))),
    backward: (u) => {
      const out = new Float64Array(n);
      for (let r = 0; r < n; r++) {
        for (let c = 0; c < n; c++) out[c]! += matrix[r * n + c]! * u[r]!;
      }
      return rescaled(out);
    },
  };
}

/** Scales a vector in place so that its largest entry has magnitude 1, and returns it with the scale. */
export function rescaled(vector: Float64Array, scale = 1): Scaled {
  let largest = 0;
  for (let j = 0; j < vector.length; j++) largest = max(largest, abs(vector[j]!)); // NaN stays NaN
  if (largest > 0 && largest < Infinity) for (let j = 0; j < vector.length; j++) vector[j]! /= largest;
  return { vector, scale: scale * largest };
}
