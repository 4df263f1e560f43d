// Compares every kernel of a WebAssembly module with the reference, bit for bit, on fixed inputs.

import { HARD_SIGMOID_SIXTH, LINEAR } from './activation-kinds.ts';
import { type KernelBackend, moduleBackend, openHeap, referenceBackend } from './backend.ts';
import type { KernelHeap, KernelName, Kernels } from './contract.ts';
import { COEFFICIENTS } from './normal-quantile.ts';
import type { Module } from './simd.ts';

/** Elements per array of a check. The last array is for packed matrices, whose layout differs between kernels. */
const STRIDE = 16_384;
const [A, B, C, D, E, F, SQUARES, CLASSES, PACKED] = [0, 1, 2, 3, 4, 5, 6, 7, 8].map((k) => k * STRIDE) as [
  ...[number, number, number, number, number, number, number, number, number],
];

/** Elements that are compared: all but the packed matrices. */
export const COMPARED: number = PACKED;

/** Elements of the heap of a check. */
export const SLOTS: number = PACKED + 2 * STRIDE;

/** Offset of the coefficients of normalQuantiles, after the class numbers. */
const QUANTILES = CLASSES + 8;

// Five rows of 21 units cover pairs of vectors, single vectors and single numbers. K exceeds a block of rows. WIDTH has
// three panels of columns, the last one partial. M is eight rows, a pair and one more.
const [ROWS, H, N, M, K, WIDTH] = [5, 21, STRIDE - 3, 11, 300, 45];
const MOMENTS = [0.01, 0.9, 0.1, 0.999, 0.001, 1.5, 1e-8, 0.02] as const;

/** Calls `call` with each kind of activation, and the offset of a separate part of an array. */
function each(call: (kind: number, at: number) => void): void {
  for (let kind = LINEAR; kind <= HARD_SIGMOID_SIXTH; kind++) call(kind, 512 * kind);
}

