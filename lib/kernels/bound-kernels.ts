// The kernels of one arena, bound to its region of a memory.

import type { BackendName, KernelName, Kernels } from './contract.ts';
import type { Heap, Offset, Scalar } from './lane.ts';

/**
 * Kernels with offsets from the beginning of a memory. Each set of kernels is bound to its memory, so the first
 * argument, the heap in plain TypeScript, is always 0.
 */
export type RawKernels = {
  readonly [K in KernelName]: (heap: 0, ...rest: Parameters<Kernels[K]>) => ReturnType<Kernels[K]>;
};

/** A part of a memory, and its kernels. */
export interface Region {
  /** The elements of this region only. */
  readonly data: Heap;
  /** Kernels with offsets from the beginning of the memory. */
  readonly raw: RawKernels;
  /** Offset of the region in the memory, in elements. */
  readonly at: number;
  /** Backend of the kernels. */
  readonly backend: BackendName;
  /** `Kernels.byRows`, where several threads compute. */
  readonly byRows?: (rows: number, work: number) => void;
  /** Extends the region in place. If memory runs out, it throws and changes nothing. Absent in a shared memory. */
  readonly extended?: (elements: number) => Region;
}

/** The kernels of one region: they add its offset to all offsets. */
// biome-ignore format: one kernel, one line
export class BoundKernels implements Kernels {
  #raw: RawKernels;
  #at: number;
  #byRows: ((rows: number, work: number) => void) | undefined;

  constructor({ raw, at, byRows }: Region) {
    this.#raw = raw;
    this.#at = at;
    this.#byRows = byRows;
  }

  /** Binds the kernels to another region. */
  bind({ raw, at, byRows }: Region): void {
    this.#raw = raw;
    this.#at = at;
    this.#byRows = byRows;
  }

  byRows(rows: number, work: number): void {
    this.#byRows?.(rows, work);
  }

