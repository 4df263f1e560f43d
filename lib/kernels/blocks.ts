// Elementwise kernels over strided blocks [M, N], from which cells compose a step. ld* is the distance between the rows
// of a block; 0 repeats one row.

import { inside } from './activations.ts';
import { add, type Heap, LANES, lane, load, max, min, mul, type Offset, type Scalar, store, sub } from './lane.ts';

/** v ← min(max(v, low), high); NaN stays NaN. */
export function clamp(heap: Heap, v: Offset, ldv: Offset, low: Scalar, high: Scalar, M: Offset, N: Offset): void {
  for (let i: Offset = 0; i < M; i++) {
    const row = v + i * ldv;
    for (let j: Offset = 0; j < N; j += LANES) {
      const at = row + j;
      store(heap, at, min(max(load(heap, at), lane(low)), lane(high)), N - j);
    }
  }
}

/** (A7′) da ← da where low < y < high, else 0. */
export function clipBackward(
  heap: Heap,
  da: Offset,
  ldda: Offset,
  y: Offset,
  ldy: Offset,
  low: Scalar,
  high: Scalar,
  M: Offset,
  N: Offset,
): void {
  for (let i: Offset = 0; i < M; i++) {
    const row = y + i * ldy;
    const to = da + i * ldda;
    for (let j: Offset = 0; j < N; j += LANES) {
      store(heap, to + j, mul(load(heap, to + j), inside(load(heap, row + j), lane(low), lane(high))), N - j);
    }
  }
}

/** y = a ⊙ b; y may be a or b. */
export function multiply(
  heap: Heap,
  y: Offset,
  ldy: Offset,
  a: Offset,
  lda: Offset,
  b: Offset,
  ldb: Offset,
  M: Offset,
  N: Offset,
): void {
  for (let i: Offset = 0; i < M; i++) {
    const to = y + i * ldy;
    const left = a + i * lda;
    const right = b + i * ldb;
    for (let j: Offset = 0; j < N; j += LANES) {
      store(heap, to + j, mul(load(heap, left + j), load(heap, right + j)), N - j);
    }
  }
}

/** y += a ⊙ b, from the last row to the first; y may be a or b. With ldy 0, the rows add up. */
export function multiplyAdd(
  heap: Heap,
  y: Offset,
  ldy: Offset,
  a: Offset,
  lda: Offset,
  b: Offset,
  ldb: Offset,
  M: Offset,
  N: Offset,
): void {
  for (let i: Offset = M - 1; i >= 0; i--) {
    const to = y + i * ldy;
    const left = a + i * lda;
    const right = b + i * ldb;
    for (let j: Offset = 0; j < N; j += LANES) {
      const product = mul(load(heap, left + j), load(heap, right + j));
      store(heap, to + j, add(load(heap, to + j), product), N - j);
    }
  }
}

/** y = (1 − z) ⊙ a + z ⊙ b; y may be any of them. */
export function interpolate(
  heap: Heap,
  y: Offset,
  ldy: Offset,
  z: Offset,
  ldz: Offset,
  a: Offset,
  lda: Offset,
  b: Offset,
  ldb: Offset,
  M: Offset,
  N: Offset,
): void {
  for (let i: Offset = 0; i < M; i++) {
    const to = y + i * ldy;
    const at = z + i * ldz;
    const old = a + i * lda;
    const fresh = b + i * ldb;
    for (let j: Offset = 0; j < N; j += LANES) {
      const share = load(heap, at + j);
      const rest = mul(sub(lane(1), share), load(heap, old + j));
      store(heap, to + j, add(rest, mul(share, load(heap, fresh + j))), N - j);
    }
  }
}

/** dz = dy ⊙ (b − a), da = dy ⊙ (1 − z), db = dy ⊙ z; da or db may be dy. */
export function interpolateBackward(
  heap: Heap,
  dz: Offset,
  lddz: Offset,
  da: Offset,
  ldda: Offset,
  db: Offset,
  lddb: Offset,
  z: Offset,
  ldz: Offset,
  a: Offset,
  lda: Offset,
  b: Offset,
  ldb: Offset,
  dy: Offset,
  lddy: Offset,
  M: Offset,
  N: Offset,
): void {
  for (let i: Offset = 0; i < M; i++) {
    const at = z + i * ldz;
    const old = a + i * lda;
    const fresh = b + i * ldb;
    const from = dy + i * lddy;
    const toShare = dz + i * lddz;
    const toOld = da + i * ldda;
    const toFresh = db + i * lddb;
    for (let j: Offset = 0; j < N; j += LANES) {
      const d = load(heap, from + j);
      const share = load(heap, at + j);
      const change = sub(load(heap, fresh + j), load(heap, old + j));
      store(heap, toShare + j, mul(d, change), N - j);
      store(heap, toOld + j, mul(d, sub(lane(1), share)), N - j);
      store(heap, toFresh + j, mul(d, share), N - j);
    }
  }
}
