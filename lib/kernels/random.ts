// Kernels for random numbers.

import type { Heap, Offset, Scalar } from './lane.ts';
import { normalQuantile } from './normal-quantile.ts';
import { threefry } from './threefry.ts';

/** 2⁻²⁷ and 2⁻⁵³ */
const [TWO_M27, TWO_M53] = [7.450580596923828e-9, 1.1102230246251565e-16];

const block: Uint32Array = new Uint32Array(2);

/** View of `n` float64 numbers, from element `x` of a heap. */
function doubles(heap: Heap, x: Offset, n: Offset): Float64Array {
  return new Float64Array(heap.buffer, heap.byteOffset + x * heap.BYTES_PER_ELEMENT, n);
}

export function randomUniform(
  heap: Heap,
  x: Offset,
  low: number,
  range: number,
  odd: number,
  k0: number,
  k1: number,
  c0: number,
  c1: number,
  n: Offset,
): void {
  const out = doubles(heap, x, n);
  for (let i = 0; i < n; i++) {
    threefry(block, k0, k1, c0 + i, c1);
    const u = (block[0]! >>> 5) * TWO_M27 + ((block[1]! >>> 6) | odd) * TWO_M53;
    out[i] = low + range * u;
  }
}

export function dropoutMask(
  heap: Heap,
  m: Offset,
  threshold: number,
  scale: Scalar,
  k0: number,
  k1: number,
  c0: number,
  c1: number,
  n: Offset,
): void {
  for (let i = 0; i < n; i++) {
    if ((i & 1) === 0) threefry(block, k0, k1, c0 + (i >> 1), c1);
    heap[m + i] = block[i & 1]! < threshold ? 0 : scale;
  }
}

export function normalQuantiles(heap: Heap, p: Offset, _coefficients: Offset, _scratch: Offset, n: Offset): void {
  const values = doubles(heap, p, n);
  for (let i = 0; i < n; i++) values[i] = normalQuantile(values[i]!);
}