  pack(p: Offset, b: Offset, bStep: Offset, bColumn: Offset, K: Offset, N: Offset): void { this.#raw.pack(0, p + this.#at, b + this.#at, bStep, bColumn, K, N); }
  matmul(c: Offset, ldc: Offset, a: Offset, lda: Offset, p: Offset, M: Offset, N: Offset, K: Offset, accumulate: boolean): void { this.#raw.matmul(0, c + this.#at, ldc, a + this.#at, lda, p + this.#at, M, N, K, accumulate); }
  matmulGradient(c: Offset, ldc: Offset, a: Offset, lda: Offset, b: Offset, ldb: Offset, scratch: Offset, M: Offset, N: Offset, K: Offset): void { this.#raw.matmulGradient(0, c + this.#at, ldc, a + this.#at, lda, b + this.#at, ldb, scratch + this.#at, M, N, K); }
  columnSums(sums: Offset, a: Offset, lda: Offset, M: Offset, N: Offset): void { this.#raw.columnSums(0, sums + this.#at, a + this.#at, lda, M, N); }
  repeatRow(c: Offset, row: Offset, M: Offset, N: Offset): void { this.#raw.repeatRow(0, c + this.#at, row + this.#at, M, N); }
  lstmStepForward(gates: Offset, c: Offset, tanhC: Offset, h: Offset, cPrev: Offset, B: Offset, H: Offset): void { this.#raw.lstmStepForward(0, gates + this.#at, c + this.#at, tanhC + this.#at, h + this.#at, cPrev + this.#at, B, H); }
  lstmStepBackward(dGates: Offset, dc: Offset, gates: Offset, tanhC: Offset, cPrev: Offset, dh: Offset, B: Offset, H: Offset): void { this.#raw.lstmStepBackward(0, dGates + this.#at, dc + this.#at, gates + this.#at, tanhC + this.#at, cPrev + this.#at, dh + this.#at, B, H); }
  gruGatesForward(gates: Offset, resetH: Offset, hPrev: Offset, B: Offset, H: Offset): void { this.#raw.gruGatesForward(0, gates + this.#at, resetH + this.#at, hPrev + this.#at, B, H); }
  gruStateForward(gates: Offset, h: Offset, hPrev: Offset, B: Offset, H: Offset): void { this.#raw.gruStateForward(0, gates + this.#at, h + this.#at, hPrev + this.#at, B, H); }
  gruStateBackward(dGates: Offset, dhPrev: Offset, gates: Offset, hPrev: Offset, dh: Offset, B: Offset, H: Offset): void { this.#raw.gruStateBackward(0, dGates + this.#at, dhPrev + this.#at, gates + this.#at, hPrev + this.#at, dh + this.#at, B, H); }
  gruGatesBackward(dGates: Offset, dhPrev: Offset, gates: Offset, hPrev: Offset, dResetH: Offset, B: Offset, H: Offset): void { this.#raw.gruGatesBackward(0, dGates + this.#at, dhPrev + this.#at, gates + this.#at, hPrev + this.#at, dResetH + this.#at, B, H); }
  gruResetAfterStepForward(gates: Offset, h: Offset, recurrent: Offset, hPrev: Offset, B: Offset, H: Offset): void { this.#raw.gruResetAfterStepForward(0, gates + this.#at, h + this.#at, recurrent + this.#at, hPrev + this.#at, B, H); }
  gruResetAfterStepBackward(dGates: Offset, dRecurrent: Offset, dhPrev: Offset, gates: Offset, recurrent: Offset, hPrev: Offset, dh: Offset, B: Offset, H: Offset): void { this.#raw.gruResetAfterStepBackward(0, dGates + this.#at, dRecurrent + this.#at, dhPrev + this.#at, gates + this.#at, recurrent + this.#at, hPrev + this.#at, dh + this.#at, B, H); }
  activationForward(kind: Offset, y: Offset, ldy: Offset, a: Offset, lda: Offset, M: Offset, N: Offset): void { this.#raw.activationForward(0, kind, y + this.#at, ldy, a + this.#at, lda, M, N); }
  activationBackward(kind: Offset, da: Offset, ldda: Offset, y: Offset, ldy: Offset, dy: Offset, lddy: Offset, M: Offset, N: Offset): void { this.#raw.activationBackward(0, kind, da + this.#at, ldda, y + this.#at, ldy, dy + this.#at, lddy, M, N); }
  clipBackward(da: Offset, ldda: Offset, y: Offset, ldy: Offset, low: number, high: number, M: Offset, N: Offset): void { this.#raw.clipBackward(0, da + this.#at, ldda, y + this.#at, ldy, low, high, M, N); }
  multiply(y: Offset, ldy: Offset, a: Offset, lda: Offset, b: Offset, ldb: Offset, M: Offset, N: Offset): void { this.#raw.multiply(0, y + this.#at, ldy, a + this.#at, lda, b + this.#at, ldb, M, N); }
  multiplyAdd(y: Offset, ldy: Offset, a: Offset, lda: Offset, b: Offset, ldb: Offset, M: Offset, N: Offset): void { this.#raw.multiplyAdd(0, y + this.#at, ldy, a + this.#at, lda, b + this.#at, ldb, M, N); }
  interpolate(y: Offset, ldy: Offset, z: Offset, ldz: Offset, a: Offset, lda: Offset, b: Offset, ldb: Offset, M: Offset, N: Offset): void { this.#raw.interpolate(0, y + this.#at, ldy, z + this.#at, ldz, a + this.#at, lda, b + this.#at, ldb, M, N); }
  interpolateBackward(dz: Offset, lddz: Offset, da: Offset, ldda: Offset, db: Offset, lddb: Offset, z: Offset, ldz: Offset, a: Offset, lda: Offset, b: Offset, ldb: Offset, dy: Offset, lddy: Offset, M: Offset, N: Offset): void { this.#raw.interpolateBackward(0, dz + this.#at, lddz, da + this.#at, ldda, db + this.#at, lddb, z + this.#at, ldz, a + this.#at, lda, b + this.#at, ldb, dy + this.#at, lddy, M, N); }
  softmaxForward(y: Offset, M: Offset, N: Offset): void { this.#raw.softmaxForward(0, y + this.#at, M, N); }
  softmaxBackward(da: Offset, y: Offset, dy: Offset, M: Offset, N: Offset): void { this.#raw.softmaxBackward(0, da + this.#at, y + this.#at, dy + this.#at, M, N); }
  normalize(n: Offset, ldn: Offset, x: Offset, ldx: Offset, epsilon: number, M: Offset, N: Offset): void { this.#raw.normalize(0, n + this.#at, ldn, x + this.#at, ldx, epsilon, M, N); }
  normalizeBackward(dx: Offset, lddx: Offset, dn: Offset, lddn: Offset, n: Offset, ldn: Offset, M: Offset, N: Offset): void { this.#raw.normalizeBackward(0, dx + this.#at, lddx, dn + this.#at, lddn, n + this.#at, ldn, M, N); }
  squaredError(d: Offset, each: Offset, y: Offset, t: Offset, scale: number, n: Offset): number { return this.#raw.squaredError(0, d + this.#at, each < 0 ? each : each + this.#at, y + this.#at, t + this.#at, scale, n); }
  sparseCrossEntropy(d: Offset, each: Offset, a: Offset, t: Offset, scale: number, M: Offset, N: Offset): number { return this.#raw.sparseCrossEntropy(0, d + this.#at, each < 0 ? each : each + this.#at, a + this.#at, t + this.#at, scale, M, N); }
  denseCrossEntropy(d: Offset, each: Offset, a: Offset, t: Offset, scale: number, M: Offset, N: Offset): number { return this.#raw.denseCrossEntropy(0, d + this.#at, each < 0 ? each : each + this.#at, a + this.#at, t + this.#at, scale, M, N); }
  binaryCrossEntropy(d: Offset, each: Offset, a: Offset, t: Offset, scale: number, n: Offset): number { return this.#raw.binaryCrossEntropy(0, d + this.#at, each < 0 ? each : each + this.#at, a + this.#at, t + this.#at, scale, n); }
  sumOfSquares(v: Offset, n: Offset): number { return this.#raw.sumOfSquares(0, v + this.#at, n); }
  scale(v: Offset, factor: number, n: Offset): void { this.#raw.scale(0, v + this.#at, factor, n); }
  clamp(v: Offset, ldv: Offset, low: number, high: number, M: Offset, N: Offset): void { this.#raw.clamp(0, v + this.#at, ldv, low, high, M, N); }
  accumulate(y: Offset, x: Offset, n: Offset): void { this.#raw.accumulate(0, y + this.#at, x + this.#at, n); }
  randomUniform(x: Offset, low: number, range: number, odd: number, k0: number, k1: number, c0: number, c1: number, n: Offset): void { this.#raw.randomUniform(0, x + this.#at, low, range, odd, k0, k1, c0, c1, n); }
  dropoutMask(m: Offset, threshold: number, scale: Scalar, k0: number, k1: number, c0: number, c1: number, n: Offset): void { this.#raw.dropoutMask(0, m + this.#at, threshold, scale, k0, k1, c0, c1, n); }
  normalQuantiles(p: Offset, coefficients: Offset, scratch: Offset, n: Offset): void { this.#raw.normalQuantiles(0, p + this.#at, coefficients + this.#at, scratch + this.#at, n); }
  sgdUpdate(w: Offset, g: Offset, rate: Scalar, weightDecay: Scalar, n: Offset): void { this.#raw.sgdUpdate(0, w + this.#at, g + this.#at, rate, weightDecay, n); }
  momentumUpdate(w: Offset, v: Offset, g: Offset, rate: Scalar, momentum: Scalar, weightDecay: Scalar, n: Offset): void { this.#raw.momentumUpdate(0, w + this.#at, v + this.#at, g + this.#at, rate, momentum, weightDecay, n); }
  nesterovUpdate(w: Offset, v: Offset, g: Offset, rate: Scalar, momentum: Scalar, weightDecay: Scalar, n: Offset): void { this.#raw.nesterovUpdate(0, w + this.#at, v + this.#at, g + this.#at, rate, momentum, weightDecay, n); }
  adamUpdate(w: Offset, m: Offset, v: Offset, g: Offset, rate: Scalar, beta1: Scalar, oneMinusBeta1: Scalar, beta2: Scalar, oneMinusBeta2: Scalar, rootScale: Scalar, epsilon: Scalar, decay: Scalar, n: Offset): void { this.#raw.adamUpdate(0, w + this.#at, m + this.#at, v + this.#at, g + this.#at, rate, beta1, oneMinusBeta1, beta2, oneMinusBeta2, rootScale, epsilon, decay, n); }
  amsgradUpdate(w: Offset, m: Offset, v: Offset, vMax: Offset, g: Offset, rate: Scalar, beta1: Scalar, oneMinusBeta1: Scalar, beta2: Scalar, oneMinusBeta2: Scalar, rootScale: Scalar, epsilon: Scalar, decay: Scalar, n: Offset): void { this.#raw.amsgradUpdate(0, w + this.#at, m + this.#at, v + this.#at, vMax + this.#at, g + this.#at, rate, beta1, oneMinusBeta1, beta2, oneMinusBeta2, rootScale, epsilon, decay, n); }
}

/** Names of all kernels. */
export const KERNEL_NAMES: readonly string[] = /* @__PURE__ */ Object.getOwnPropertyNames(
  BoundKernels.prototype,
).filter((name) => !['constructor', 'bind', 'byRows'].includes(name));
