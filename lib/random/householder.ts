// Random matrices with orthonormal rows, from Householder reflections.

import { packedSize } from '../kernels/contract.ts';
import { Arena, type Take } from '../memory/arena.ts';
import { releaseScratch, scratchArena } from '../memory/scratch.ts';
import type { DType, FloatArray } from '../tensor/storage.ts';
import type { Random } from './random.ts';

const { max, min, sqrt } = Math;

/** Number of reflections in a block. */
const BLOCK = 64;

/** Offsets of matrices [rows, columns] in an arena. */
interface Places {
  /** [n, m], the result. */
  readonly q: number;
  /** [BLOCK, m], the vectors of a block of reflections, one per row. */
  readonly v: number;
  /** [BLOCK, BLOCK], VᵀV, then −T. */
  readonly t: number;
  /** [n, BLOCK], Q V. */
  readonly qv: number;
  /** [n, BLOCK], −Q V Tᵀ. */
  readonly qvt: number;
  /** A packed matrix. */
  readonly packed: number;
}

function plan(take: Take, n: number, m: number): Places {
  const size = min(BLOCK, n);
  return {
    q: take(n * m),
    v: take(size * m),
    t: take(size * size),
    qv: take(n * size),
    qvt: take(n * size),
    packed: take(max(packedSize(m, size), packedSize(size, m))),
  };
}

/**
 * Draws `n` <= `m` random orthonormal rows of `m` elements with Haar's distribution. `use` receives their offset in
 * `data`, and a sign for each row by which it must be multiplied. The rows are valid only during `use`.
 *
 * The QR decomposition of a matrix of normal numbers by Householder's method reflects the remaining part of each column
 * onto an axis. This part is normal and independent of earlier steps, so the vectors of the reflections can be drawn
 * directly, which saves half of the work: Qᵀ = D [I 0] H_n ⋯ H_1, where H_k reflects a normal vector of m − k + 1
 * elements, and D has the signs of R's diagonal. With H_k = I − τ v vᵀ, a block of reflections is H_1 ⋯ H_b = I − V T
 * Vᵀ with T upper triangular, and costs two matrix products.
 *
 * Sources: Stewart, "The efficient generation of random orthogonal matrices with an application to condition
 * estimators", SIAM J. Numer. Anal. 17 (1980); Mezzadri 2007 for the signs; Schreiber and Van Loan, "A
 * storage-efficient WY representation for products of Householder transformations", 1989.
 */
export function withOrthonormal(
  random: Random,
  n: number,
  m: number,
  dtype: DType,
  use: (data: FloatArray, at: number, signs: Float64Array) => void,
): void {
  const arena = dtype === 'float64' ? new Arena('float64') : scratchArena();
  const places = arena.layOut((take) => plan(take, n, m));
  const signs = new Float64Array(n);
  arena.data.fill(0, places.q, places.q + n * m);
  for (let k = 0; k < n; k++) arena.data[places.q + k * (m + 1)] = 1;
  for (let first = floorTo(n - 1, BLOCK); first >= 0; first -= BLOCK) {
    const size = min(BLOCK, n - first);
    const tau = drawReflections(random, arena, places.v, m - first, signs.subarray(first, first + size));
    reflect(arena, places, tau, n - first, m - first, places.q + first * (m + 1), m);
  }
  use(arena.data, places.q, signs);
  releaseScratch();
}

function floorTo(x: number, step: number): number {
  return x - (x % step);
}

/**
 * Draws the vectors of one reflection per entry of `signs`, and returns the factors τ = 2 / ‖v‖². Row k has k zeros,
 * then `length` − k elements. A vector with a single element only determines a sign.
 */
function drawReflections(random: Random, arena: Arena, v: number, length: number, signs: Float64Array): Float64Array {
  const { data, kernels } = arena;
  return signs.map((_, k) => {
    const [row, left] = [v + k * length, length - k];
    const at = row + k;
    data.fill(0, row, at);
    random.fillNormal(data.subarray(at, row + length), 0, 1);
    const sign = data[at]! < 0 ? -1 : 1;
    signs[k] = left === 1 ? sign : -sign;
    data[at]! += sign * sqrt(kernels.sumOfSquares(at, left));
    return left === 1 ? 0 : 2 / kernels.sumOfSquares(at, left);
  });
}

/** Computes Q ← Q H_b ⋯ H_1 = Q − (Q V Tᵀ) Vᵀ for the [n, m] part of Q at `q`, with rows `ldq` apart. */
function reflect(arena: Arena, places: Places, tau: Float64Array, n: number, m: number, q: number, ldq: number): void {
  const { kernels } = arena;
  const { v, t, qv, qvt, packed } = places;
  const size = tau.length;
  kernels.pack(packed, v, 1, m, m, size); // V
  kernels.matmul(qv, size, q, ldq, packed, n, size, m, false);
  kernels.matmul(t, size, v, m, packed, size, size, m, false);
  negatedTriangle(arena.data, t, tau);
  kernels.pack(packed, t, 1, size, size, size); // −Tᵀ
  kernels.matmul(qvt, size, qv, size, packed, n, size, size, false);
  kernels.pack(packed, v, m, 1, size, m); // Vᵀ
  kernels.matmul(q, ldq, qvt, size, packed, n, m, size, true);
}

/** Replaces VᵀV by −T, computed in float64. Column k of T has τ_k on the diagonal, and −τ_k T V₁…ₖ₋₁ᵀ v_k above it. */
function negatedTriangle(data: FloatArray, t: number, tau: Float64Array): void {
  const size = tau.length;
  const products = Float64Array.from(data.subarray(t, t + size * size));
  const T = new Float64Array(size * size);
  for (let k = 0; k < size; k++) {
    for (let i = 0; i < k; i++) {
      let sum = 0;
      for (let j = i; j < k; j++) sum += T[i * size + j]! * products[j * size + k]!;
      T[i * size + k] = -tau[k]! * sum;
    }
    T[k * size + k] = tau[k]!;
  }
  for (let i = 0; i < T.length; i++) data[t + i] = -T[i]!;
}
