// Elementwise kernels and sums of rows.

import { add, type Heap, LANES, lane, load, mul, type Offset, type Scalar, store } from './lane.ts';

export { sumOfSquares } from './sums.ts';

/** v ← factor · v over n elements. */
export function scale(heap: Heap, v: Offset, factor: Scalar, n: Offset): void {
  for (let j: Offset = 0; j < n; j += LANES) store(heap, v + j, mul(lane(factor), load(heap, v + j)), n - j);
}

/** y += x over n elements. */
export function accumulate(heap: Heap, y: Offset, x: Offset, n: Offset): void {
  for (let j: Offset = 0; j < n; j += LANES) store(heap, y + j, add(load(heap, y + j), load(heap, x + j)), n - j);
}

/** sums [N] += rows of A [M, N], from the last row to the first, for gradients of biases. */
export function columnSums(heap: Heap, sums: Offset, a: Offset, lda: Offset, M: Offset, N: Offset): void {
  for (let i: Offset = M - 1; i >= 0; i--) accumulate(heap, sums, a + i * lda, N);
}

/** C [M, N] = row [N], repeated. */
export function repeatRow(heap: Heap, c: Offset, row: Offset, M: Offset, N: Offset): void {
  for (let i: Offset = 0; i < M; i++) {
    for (let j: Offset = 0; j < N; j += LANES) store(heap, c + i * N + j, load(heap, row + j), N - j);
  }
}
