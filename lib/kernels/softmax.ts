import { add, div, exp, type Heap, mul, type Offset, sub } from './lane.ts';

/** (D2) y_j = e^(a_j − max a) / Σ_k e^(a_k − max a), in place over each of M rows of N. */
export function softmaxForward(heap: Heap, y: Offset, M: Offset, N: Offset): void {
  for (let row = y; row < y + M * N; row += N) {
    const largest = rowMax(heap, row, N);
    let sum = 0;
    for (let j = row; j < row + N; j++) {
      const e = exp(sub(heap[j] as number, largest));
      heap[j] = e;
      sum = add(sum, e);
    }
    for (let j = row; j < row + N; j++) heap[j] = div(heap[j] as number, sum);
  }
}

/** (D2′) da_j = y_j (dy_j − Σ_k dy_k y_k) */
export function softmaxBackward(heap: Heap, da: Offset, y: Offset, dy: Offset, M: Offset, N: Offset): void {
  for (let row = 0; row < M * N; row += N) {
    let inner = 0;
    for (let j = row; j < row + N; j++) inner = add(inner, mul(heap[dy + j] as number, heap[y + j] as number));
    for (let j = row; j < row + N; j++) {
      heap[da + j] = mul(heap[y + j] as number, sub(heap[dy + j] as number, inner));
    }
  }
}

/** Largest of N values, NaN when one of them is. */
export function rowMax(heap: Heap, row: Offset, N: Offset): number {
  let largest = -Infinity;
  for (let j = row; j < row + N; j++) {
    const value = heap[j] as number;
    if (value > largest || value !== value) largest = value;
    if (largest !== largest) return largest;
  }
  return largest;
}
