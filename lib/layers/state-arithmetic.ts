// Sums and copies of states as a caller holds them.

import type { NdArrayLike } from '../tensor/ndarray-like.ts';
import { Tensor } from '../tensor/tensor.ts';

export function clear(state: object): void {
  for (const value of Object.values(state)) {
    if (value instanceof Tensor) value.data.fill(0);
    else clear(value as object);
  }
}

/** The first array of a state. */
export function firstArray(state: object): Tensor {
  const first: unknown = Object.values(state)[0];
  return first instanceof Tensor ? first : firstArray(first as object);
}

/** Adds the arrays of `b` to those of `a`. */
export function addTo(a: object, b: object): void {
  for (const [name, value] of Object.entries(a)) {
    const added: unknown = b[name as never];
    if (value instanceof Tensor) addInto(value, added as Tensor);
    else addTo(value as object, added as object);
  }
}

/** A row as an array of B equal rows, a view. */
export function rowsOf({ data, shape, stride, offset }: NdArrayLike, B: number): NdArrayLike {
  return { data, shape: [B, shape[0]!], stride: [0, stride[0]!], offset };
}

/** Adds the rows of a matrix to a vector, from the last to the first. */
export function addRows(sum: Tensor, { data, shape }: Tensor): void {
  const [B, F] = shape as [number, number];
  for (let row = B - 1; row >= 0; row--) {
    for (let f = 0; f < F; f++) sum.set(f, sum.get(f) + data[row * F + f]!);
  }
}

export function addInto({ data }: Tensor, { data: added }: Tensor): void {
  for (let i = 0; i < data.length; i++) data[i]! += added[i]!;
}