/** A call of each kernel, on fixed inputs. */
export const CALLS: Readonly<Record<KernelName, (kernels: Kernels) => unknown>> = {
  pack: (k) => k.pack(PACKED, B, WIDTH, 1, K, WIDTH),
  matmul: (k) => {
    k.pack(PACKED, B, WIDTH, 1, K, WIDTH);
    k.matmul(A, WIDTH, C, K, PACKED, M, WIDTH, K, true);
    k.pack(PACKED, B, 1, K, K, WIDTH);
    k.matmul(D, WIDTH, C, K, PACKED, M, WIDTH, K, false);
    for (const few of [1, 2, 3]) k.matmul(E + few * 4 * WIDTH, WIDTH, C, K, PACKED, few, WIDTH, K, few === 2);
  },
  matmulGradient: (k) => {
    for (const rows of [M, 3, 1]) k.matmulGradient(A, WIDTH, C, M, B, WIDTH, PACKED, rows, WIDTH, K);
  },
  columnSums: (k) => k.columnSums(A, B, H, ROWS, H),
  repeatRow: (k) => k.repeatRow(A, B, ROWS, H),
  lstmStepForward: (k) => k.lstmStepForward(A, B, C, D, E, ROWS, H),
  lstmStepBackward: (k) => k.lstmStepBackward(A, B, C, D, E, F, ROWS, H),
  gruGatesForward: (k) => k.gruGatesForward(A, B, C, ROWS, H),
  gruStateForward: (k) => k.gruStateForward(A, B, C, ROWS, H),
  gruStateBackward: (k) => k.gruStateBackward(A, B, C, D, B, ROWS, H),
  gruGatesBackward: (k) => k.gruGatesBackward(A, B, C, D, E, ROWS, H),
  gruResetAfterStepForward: (k) => k.gruResetAfterStepForward(A, B, C, D, ROWS, H),
  gruResetAfterStepBackward: (k) => k.gruResetAfterStepBackward(A, B, C, D, E, F, C, ROWS, H),
  activationForward: (k) => each((kind, at) => k.activationForward(kind, A + at, WIDTH, B + at, H, M, H)),
  activationBackward: (k) => each((kind, at) => k.activationBackward(kind, A + at, H, B + at, H, C + at, WIDTH, M, H)),
  clipBackward: (k) => k.clipBackward(A, H, B, WIDTH, -0.5, 0.75, K, H),
  multiply: (k) => k.multiply(A, WIDTH, B, 0, C, H, K, H),
  multiplyAdd: (k) => {
    k.multiplyAdd(A, WIDTH, B, H, C, 0, K, H);
    k.multiplyAdd(D, 0, B, H, C, WIDTH, K, H);
  },
  interpolate: (k) => k.interpolate(A, H, B, WIDTH, C, H, D, 0, K, H),
  interpolateBackward: (k) => k.interpolateBackward(A, WIDTH, B, H, C, H, D, WIDTH, E, H, F, 0, B, H, K, H),
  softmaxForward: (k) => k.softmaxForward(A, ROWS, H),
  softmaxBackward: (k) => k.softmaxBackward(A, B, C, ROWS, H),
  normalize: (k) => k.normalize(A, H + 1, B, H, 1e-5, ROWS, H),
  normalizeBackward: (k) => k.normalizeBackward(A, H, B, H, C, H + 1, ROWS, H),
  squaredError: (k) => k.squaredError(A, E, B, C, 0.3, N),
  sparseCrossEntropy: (k) => k.sparseCrossEntropy(A, E, B, CLASSES, 0.3, ROWS, H),
  denseCrossEntropy: (k) => k.denseCrossEntropy(A, E, B, SQUARES, 0.3, ROWS, H),
  binaryCrossEntropy: (k) => k.binaryCrossEntropy(A, E, B, C, 0.3, N),
  sumOfSquares: (k) => k.sumOfSquares(A, N),
  scale: (k) => k.scale(A, 0.3, N),
  clamp: (k) => k.clamp(A, WIDTH, -0.5, 0.75, K, H),
  accumulate: (k) => k.accumulate(A, B, N),
  randomUniform: (k) => k.randomUniform(A, -1, 3, 1, 0x13198a2e, 0x03707344, 0xffff0000, 5, N >> 1),
  dropoutMask: (k) => k.dropoutMask(A, 0xa0000000, 1.7, 0x13198a2e, 0x03707344, 0xffff0000, 5, N),
  normalQuantiles: (k) => {
    k.randomUniform(A, 0, 1, 1, 1, 2, 0, 0, N >> 1);
    k.randomUniform(B, 2 ** -53, 2e-11, 0, 1, 2, 0, 0, N >> 1); // the middle part, and the tail below e⁻²⁵
    k.normalQuantiles(A, QUANTILES, PACKED, N >> 1);
    k.normalQuantiles(B, QUANTILES, PACKED, N >> 1);
  },
  sgdUpdate: (k) => k.sgdUpdate(A, B, 0.1, 0.02, N),
  momentumUpdate: (k) => k.momentumUpdate(A, B, C, 0.1, 0.9, 0.02, N),
  nesterovUpdate: (k) => k.nesterovUpdate(A, B, C, 0.1, 0.9, 0.02, N),
  adamUpdate: (k) => k.adamUpdate(A, B, SQUARES, C, ...MOMENTS, N),
  amsgradUpdate: (k) => k.amsgradUpdate(A, B, SQUARES, D, C, ...MOMENTS, N),
};

/**
 * The inputs: numbers within ±2, and every eighth 30 times as large. Numbers in D and SQUARES are not negative; class
 * numbers are below H.
 */
export function numbers(): Float32Array {
  const values = new Float32Array(PACKED);
  for (let j = 0, state = 1; j < PACKED; j++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    values[j] = (state / 2 ** 30 - 2) * (j % 8 === 3 ? 30 : 1);
  }
  for (const squares of [D, SQUARES]) values.set(values.subarray(squares, squares + STRIDE).map(Math.abs), squares);
  for (let j = 0; j < ROWS; j++) values[CLASSES + j] = (7 * j) % H;
  new Float64Array(values.buffer, 4 * QUANTILES, COEFFICIENTS.length).set(COEFFICIENTS);
  return values;
}

/** The first kernel of a module whose bits differ from the reference; undefined if all agree. */
export function firstDifference(module: Module, name: 'simd' | 'wide'): string | undefined {
  return differenceOf(moduleBackend(module, { name, reason: '' }));
}

/** The same for a backend. */
export function differenceOf(backend: KernelBackend): string | undefined {
  const start = numbers();
  const heap = openHeap('float32', backend, SLOTS);
  const plain = openHeap('float32', referenceBackend(''), heap.data.length);
  const bits = ({ data }: KernelHeap): Int32Array => new Int32Array(data.buffer, data.byteOffset, PACKED);
  return Object.entries(CALLS).find(([, call]) => {
    for (const { data } of [heap, plain]) data.set(start);
    const [got, expected] = [call(heap.kernels), call(plain.kernels)];
    const result = bits(heap);
    return got !== expected || bits(plain).some((word, j) => word !== result[j]);
  })?.[0];
}
