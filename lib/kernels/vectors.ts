import { add, type Heap, lane, mul, type Offset } from './lane.ts';

/** Σ v² over n elements in float64: of finite float32 it can neither overflow nor underflow to zero. */
export function sumOfSquares(heap: Heap, v: Offset, n: Offset): number {
  let sum = 0;
  for (let j = v; j < v + n; j++) {
    const value = heap[j] as number;
    sum += value * value;
  }
  return sum;
}

/** v ← factor · v over n elements. */
export function scale(heap: Heap, v: Offset, factor: number, n: Offset): void {
  for (let j = v; j < v + n; j++) heap[j] = mul(lane(factor), heap[j] as number);
}

/** v ← min(max(v, low), high) over n elements; NaN stays NaN. */
export function clamp(heap: Heap, v: Offset, low: number, high: number, n: Offset): void {
  for (let j = v; j < v + n; j++) {
    const value = heap[j] as number;
    if (value < low) heap[j] = low;
    else if (value > high) heap[j] = high;
  }
}

/** y += x over n elements. */
export function accumulate(heap: Heap, y: Offset, x: Offset, n: Offset): void {
  for (let j = 0; j < n; j++) heap[y + j] = add(heap[y + j] as number, heap[x + j] as number);
}
