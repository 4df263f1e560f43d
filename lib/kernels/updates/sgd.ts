// Update rules of SGD over n parameters w with gradients g. The coupled weight decay λ adds λw to the gradient.

import { add, type Heap, LANES, lane, load, mul, type Offset, type Scalar, store, sub } from '../lane.ts';

/** (U1) w ← w − η(g + λw) */
export function sgdUpdate(heap: Heap, w: Offset, g: Offset, rate: Scalar, weightDecay: Scalar, n: Offset): void {
  for (let j: Offset = 0; j < n; j += LANES) {
    const wj = load(heap, w + j);
    const gj = add(load(heap, g + j), mul(lane(weightDecay), wj));
    store(heap, w + j, sub(wj, mul(lane(rate), gj)), n - j);
  }
}

/** (U2) v ← μv + g + λw, w ← w − ηv */
export function momentumUpdate(
  heap: Heap,
  w: Offset,
  v: Offset,
  g: Offset,
  rate: Scalar,
  momentum: Scalar,
  weightDecay: Scalar,
  n: Offset,
): void {
  for (let j: Offset = 0; j < n; j += LANES) {
    const wj = load(heap, w + j);
    const gj = add(load(heap, g + j), mul(lane(weightDecay), wj));
    const vj = add(mul(lane(momentum), load(heap, v + j)), gj);
    store(heap, v + j, vj, n - j);
    store(heap, w + j, sub(wj, mul(lane(rate), vj)), n - j);
  }
}

/** (U3) v ← μv + g + λw, w ← w − η(g + λw + μv) */
export function nesterovUpdate(
  heap: Heap,
  w: Offset,
  v: Offset,
  g: Offset,
  rate: Scalar,
  momentum: Scalar,
  weightDecay: Scalar,
  n: Offset,
): void {
  for (let j: Offset = 0; j < n; j += LANES) {
    const wj = load(heap, w + j);
    const gj = add(load(heap, g + j), mul(lane(weightDecay), wj));
    const vj = add(mul(lane(momentum), load(heap, v + j)), gj);
    store(heap, v + j, vj, n - j);
    store(heap, w + j, sub(wj, mul(lane(rate), add(gj, mul(lane(momentum), vj)))), n - j);
  }
}
