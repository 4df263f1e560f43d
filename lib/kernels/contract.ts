// The contract of all kernels: shapes, aliasing, and whether they accumulate or assign.

import type { Heap, Offset, Scalar } from './lane.ts';

/** Columns of a panel, rows of a block of packed B, and rows of a block of A, as in simd/matmul.ts. */
export const PANEL = 16;
export const BLOCK = 256;
export const ROWS = 64;

/** Number of elements of a packed [K, N] matrix, whose columns may be packed in panels of sixteen. */
export function packedSize(K: Offset, N: Offset): Offset {
  return K * Math.ceil(N / PANEL) * PANEL;
}

/**
 * Number of scratch elements that matmulGradient needs for an [M, N] gradient over K rows, to pack blocks of both
 * matrices.
 */
export function gradientScratch(M: Offset, N: Offset, K: Offset): Offset {
  const depth = Math.min(K, BLOCK);
  return packedSize(depth, N) + depth * Math.min(M + 1, ROWS);
}

/**
 * All kernels, bound to the memory of one arena: offsets and counts are in its elements. Call them as methods. Shapes,
 * aliasing and accumulate-or-assign are documented only here. Code above this folder does not depend on the
 * implementation.
 *
 * The order of arguments is outputs, inputs, sizes. An output must not overlap another argument unless documented.
 * "(+)=" accumulates if `accumulate` is true and assigns otherwise; "+=" always accumulates; everything else assigns.
 * Shapes: B rows of H units; ld* is the distance between the rows of a matrix. Sizes are arbitrary. Vector kernels may
 * read past the end of a row or an array, even past the last element of `data`, but never write there.
 */
// biome-ignore format: one kernel, one line
export interface Kernels {
  /**
   * Until the next call of this method, row b of a call with `rows` rows depends on row b of earlier calls only, so threads
   * need not wait for each other between calls. Nothing but kernels uses the memory until `byRows(0, 0)`.
   *
   * @param work - multiply-adds of a time step
   */
  byRows(rows: Offset, work: number): void;
  /** Packs B [K, N], element (k, j) at b + k·bStep + j·bColumn, into packedSize(K, N) elements at p, for matmul. */
  pack(p: Offset, b: Offset, bStep: Offset, bColumn: Offset, K: Offset, N: Offset): void;
  /** C [M, N] (+)= A [M, K] · B, where B [K, N] is packed at p; each sum runs over ascending k. */
  matmul(c: Offset, ldc: Offset, a: Offset, lda: Offset, p: Offset, M: Offset, N: Offset, K: Offset, accumulate: boolean): void;
  /**
   * C [M, N] += A [K, M]ᵀ · B [K, N]; each sum continues the value in C, from the last row to the first; scratch of
   * gradientScratch(M, N, K) elements.
   */
  matmulGradient(c: Offset, ldc: Offset, a: Offset, lda: Offset, b: Offset, ldb: Offset, scratch: Offset, M: Offset, N: Offset, K: Offset): void;
  /** sums [N] += rows of A [M, N], from the last to the first. */
  columnSums(sums: Offset, a: Offset, lda: Offset, M: Offset, N: Offset): void;
  /** C [M, N] = row [N] M times. */
  repeatRow(c: Offset, row: Offset, M: Offset, N: Offset): void;

  /**
   * gates [B, 4H] (input, forget, candidate, output): pre-activations on entry, activations on return; writes c, tanhC,
   * h [B, H].
   */
  lstmStepForward(gates: Offset, c: Offset, tanhC: Offset, h: Offset, cPrev: Offset, B: Offset, H: Offset): void;
  /** Writes dGates [B, 4H]; dc [B, H] is ∂L/∂c on entry, ∂L/∂c' on return. */
  lstmStepBackward(dGates: Offset, dc: Offset, gates: Offset, tanhC: Offset, cPrev: Offset, dh: Offset, B: Offset, H: Offset): void;

  /**
   * gates [B, 3H] (reset, update, candidate): pre-activations on entry, activations on return, in the first two blocks;
   * writes r ⊙ h'.
   */
  gruGatesForward(gates: Offset, resetH: Offset, hPrev: Offset, B: Offset, H: Offset): void;
  /** Candidate block of gates: pre-activation on entry, activation on return; writes h [B, H]. */
  gruStateForward(gates: Offset, h: Offset, hPrev: Offset, B: Offset, H: Offset): void;
  /** Writes blocks update and candidate of dGates, and dhPrev; dhPrev may be dh. */
  gruStateBackward(dGates: Offset, dhPrev: Offset, gates: Offset, hPrev: Offset, dh: Offset, B: Offset, H: Offset): void;
  /** Writes block reset of dGates; dhPrev += dResetH ⊙ r. */
  gruGatesBackward(dGates: Offset, dhPrev: Offset, gates: Offset, hPrev: Offset, dResetH: Offset, B: Offset, H: Offset): void;

