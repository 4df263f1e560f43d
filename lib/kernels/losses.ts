// Losses and their gradients.

import { exponentials } from './exponentials.ts';
import {
  div,
  exp,
  type Heap,
  LANES,
  lane,
  load,
  loadScalar,
  min,
  mul,
  type Offset,
  type Scalar,
  sigmoid,
  store,
  sub,
} from './lane.ts';
import { log } from './log.ts';
import { logisticLosses, rowMax, sum, sumOfSquares, weightedLosses } from './sums.ts';

// Each function writes the gradient of scale · Σ loss to d, and returns Σ loss in float64. Elements are summed in the
// order of sums.ts, rows from the first to the last. Unless `each` is negative, the loss of each element or row is
// written there.

/** (E1) Σ (y − t)² over n elements. */
export function squaredError(
  heap: Heap,
  d: Offset,
  each: Offset,
  y: Offset,
  t: Offset,
  scale: Scalar,
  n: Offset,
): number {
  for (let j: Offset = 0; j < n; j += LANES) store(heap, d + j, sub(load(heap, y + j), load(heap, t + j)), n - j);
  const total = sumOfSquares(heap, d, n);
  const factor = lane(2 * scale);
  for (let j: Offset = 0; j < n; j += LANES) {
    const error = load(heap, d + j);
    store(heap, d + j, mul(factor, error), n - j);
    if (each >= 0) store(heap, each + j, mul(error, error), n - j);
  }
  return total;
}

/** (E2) Σ −log softmax(a)[t] over M rows of N logits, t [M] class numbers. */
export function sparseCrossEntropy(
  heap: Heap,
  d: Offset,
  each: Offset,
  a: Offset,
  t: Offset,
  scale: Scalar,
  M: Offset,
  N: Offset,
): number {
  let total: number = 0;
  for (let i: Offset = 0; i < M; i++) {
    const row: Offset = i * N;
    const target: Offset = row + (loadScalar(heap, t + i) as Offset);
    const largest = rowMax(heap, a + row, N);
    const exponentialSum = exponentials(heap, d + row, a + row, largest, N);
    const divisor = lane(exponentialSum as Scalar);
    const error = sub(div(lane(loadScalar(heap, d + target)), divisor), lane(1));
    for (let j: Offset = row; j < row + N; j += LANES) {
      store(heap, d + j, mul(lane(scale), div(load(heap, d + j), divisor)), row + N - j);
    }
    store(heap, d + target, mul(lane(scale), error), 1);
    const loss: number = log(exponentialSum) + largest - loadScalar(heap, a + target);
    if (each >= 0) store(heap, each + i, lane(loss as Scalar), 1);
    total += loss;
  }
  return total;
}

/** (E3) Σ Σ_j −t_j log softmax(a)_j over M rows of N logits, t [M, N] weights of the classes. */
export function denseCrossEntropy(
  heap: Heap,
  d: Offset,
  each: Offset,
  a: Offset,
  t: Offset,
  scale: Scalar,
  M: Offset,
  N: Offset,
): number {
  let total: number = 0;
  for (let i: Offset = 0; i < M; i++) {
    const row: Offset = i * N;
    const largest = rowMax(heap, a + row, N);
    const exponentialSum = exponentials(heap, d + row, a + row, largest, N);
    const divisor = lane(exponentialSum as Scalar);
    const weight = lane(sum(heap, t + row, N) as Scalar);
    for (let j: Offset = row; j < row + N; j += LANES) {
      const error = sub(mul(div(load(heap, d + j), divisor), weight), load(heap, t + j));
      store(heap, d + j, mul(lane(scale), error), row + N - j);
    }
    const loss: number = weightedLosses(heap, t + row, a + row, log(exponentialSum) + largest, N);
    if (each >= 0) store(heap, each + i, lane(loss as Scalar), 1);
    total += loss;
  }
  return total;
}

/** (E4) Σ max(a, 0) − a·t + log(1 + e^−|a|) over n logits, t in [0, 1]. */
export function binaryCrossEntropy(
  heap: Heap,
  d: Offset,
  each: Offset,
  a: Offset,
  t: Offset,
  scale: Scalar,
  n: Offset,
): number {
  for (let j: Offset = 0; j < n; j += LANES) {
    const logit = load(heap, a + j);
    store(heap, d + j, exp(min(logit, sub(lane(0), logit))), n - j);
  }
  const total = logisticLosses(heap, each, a, t, d, n);
  for (let j: Offset = 0; j < n; j += LANES) {
    const error = sub(sigmoid(load(heap, a + j)), load(heap, t + j));
    store(heap, d + j, mul(lane(scale), error), n - j);
  }
  return total;
}
