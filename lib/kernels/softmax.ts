// Softmax over rows, forward and backward.

import { exponentials } from './exponentials.ts';
import { div, type Heap, LANES, lane, load, mul, type Offset, type Scalar, store, sub } from './lane.ts';
import { rowMax, sumOfProducts } from './sums.ts';

/** (D2) y_j = e^(a_j − max a) / Σ_k e^(a_k − max a), in place over each of M rows of N. */
export function softmaxForward(heap: Heap, y: Offset, M: Offset, N: Offset): void {
  for (let row: Offset = y; row < y + M * N; row += N) {
    const sum = lane(exponentials(heap, row, row, rowMax(heap, row, N), N) as Scalar);
    for (let j: Offset = 0; j < N; j += LANES) store(heap, row + j, div(load(heap, row + j), sum), N - j);
  }
}

/** (D2′) da_j = y_j (dy_j − Σ_k dy_k y_k) */
export function softmaxBackward(heap: Heap, da: Offset, y: Offset, dy: Offset, M: Offset, N: Offset): void {
  for (let row: Offset = 0; row < M * N; row += N) {
    const inner = lane(sumOfProducts(heap, dy + row, y + row, N) as Scalar);
    for (let j: Offset = row; j < row + N; j += LANES) {
      store(heap, da + j, mul(load(heap, y + j), sub(load(heap, dy + j), inner)), row + N - j);
    }
  }
}
