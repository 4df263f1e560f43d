// What callers see at masked time steps: the last output before them, or zeros.

import { sizeOf } from '../tensor/layout.ts';
import { copyInto, type FloatNdArrayLike, type NdArrayLike } from '../tensor/ndarray-like.ts';
import { Tensor } from '../tensor/tensor.ts';
import type { Packing } from './packing.ts';

/** Calls `visit` for each masked time step, with the last step before it that counts, or −1 if there is none. */
function eachMasked(packing: Packing, visit: (row: number, t: number, last: number) => void): void {
  const { B, paddedT: T } = packing;
  const counted = packing.counted();
  for (let row = 0; row < B; row++) {
    for (let t = 0, last = -1; t < T; t++) {
      if (counted[row * T + t] === 1) last = t;
      else visit(row, t, last);
    }
  }
}

/**
 * Fills the masked time steps of an output [B, T, F] with the last output before them, or with the row of `initial`
 * [B, F] if there is none.
 */
export function holdOutput(packing: Packing, output: FloatNdArrayLike, initial: NdArrayLike | undefined): void {
  const { data, stride, offset } = output;
  const F = output.shape[2]!;
  const step = stride[2]!;
  eachMasked(packing, (row, t, last) => {
    const at = offset + row * stride[0]! + t * stride[1]!;
    if (last >= 0) {
      for (let f = 0; f < F; f++) data[at + f * step] = data[at + (last - t) * stride[1]! + f * step]!;
    } else if (initial !== undefined) {
      const from = initial.offset + row * initial.stride[0]!;
      for (let f = 0; f < F; f++) data[at + f * step] = initial.data[from + f * initial.stride[1]!]!;
    }
  });
}

/**
 * The backward pass of `holdOutput`: adds the gradient of each masked time step to that of the step whose output it
 * holds, or to `dInitial`. Returns a new array.
 */
export function foldHeld(packing: Packing, dy: NdArrayLike, dInitial: Tensor | undefined): Tensor {
  const folded = new Tensor({ data: Float64Array.from({ length: sizeOf(dy.shape) }) }, dy.shape);
  copyInto(folded, dy);
  const { data } = folded;
  const [, T, F] = dy.shape as [number, number, number];
  eachMasked(packing, (row, t, last) => {
    const from = (row * T + t) * F;
    const [to, into] = last >= 0 ? [(row * T + last) * F, data] : [row * F, dInitial?.data];
    if (into === undefined) return;
    for (let f = 0; f < F; f++) into[to + f]! += data[from + f]!;
  });
  return folded;
}
