// Matrix products in plain TypeScript.

import type { Heap, Offset } from './lane.ts';

// Each sum runs over k in a fixed order, and every multiplication and addition is rounded to the heap's precision, as
// in a vector unit. So the bits of a row depend neither on other rows nor on how a longer sum is divided into parts.

/** Packs B [K, N] for `matmul`, here row by row. Element (k, j) is at b + k·bStep + j·bColumn. */
export function pack(heap: Heap, p: Offset, b: Offset, bStep: Offset, bColumn: Offset, K: Offset, N: Offset): void {
  for (let k = 0; k < K; k++) {
    for (let j = 0; j < N; j++) heap[p + k * N + j] = heap[b + k * bStep + j * bColumn]!;
  }
}

/** C [M, N] (+)= A [M, K] · packed B, with k ascending. */
export function matmul(
  heap: Heap,
  c: Offset,
  ldc: Offset,
  a: Offset,
  lda: Offset,
  p: Offset,
  M: Offset,
  N: Offset,
  K: Offset,
  accumulate: boolean,
): void {
  product(heap, c, ldc, a, lda, 1, p, N, 1, M, N, K, accumulate);
}

/** C [M, N] += A [K, M]ᵀ · B [K, N], with k descending, because weight gradients start with the last time step. */
export function matmulGradient(
  heap: Heap,
  c: Offset,
  ldc: Offset,
  a: Offset,
  lda: Offset,
  b: Offset,
  ldb: Offset,
  _scratch: Offset,
  M: Offset,
  N: Offset,
  K: Offset,
): void {
  product(heap, c, ldc, a + (K - 1) * lda, 1, -lda, b + (K - 1) * ldb, -ldb, 1, M, N, K, true);
}

/** c(i, j) (+)= Σ_k a(i, k) · b(k, j) with any strides, four columns at a time. */
function product(
  heap: Heap,
  c: Offset,
  ldc: Offset,
  a: Offset,
  aRow: Offset,
  aStep: Offset,
  b: Offset,
  bStep: Offset,
  bColumn: Offset,
  M: Offset,
  N: Offset,
  K: Offset,
  accumulate: boolean,
): void {
  const single = heap.BYTES_PER_ELEMENT === 4;
  const addFour = single ? addFourSingle : addFourDouble;
  const addOne = single ? addOneSingle : addOneDouble;
  for (let i = 0; i < M; i++) {
    const row = c + i * ldc;
    const p = a + i * aRow;
    if (!accumulate) heap.fill(0, row, row + N);
    let j = 0;
    for (; j + 4 <= N; j += 4) addFour(heap, row + j, p, aStep, b + j * bColumn, bStep, bColumn, K);
    for (; j < N; j++) addOne(heap, row + j, p, aStep, b + j * bColumn, bStep, K);
  }
}

// There is one function per precision, so that engines compile each for one kind of heap. Rounding with the functions
// of lane.ts would halve the speed of a training step.

const { fround } = Math;

function addFourSingle(
  heap: Heap,
  c: Offset,
  a: Offset,
  aStep: Offset,
  b: Offset,
  bStep: Offset,
  bColumn: Offset,
  K: Offset,
): void {
  let s0 = heap[c]!;
  let s1 = heap[c + 1]!;
  let s2 = heap[c + 2]!;
  let s3 = heap[c + 3]!;
  for (let k = 0, p = a, q = b; k < K; k++, p += aStep, q += bStep) {
    const factor = heap[p]!;
    s0 = fround(s0 + fround(factor * heap[q]!));
    s1 = fround(s1 + fround(factor * heap[q + bColumn]!));
    s2 = fround(s2 + fround(factor * heap[q + 2 * bColumn]!));
    s3 = fround(s3 + fround(factor * heap[q + 3 * bColumn]!));
  }
  heap[c] = s0;
  heap[c + 1] = s1;
  heap[c + 2] = s2;
  heap[c + 3] = s3;
}

function addOneSingle(heap: Heap, c: Offset, a: Offset, aStep: Offset, b: Offset, bStep: Offset, K: Offset): void {
  let sum = heap[c]!;
  for (let k = 0, p = a, q = b; k < K; k++, p += aStep, q += bStep) sum = fround(sum + fround(heap[p]! * heap[q]!));
  heap[c] = sum;
}

function addFourDouble(
  heap: Heap,
  c: Offset,
  a: Offset,
  aStep: Offset,
  b: Offset,
  bStep: Offset,
  bColumn: Offset,
  K: Offset,
): void {
  for (let j = 0; j < 4; j++) addOneDouble(heap, c + j, a, aStep, b + j * bColumn, bStep, K);
}

function addOneDouble(heap: Heap, c: Offset, a: Offset, aStep: Offset, b: Offset, bStep: Offset, K: Offset): void {
  let sum = heap[c]!;
  for (let k = 0, p = a, q = b; k < K; k++, p += aStep, q += bStep) sum += heap[p]! * heap[q]!;
  heap[c] = sum;
}
