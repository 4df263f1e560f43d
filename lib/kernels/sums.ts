import type { Heap, Offset } from './lane.ts';

/**
 * Σ v² over n elements in float64: of finite float32 it can neither overflow nor underflow to zero. Element j goes to
 * the partial sum j mod 4, as a vector unit takes them.
 */
export function sumOfSquares(heap: Heap, v: Offset, n: Offset): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let j = v;
  for (const end = v + n - 3; j < end; j += 4) {
    s0 += heap[j]! * heap[j]!;
    s1 += heap[j + 1]! * heap[j + 1]!;
    s2 += heap[j + 2]! * heap[j + 2]!;
    s3 += heap[j + 3]! * heap[j + 3]!;
  }
  let rest = 0;
  for (const end = v + n; j < end; j++) rest += heap[j]! * heap[j]!;
  return s0 + s2 + (s1 + s3) + rest;
}
