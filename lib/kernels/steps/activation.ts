// Elementwise activations over strided blocks.

import { HARD_SIGMOID_FIFTH, LINEAR, RELU, SIGMOID, SOFTSIGN, TANH } from '../activation-kinds.ts';
import { dHardSigmoid, dRelu, dSigmoid, dSoftsign, dTanh, hardSigmoid, softsign } from '../activations.ts';
import { type Heap, LANES, lane, load, max, mul, type Offset, type Scalar, sigmoid, store, tanh } from '../lane.ts';

const FIFTH: Scalar = 0.2;
const SIXTH: Scalar = 0.16666666666666666;

/** y [M, N] = φ(a), (A1) to (A6); y may be a. */
export function activationForward(
  heap: Heap,
  kind: Offset,
  y: Offset,
  ldy: Offset,
  a: Offset,
  lda: Offset,
  M: Offset,
  N: Offset,
): void {
  if (ldy === N && lda === N) forwardRow(heap, kind, y, a, M * N);
  else for (let i: Offset = 0; i < M; i++) forwardRow(heap, kind, y + i * ldy, a + i * lda, N);
}

/** da [M, N] = dy ⊙ φ′ from the output y, (A1′) to (A6′); da may be dy. */
export function activationBackward(
  heap: Heap,
  kind: Offset,
  da: Offset,
  ldda: Offset,
  y: Offset,
  ldy: Offset,
  dy: Offset,
  lddy: Offset,
  M: Offset,
  N: Offset,
): void {
  if (ldda === N && ldy === N && lddy === N) backwardRow(heap, kind, da, y, dy, M * N);
  else for (let i: Offset = 0; i < M; i++) backwardRow(heap, kind, da + i * ldda, y + i * ldy, dy + i * lddy, N);
}

// One loop for each kind, because a branch within the loop would cost as much as a cheap activation.

function forwardRow(heap: Heap, kind: Offset, y: Offset, a: Offset, n: Offset): void {
  if (kind === SIGMOID) {
    for (let j: Offset = 0; j < n; j += LANES) store(heap, y + j, sigmoid(load(heap, a + j)), n - j);
  } else if (kind === TANH) {
    for (let j: Offset = 0; j < n; j += LANES) store(heap, y + j, tanh(load(heap, a + j)), n - j);
  } else if (kind === RELU) {
    for (let j: Offset = 0; j < n; j += LANES) store(heap, y + j, max(load(heap, a + j), lane(0)), n - j);
  } else if (kind === SOFTSIGN) {
    for (let j: Offset = 0; j < n; j += LANES) store(heap, y + j, softsign(load(heap, a + j)), n - j);
  } else if (kind === LINEAR) {
    for (let j: Offset = 0; j < n; j += LANES) store(heap, y + j, load(heap, a + j), n - j);
  } else {
    const slope = kind === HARD_SIGMOID_FIFTH ? FIFTH : SIXTH;
    for (let j: Offset = 0; j < n; j += LANES) store(heap, y + j, hardSigmoid(load(heap, a + j), slope), n - j);
  }
}

function backwardRow(heap: Heap, kind: Offset, da: Offset, y: Offset, dy: Offset, n: Offset): void {
  if (kind === SIGMOID) {
    for (let j: Offset = 0; j < n; j += LANES)
      store(heap, da + j, mul(load(heap, dy + j), dSigmoid(load(heap, y + j))), n - j);
  } else if (kind === TANH) {
    for (let j: Offset = 0; j < n; j += LANES)
      store(heap, da + j, mul(load(heap, dy + j), dTanh(load(heap, y + j))), n - j);
  } else if (kind === RELU) {
    for (let j: Offset = 0; j < n; j += LANES)
      store(heap, da + j, mul(load(heap, dy + j), dRelu(load(heap, y + j))), n - j);
  } else if (kind === SOFTSIGN) {
    for (let j: Offset = 0; j < n; j += LANES)
      store(heap, da + j, mul(load(heap, dy + j), dSoftsign(load(heap, y + j))), n - j);
  } else if (kind === LINEAR) {
    for (let j: Offset = 0; j < n; j += LANES) store(heap, da + j, load(heap, dy + j), n - j);
  } else {
    const slope = kind === HARD_SIGMOID_FIFTH ? FIFTH : SIXTH;
    for (let j: Offset = 0; j < n; j += LANES)
      store(heap, da + j, mul(load(heap, dy + j), dHardSigmoid(load(heap, y + j), slope)), n - j);
  }
}
