// Copies and views of named arrays.

import { sizeOf } from '../tensor/layout.ts';
import { assign } from '../tensor/ndarray-like.ts';
import { Tensor } from '../tensor/tensor.ts';
import { elementsOf } from './elements.ts';
import type { Named } from './recurrent-layer.ts';

/** Applies `change` to each named array. */
export function mapNamed(arrays: Named, change: (array: Tensor, name: string) => Tensor): Record<string, Tensor> {
  return Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, change(array, name)]));
}

/** A copy in which `change` was applied to every element. */
export function mapElements(array: Tensor, change: (value: number) => number): Tensor {
  const copy = array.copy();
  const { data } = copy;
  for (let k = 0; k < data.length; k++) data[k] = change(data[k]!);
  return copy;
}

/** A copy with permuted slices of an axis: slice k is slice `order[k]` of the array. */
export function reordered(array: Tensor, axis: number, order: ArrayLike<number>): Tensor {
  const { shape } = array;
  const picked = empty(
    array,
    shape.map((size, a) => (a === axis ? order.length : size)),
  );
  const { data } = picked;
  const from = elementsOf(array);
  const inner = sizeOf(shape.slice(axis + 1));
  const width = shape[axis]! * inner;
  for (let block = 0, to = 0; block < from.length; block += width) {
    for (let k = 0; k < order.length; k++) {
      const start = block + order[k]! * inner;
      for (let j = start; j < start + inner; j++) data[to++] = from[j]!;
    }
  }
  return picked;
}

/** A view of the slice of an axis at an index. */
export function slice(array: Tensor, axis: number, index: number): Tensor {
  return array.pick(...array.shape.map((_, a) => (a === axis ? index : null)));
}

/** A view of `length` steps of [B, T, F], from step `start`. */
export function steps(array: Tensor, start: number, length: number): Tensor {
  return array.lo(0, start).hi(array.shape[0], length);
}

/** Concatenates two tensors along axis 1. */
export function joinedSteps(first: Tensor, second: Tensor): Tensor {
  const [B, T1, F] = first.shape as [number, number, number];
  const joined = empty(first, [B, T1 + second.shape[1]!, F]);
  assign(steps(joined, 0, T1), first);
  assign(steps(joined, T1, second.shape[1]!), second);
  return joined;
}

/** A zero tensor with the element type of another one. */
export function empty({ dtype }: Tensor, shape: readonly number[]): Tensor {
  const size = sizeOf(shape);
  return new Tensor({ data: dtype === 'float64' ? new Float64Array(size) : new Float32Array(size) }, shape);
}

/** Whether all elements are finite numbers. */
export function allFinite(arrays: Named): boolean {
  return Object.values(arrays).every((array) => elementsOf(array).every((value) => value - value === 0));
}
