// The contract of all kernels: shapes, aliasing, and whether they accumulate or assign.

import type { Heap, Offset, Scalar } from './lane.ts';

/** Columns of a panel, rows of a block of packed B, and rows of a block of A: those of simd/matmul.ts. */
const [PANEL, BLOCK, ROWS] = [16, 256, 64];

/** Elements of a packed [K, N] matrix: the columns may be packed in panels of sixteen. */
export function packedSize(K: Offset, N: Offset): Offset {
  return K * Math.ceil(N / PANEL) * PANEL;
}

/**
 * Elements of scratch for an [M, N] gradient over K rows in matmulGradient, which may pack blocks of both matrices
 * there.
 */
export function gradientScratch(M: Offset, N: Offset, K: Offset): Offset {
  const depth = Math.min(K, BLOCK);
  return packedSize(depth, N) + depth * Math.min(M + 1, ROWS);
}

/**
 * All kernels, bound to the array of one arena: offsets and counts are in its elements. Call them as methods. Only this
 * interface states shapes, aliasing and accumulate-or-assign. No code above this folder knows which implementation
 * runs.
 *
 * The order of arguments is outputs, inputs, sizes. An output may not overlap another argument unless stated here.
 * "(+)=" accumulates if `accumulate` is true and assigns otherwise; "+=" always accumulates; everything else assigns.
 * Shapes: B rows of H units; ld* is the distance between the rows of a matrix. Sizes are arbitrary: vector kernels may
 * read past the end of a row or an array, even past the last element of `data`, but write nothing there.
 */
// biome-ignore format: one kernel, one line
export interface Kernels {
  /** Packs B [K, N], element (k, j) at b + k·bStep + j·bColumn, into packedSize(K, N) elements at p, for matmul. */
  pack(p: Offset, b: Offset, bStep: Offset, bColumn: Offset, K: Offset, N: Offset): void;
  /** C [M, N] (+)= A [M, K] · B, B [K, N] packed at p; each sum over k upwards. */
  matmul(c: Offset, ldc: Offset, a: Offset, lda: Offset, p: Offset, M: Offset, N: Offset, K: Offset, accumulate: boolean): void;
  /**
   * C [M, N] += A [K, M]ᵀ · B [K, N], continuing the sums in C from the last row to the first; scratch
   * gradientScratch(M, N, K).
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
   * gates [B, 3H] (reset, update, candidate): in the first two blocks pre-activations on entry, activations on return;
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

  /** y = σ(a); y may be a. */
  sigmoidForward(y: Offset, a: Offset, n: Offset): void;
  /** da = dy ⊙ σ′, from the output y; da may be dy. */
  sigmoidBackward(da: Offset, y: Offset, dy: Offset, n: Offset): void;
  /** y = tanh(a); y may be a. */
  tanhForward(y: Offset, a: Offset, n: Offset): void;
  /** da = dy ⊙ tanh′, from the output y; da may be dy. */
  tanhBackward(da: Offset, y: Offset, dy: Offset, n: Offset): void;
  /** y = max(a, 0); y may be a. */
  reluForward(y: Offset, a: Offset, n: Offset): void;
  /** da = dy ⊙ relu′, from the output y; da may be dy. */
  reluBackward(da: Offset, y: Offset, dy: Offset, n: Offset): void;
  /** y [M, N] = softmax of each row, in place. */
  softmaxForward(y: Offset, M: Offset, N: Offset): void;
  /** da [M, N] from the output y and dy; da may be dy. */
  softmaxBackward(da: Offset, y: Offset, dy: Offset, M: Offset, N: Offset): void;

  /**
   * Σ (y − t)²; d [n] = gradient of scale · Σ. Here and below: writes every loss to `each` [elements or rows] unless
   * that is −1.
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
  /** v ← min(max(v, low), high); NaN stays NaN. */
  clamp(v: Offset, low: number, high: number, n: Offset): void;
  /** y += x. */
  accumulate(y: Offset, x: Offset, n: Offset): void;

  /**
   * x [n] = low + range · u, in float64: u in [0, 1) from the 53 leading bits of Threefry's blocks c0, c0 + 1, … (below
   * 2³²) of key and c1; `odd` 1 sets the last bit. Here and below a float64 takes two elements of a float32 heap; x
   * even.
   */
  randomUniform(x: Offset, low: number, range: number, odd: number, k0: number, k1: number, c0: number, c1: number, n: Offset): void;
  /**
   * p [n] ← normal quantiles of p, in float64, p within 2⁻⁵³ and 1 − 2⁻⁵³; COEFFICIENTS of normal-quantile.ts, in
   * float64; scratch [n + 1].
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

/** The backends: plain TypeScript, WebAssembly on 128-bit vectors, or the same with pairs of vectors in 256 bits. */
export type BackendName = 'reference' | 'simd' | 'wide';

/** The memory of one arena, and its kernels. */
export interface KernelHeap {
  /** The whole memory; another array after `grow`. */
  readonly data: Heap;
  /** Always the same object. */
  readonly kernels: Kernels;
  /** The backend of the kernels; `grow` may change it. */
  readonly backend: BackendName;
  /**
   * Makes room for so many elements, and keeps the present ones. Throws a RangeError, and changes nothing, if it
   * cannot.
   */
  grow(elements: number): void;
}
