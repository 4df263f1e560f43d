// Reductions of a row to one number: sums and the maximum.

import type { Heap, Offset, Scalar } from './lane.ts';
import { log1p } from './log.ts';

// Sums are float64, so for finite float32 they cannot overflow, and squares cannot underflow to zero. Element j is
// added to partial sum j mod 4, as in a vector unit, and the last n mod 4 elements are added to a fifth partial sum.

const { sqrt } = Math;

const partial: Float64Array = new Float64Array(5);

/** Index of the partial sum for element j of n. */
function part(j: Offset, n: Offset): number {
  return j < (n & -4) ? j & 3 : 4;
}

function total(): number {
  const sum = partial[0]! + partial[2]! + (partial[1]! + partial[3]!) + partial[4]!;
  partial.fill(0);
  return sum;
}

/** Largest of n elements; NaN if one of them is NaN. */
export function rowMax(heap: Heap, v: Offset, n: Offset): Scalar {
  let largest = -Infinity;
  for (let j = v; j < v + n; j++) {
    const value = heap[j]!;
    if (value > largest || value !== value) largest = value;
    if (largest !== largest) return largest;
  }
  return largest;
}

/** Σ v */
export function sum(heap: Heap, v: Offset, n: Offset): number {
  for (let j = 0; j < n; j++) partial[part(j, n)]! += heap[v + j]!;
  return total();
}

/** Σ v² */
export function sumOfSquares(heap: Heap, v: Offset, n: Offset): number {
  return sumOfProducts(heap, v, v, n);
}

/** Σ a·b. The loop is unrolled, because it computes the norm of all gradients. */
export function sumOfProducts(heap: Heap, a: Offset, b: Offset, n: Offset): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let j = 0;
  for (const end = n - 3; j < end; j += 4) {
    s0 += heap[a + j]! * heap[b + j]!;
    s1 += heap[a + j + 1]! * heap[b + j + 1]!;
    s2 += heap[a + j + 2]! * heap[b + j + 2]!;
    s3 += heap[a + j + 3]! * heap[b + j + 3]!;
  }
  let rest = 0;
  for (; j < n; j++) rest += heap[a + j]! * heap[b + j]!;
  return s0 + s2 + (s1 + s3) + rest;
}

/** 1/√(variance + ε), where rounding may leave a variance of 0 slightly below it. */
export function inverseRoot(variance: number, epsilon: number): number {
  return 1 / sqrt((variance < 0 ? 0 : variance) + epsilon);
}

/** (E3) Σ t (logSum − a). A term is 0 if t is 0, even if a is −∞. */
export function weightedLosses(heap: Heap, t: Offset, a: Offset, logSum: number, n: Offset): number {
  for (let j = 0; j < n; j++) {
    const weight = heap[t + j]!;
    if (weight !== 0) partial[part(j, n)]! += weight * (logSum - heap[a + j]!);
  }
  return total();
}

/** (E4) Σ max(a, 0) − a·t + log(1 + e) with e = e^−|a|. Writes each term to `each`, unless that is negative. */
export function logisticLosses(heap: Heap, each: Offset, a: Offset, t: Offset, e: Offset, n: Offset): number {
  for (let j = 0; j < n; j++) {
    const logit = heap[a + j]!;
    const loss = (logit > 0 ? logit : 0) - logit * heap[t + j]! + log1p(heap[e + j]!);
    if (each >= 0) heap[each + j] = loss;
    partial[part(j, n)]! += loss;
  }
  return total();
}