  /**
   * gates [B, 3H] (reset, update, candidate): pre-activations on entry, activations on return; writes h; recurrent = U
   * h' + b_u.
   */
  gruResetAfterStepForward(gates: Offset, h: Offset, recurrent: Offset, hPrev: Offset, B: Offset, H: Offset): void;
  /** Writes dGates [B, 3H], dRecurrent [B, H] and dhPrev; dhPrev may be dh. */
  gruResetAfterStepBackward(dGates: Offset, dRecurrent: Offset, dhPrev: Offset, gates: Offset, recurrent: Offset, hPrev: Offset, dh: Offset, B: Offset, H: Offset): void;

  /**
   * y [M, N] = φ(a), where φ is the activation of number `kind`, from `activationKinds`; y may be a. Here and in the six
   * kernels below, an input whose rows are 0 apart is one row, repeated.
   */
  activationForward(kind: Offset, y: Offset, ldy: Offset, a: Offset, lda: Offset, M: Offset, N: Offset): void;
  /** da [M, N] = dy ⊙ φ′, from the output y; da may be dy. */
  activationBackward(kind: Offset, da: Offset, ldda: Offset, y: Offset, ldy: Offset, dy: Offset, lddy: Offset, M: Offset, N: Offset): void;
  /** da [M, N] ← da where low < y < high, else 0: for y = φ(a) with a clamped, low and high φ of the bounds. */
  clipBackward(da: Offset, ldda: Offset, y: Offset, ldy: Offset, low: number, high: number, M: Offset, N: Offset): void;
  /** y [M, N] = a ⊙ b; y may be a or b. */
  multiply(y: Offset, ldy: Offset, a: Offset, lda: Offset, b: Offset, ldb: Offset, M: Offset, N: Offset): void;
  /** y [M, N] += a ⊙ b; y may be a or b. With ldy 0, y [N] += the rows of a ⊙ b, from the last to the first. */
  multiplyAdd(y: Offset, ldy: Offset, a: Offset, lda: Offset, b: Offset, ldb: Offset, M: Offset, N: Offset): void;
  /** y [M, N] = (1 − z) ⊙ a + z ⊙ b; y may be z, a or b. */
  interpolate(y: Offset, ldy: Offset, z: Offset, ldz: Offset, a: Offset, lda: Offset, b: Offset, ldb: Offset, M: Offset, N: Offset): void;
  /** dz [M, N] = dy ⊙ (b − a), da = dy ⊙ (1 − z), db = dy ⊙ z; da or db may be dy. */
  interpolateBackward(dz: Offset, lddz: Offset, da: Offset, ldda: Offset, db: Offset, lddb: Offset, z: Offset, ldz: Offset, a: Offset, lda: Offset, b: Offset, ldb: Offset, dy: Offset, lddy: Offset, M: Offset, N: Offset): void;
  /** y [M, N] = softmax of each row, in place. */
  softmaxForward(y: Offset, M: Offset, N: Offset): void;
  /** da [M, N] from the output y and dy; da may be dy. */
  softmaxBackward(da: Offset, y: Offset, dy: Offset, M: Offset, N: Offset): void;

  /**
   * n [M, N + 1] = rows of x [M, N] with mean 0 and variance 1, then 1/√(variance + ε) of the row; x may be n. Mean and
   * variance are float64.
   */
  normalize(n: Offset, ldn: Offset, x: Offset, ldx: Offset, epsilon: number, M: Offset, N: Offset): void;
  /** dx [M, N] from dn [M, N] and n [M, N + 1]; dx may be dn. */
  normalizeBackward(dx: Offset, lddx: Offset, dn: Offset, lddn: Offset, n: Offset, ldn: Offset, M: Offset, N: Offset): void;

