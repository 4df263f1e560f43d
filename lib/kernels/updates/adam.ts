// Update rules of Adam and AMSGrad.

import {
  add,
  div,
  type Heap,
  LANES,
  type Lane,
  lane,
  load,
  max,
  mul,
  type Offset,
  type Scalar,
  sqrt,
  store,
  sub,
} from '../lane.ts';

// (U4) m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g², w ← (1 − decay)·w − rate · m / (√v·rootScale + ε). Only the scalars
// depend on the step number t: rate = η/(1−β₁ᵗ), rootScale = 1/√(1−β₂ᵗ), decay = η·λ. With ε̂ instead of ε, rate =
// η√(1−β₂ᵗ)/(1−β₁ᵗ) and rootScale = 1.

function firstMoment(mj: Lane, gj: Lane, beta1: Scalar, oneMinusBeta1: Scalar): Lane {
  return add(mul(lane(beta1), mj), mul(lane(oneMinusBeta1), gj));
}
function secondMoment(vj: Lane, gj: Lane, beta2: Scalar, oneMinusBeta2: Scalar): Lane {
  return add(mul(lane(beta2), vj), mul(lane(oneMinusBeta2), mul(gj, gj)));
}
function stepped(
  wj: Lane,
  mj: Lane,
  root: Lane,
  rate: Scalar,
  rootScale: Scalar,
  epsilon: Scalar,
  decay: Scalar,
): Lane {
  const kept = sub(wj, mul(lane(decay), wj));
  return sub(kept, div(mul(lane(rate), mj), add(mul(root, lane(rootScale)), lane(epsilon))));
}

/** (U4) over n parameters w with gradients g and moments m, v. */
export function adamUpdate(
  heap: Heap,
  w: Offset,
  m: Offset,
  v: Offset,
  g: Offset,
  rate: Scalar,
  beta1: Scalar,
  oneMinusBeta1: Scalar,
  beta2: Scalar,
  oneMinusBeta2: Scalar,
  rootScale: Scalar,
  epsilon: Scalar,
  decay: Scalar,
  n: Offset,
): void {
  for (let j: Offset = 0; j < n; j += LANES) {
    const gj = load(heap, g + j);
    const mj = firstMoment(load(heap, m + j), gj, beta1, oneMinusBeta1);
    const vj = secondMoment(load(heap, v + j), gj, beta2, oneMinusBeta2);
    store(heap, m + j, mj, n - j);
    store(heap, v + j, vj, n - j);
    store(heap, w + j, stepped(load(heap, w + j), mj, sqrt(vj), rate, rootScale, epsilon, decay), n - j);
  }
}

/** (U5) AMSGrad: like (U4), with vMax, the largest v so far, instead of v under the root. */
export function amsgradUpdate(
  heap: Heap,
  w: Offset,
  m: Offset,
  v: Offset,
  vMax: Offset,
  g: Offset,
  rate: Scalar,
  beta1: Scalar,
  oneMinusBeta1: Scalar,
  beta2: Scalar,
  oneMinusBeta2: Scalar,
  rootScale: Scalar,
  epsilon: Scalar,
  decay: Scalar,
  n: Offset,
): void {
  for (let j: Offset = 0; j < n; j += LANES) {
    const gj = load(heap, g + j);
    const mj = firstMoment(load(heap, m + j), gj, beta1, oneMinusBeta1);
    const vj = secondMoment(load(heap, v + j), gj, beta2, oneMinusBeta2);
    const largest = max(load(heap, vMax + j), vj);
    store(heap, m + j, mj, n - j);
    store(heap, v + j, vj, n - j);
    store(heap, vMax + j, largest, n - j);
    store(heap, w + j, stepped(load(heap, w + j), mj, sqrt(largest), rate, rootScale, epsilon, decay), n - j);
  }
}
