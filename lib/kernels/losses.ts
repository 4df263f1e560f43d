import { add, div, exp, type Heap, lane, mul, type Offset, sigmoid, sub } from './lane.ts';
import { log, log1p } from './log.ts';
import { rowMax } from './softmax.ts';
import { sumOfSquares } from './sums.ts';

// Each writes the gradient of scale · Σ loss into d, and returns Σ loss, summed in float64: squares as `sumOfSquares`
// takes them, the others in the order of storage.
// `each`, unless negative, is where the loss of every element or row is written too.

const { abs } = Math;

/** (E1) Σ (y − t)² over n elements. */
export function squaredError(
  heap: Heap,
  d: Offset,
  each: Offset,
  y: Offset,
  t: Offset,
  scale: number,
  n: Offset,
): number {
  const factor = lane(2 * scale);
  for (let j = 0; j < n; j++) heap[d + j] = sub(heap[y + j]!, heap[t + j]!);
  const sum = sumOfSquares(heap, d, n);
  for (let j = 0; j < n; j++) {
    const error = heap[d + j]!;
    heap[d + j] = mul(factor, error);
    if (each >= 0) heap[each + j] = error * error;
  }
  return sum;
}

/** (E2) Σ −log softmax(a)[t] over M rows of N logits, t [M] class numbers. */
export function sparseCrossEntropy(
  heap: Heap,
  d: Offset,
  each: Offset,
  a: Offset,
  t: Offset,
  scale: number,
  M: Offset,
  N: Offset,
): number {
  let sum = 0;
  for (let i = 0; i < M; i++) {
    const row = i * N;
    const logSum = probabilities(heap, d + row, a + row, N);
    const target = heap[t + i] as number;
    const loss = logSum - (heap[a + row + target] as number);
    heap[d + row + target] = sub(heap[d + row + target] as number, 1);
    for (let j = d + row; j < d + row + N; j++) heap[j] = mul(lane(scale), heap[j] as number);
    if (each >= 0) heap[each + i] = loss;
    sum += loss;
  }
  return sum;
}

/** (E3) Σ Σ_j −t_j log softmax(a)_j over M rows of N logits, t [M, N] weights of the classes. */
export function denseCrossEntropy(
  heap: Heap,
  d: Offset,
  each: Offset,
  a: Offset,
  t: Offset,
  scale: number,
  M: Offset,
  N: Offset,
): number {
  let sum = 0;
  for (let i = 0; i < M; i++) {
    const row = i * N;
    const logSum = probabilities(heap, d + row, a + row, N);
    let loss = 0;
    let total = 0;
    for (let j = row; j < row + N; j++) {
      const weight = heap[t + j] as number;
      if (weight !== 0) loss += weight * (logSum - (heap[a + j] as number));
      total = add(total, weight);
    }
    for (let j = row; j < row + N; j++) {
      const error = sub(mul(heap[d + j] as number, total), heap[t + j] as number);
      heap[d + j] = mul(lane(scale), error);
    }
    if (each >= 0) heap[each + i] = loss;
    sum += loss;
  }
  return sum;
}

/** (E4) Σ max(a, 0) − a·t + log(1 + e^−|a|) over n logits, t in [0, 1]. */
export function binaryCrossEntropy(
  heap: Heap,
  d: Offset,
  each: Offset,
  a: Offset,
  t: Offset,
  scale: number,
  n: Offset,
): number {
  let sum = 0;
  for (let j = 0; j < n; j++) {
    const logit = heap[a + j] as number;
    const target = heap[t + j] as number;
    heap[d + j] = mul(lane(scale), sub(sigmoid(logit), target));
    const loss = (logit > 0 ? logit : 0) - logit * target + log1p(exp(-abs(logit)));
    if (each >= 0) heap[each + j] = loss;
    sum += loss;
  }
  return sum;
}

/** Writes softmax(a) of one row to p and returns log Σ_j e^(a_j), without overflow. */
function probabilities(heap: Heap, p: Offset, a: Offset, N: Offset): number {
  const largest = rowMax(heap, a, N);
  let sum = 0;
  for (let j = 0; j < N; j++) {
    const e = exp(sub(heap[a + j] as number, largest));
    heap[p + j] = e;
    sum += e;
  }
  for (let j = 0; j < N; j++) heap[p + j] = div(heap[p + j] as number, lane(sum));
  return log(sum) + largest;
}
