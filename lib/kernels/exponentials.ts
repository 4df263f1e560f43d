// The exponentials of a row and their sum, for softmax and cross entropy.

import { exp, type Heap, LANES, lane, load, type Offset, type Scalar, store, sub } from './lane.ts';
import { sum } from './sums.ts';

/** p = e^(a − largest) over a row of N; p may be a. Returns the sum, which is from 1 to N if `largest` is max a. */
export function exponentials(heap: Heap, p: Offset, a: Offset, largest: Scalar, N: Offset): number {
  for (let j: Offset = 0; j < N; j += LANES) {
    store(heap, p + j, exp(sub(load(heap, a + j), lane(largest))), N - j);
  }
  return sum(heap, p, N);
}
