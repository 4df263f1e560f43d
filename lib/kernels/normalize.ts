// Normalization of rows to mean 0 and variance 1, for layer normalization, forward and backward.

import { type Heap, LANES, lane, load, loadScalar, mul, type Offset, type Scalar, store, sub } from './lane.ts';
import { inverseRoot, sum, sumOfProducts, sumOfSquares } from './sums.ts';

// Mean and variance are float64. The mean is rounded when it is subtracted, so the centred row still has a mean, the
// rest, which is subtracted as well: rows with a mean far larger than their deviation lose no digits.

/**
 * (N1) n = (x − mean x) / √(var x + ε) over each of M rows of N; element N of a row of n is 1/√(var x + ε). x may be n.
 */
export function normalize(
  heap: Heap,
  n: Offset,
  ldn: Offset,
  x: Offset,
  ldx: Offset,
  epsilon: number,
  M: Offset,
  N: Offset,
): void {
  for (let i: Offset = 0; i < M; i++) {
    const row = x + i * ldx;
    const to = n + i * ldn;
    const mean = lane((sum(heap, row, N) / (N as number)) as Scalar);
    for (let j: Offset = 0; j < N; j += LANES) store(heap, to + j, sub(load(heap, row + j), mean), N - j);
    const rest: number = sum(heap, to, N) / (N as number);
    const variance: number = sumOfSquares(heap, to, N) / (N as number) - rest * rest;
    const scale = lane(inverseRoot(variance, epsilon) as Scalar);
    for (let j: Offset = 0; j < N; j += LANES) {
      store(heap, to + j, mul(sub(load(heap, to + j), lane(rest as Scalar)), scale), N - j);
    }
    store(heap, to + N, scale, 1);
  }
}

/** (N1′) dx = (dn − mean dn − n ⊙ mean(dn ⊙ n)) / √(var x + ε); dx may be dn. */
export function normalizeBackward(
  heap: Heap,
  dx: Offset,
  lddx: Offset,
  dn: Offset,
  lddn: Offset,
  n: Offset,
  ldn: Offset,
  M: Offset,
  N: Offset,
): void {
  for (let i: Offset = 0; i < M; i++) {
    const from = dn + i * lddn;
    const to = dx + i * lddx;
    const row = n + i * ldn;
    const mean = lane((sum(heap, from, N) / (N as number)) as Scalar);
    const product = lane((sumOfProducts(heap, from, row, N) / (N as number)) as Scalar);
    const scale = lane(loadScalar(heap, row + N));
    for (let j: Offset = 0; j < N; j += LANES) {
      const centred = sub(load(heap, from + j), mean);
      store(heap, to + j, mul(scale, sub(centred, mul(load(heap, row + j), product))), N - j);
    }
  }
}