  /**
   * Σ (y − t)²; d [n] = gradient of scale · Σ. Here and below: unless `each` is −1, writes each loss there,
   * [elements or rows].
   */
  squaredError(d: Offset, each: Offset, y: Offset, t: Offset, scale: number, n: Offset): number;
  /** Σ −log softmax(a)[t]; a, d [M, N]; t [M] class numbers, checked by the caller. */
  sparseCrossEntropy(d: Offset, each: Offset, a: Offset, t: Offset, scale: number, M: Offset, N: Offset): number;
  /** Σ −t·log softmax(a); a, d, t [M, N]. */
  denseCrossEntropy(d: Offset, each: Offset, a: Offset, t: Offset, scale: number, M: Offset, N: Offset): number;
  /** Σ −t·log σ(a) − (1−t)·log(1−σ(a)); a, d, t [n]. */
  binaryCrossEntropy(d: Offset, each: Offset, a: Offset, t: Offset, scale: number, n: Offset): number;

  /** Σ v², in float64. */
  sumOfSquares(v: Offset, n: Offset): number;
  /** v ← factor · v. */
  scale(v: Offset, factor: number, n: Offset): void;
  /** v [M, N] ← min(max(v, low), high); NaN stays NaN. */
  clamp(v: Offset, ldv: Offset, low: number, high: number, M: Offset, N: Offset): void;
  /** y += x. */
  accumulate(y: Offset, x: Offset, n: Offset): void;

  /**
   * x [n] = low + range · u, in float64, where u in [0, 1) has the 53 leading bits of the Threefry blocks (c0, c1), (c0
   * + 1, c1), … (below 2³²) of the key (k0, k1); `odd` 1 sets the last bit. Here and below a float64 takes two elements
   * of a float32 heap, and x is even.
   */
  randomUniform(x: Offset, low: number, range: number, odd: number, k0: number, k1: number, c0: number, c1: number, n: Offset): void;
  /**
   * m [n]: element i is 0 if its word is below `threshold`, an integer from 0 to 2³² − 1, and else `scale`. Its word is
   * word i mod 2 of the Threefry block (c0 + ⌊i/2⌋, c1), below (2³², c1), of the key (k0, k1).
   */
  dropoutMask(m: Offset, threshold: number, scale: Scalar, k0: number, k1: number, c0: number, c1: number, n: Offset): void;
  /**
   * p [n] ← normal quantiles of p, in float64, for p from 2⁻⁵³ to 1 − 2⁻⁵³; coefficients: COEFFICIENTS of
   * normal-quantile.ts, in float64; scratch [n + 1].
   */
  normalQuantiles(p: Offset, coefficients: Offset, scratch: Offset, n: Offset): void;

  /** (U1) */
  sgdUpdate(w: Offset, g: Offset, rate: Scalar, weightDecay: Scalar, n: Offset): void;
  /** (U2) */
  momentumUpdate(w: Offset, v: Offset, g: Offset, rate: Scalar, momentum: Scalar, weightDecay: Scalar, n: Offset): void;
  /** (U3) */
  nesterovUpdate(w: Offset, v: Offset, g: Offset, rate: Scalar, momentum: Scalar, weightDecay: Scalar, n: Offset): void;
  /** (U4) */
  adamUpdate(w: Offset, m: Offset, v: Offset, g: Offset, rate: Scalar, beta1: Scalar, oneMinusBeta1: Scalar, beta2: Scalar, oneMinusBeta2: Scalar, rootScale: Scalar, epsilon: Scalar, decay: Scalar, n: Offset): void;
  /** (U5) */
  amsgradUpdate(w: Offset, m: Offset, v: Offset, vMax: Offset, g: Offset, rate: Scalar, beta1: Scalar, oneMinusBeta1: Scalar, beta2: Scalar, oneMinusBeta2: Scalar, rootScale: Scalar, epsilon: Scalar, decay: Scalar, n: Offset): void;
}

/** Names of the kernels. */
export type KernelName = Exclude<keyof Kernels, 'byRows'>;

/** The backends: plain TypeScript, or WebAssembly with vectors of 128 or 256 bits. */
export type BackendName = 'reference' | 'simd' | 'wide';

/** The memory of one arena, and its kernels. */
export interface KernelHeap {
  /** The whole memory. It is another array after `grow`. */
  readonly data: Heap;
  /** The kernels, always the same object. */
  readonly kernels: Kernels;
  /** The backend of the kernels; `grow` may change it. */
  readonly backend: BackendName;
  /**
   * Grows to at least this many elements, and keeps the current ones. If memory runs out, it throws a RangeError and
   * changes nothing.
   */
  grow(elements: number): void;
}
