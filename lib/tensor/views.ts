// Layouts of the views that `Tensor` returns, and the position of an element. Semantics: scijs/ndarray 1.1.1, except
// that a view outside the axes throws.

import { refuse } from '../checks.ts';
import type { Layout } from './layout.ts';

const { abs, ceil, floor } = Math;
const { isSafeInteger } = Number;

/** Argument of a view method. A missing or null argument keeps the whole axis, as in ndarray. */
export type AxisArgument = number | null | undefined;

function requireAxes(where: string, axes: readonly unknown[], rank: number): void {
  if (axes.length > rank) refuse(where, 'axes', `be at most ${rank} numbers, one per axis`, axes);
  for (const axis of axes) {
    if (axis === undefined || axis === null || isSafeInteger(axis)) continue;
    refuse(where, 'axes', 'be integers, or null to keep an axis', axes);
  }
}

function outside(where: string, axes: readonly AxisArgument[], relation: string, shape: readonly number[]): never {
  return refuse(where, 'axes', `be ${relation} the axis lengths of shape [${shape.join(', ')}]`, axes);
}

/** Removes each axis that has a number, at that index. */
export function pickLayout(where: string, from: Layout, axes: readonly AxisArgument[]): Layout {
  requireAxes(where, axes, from.shape.length);
  const shape: number[] = [];
  const stride: number[] = [];
  let offset = from.offset;
  for (let axis = 0; axis < from.shape.length; axis++) {
    const at = axes[axis] ?? -1;
    if (at >= from.shape[axis]!) outside(where, axes, 'below', from.shape);
    if (at >= 0) {
      offset += from.stride[axis]! * at;
    } else {
      shape.push(from.shape[axis]!);
      stride.push(from.stride[axis]!);
    }
  }
  return { shape, stride, offset };
}

/** Removes the first elements of each axis that has a number. */
export function loLayout(where: string, from: Layout, axes: readonly AxisArgument[]): Layout {
  requireAxes(where, axes, from.shape.length);
  const shape = from.shape.slice();
  let offset = from.offset;
  for (let axis = 0; axis < axes.length; axis++) {
    const skip = axes[axis] ?? -1;
    if (skip > shape[axis]!) outside(where, axes, 'at most', from.shape);
    if (skip < 0) continue;
    offset += from.stride[axis]! * skip;
    shape[axis]! -= skip;
  }
  return { shape, stride: from.stride, offset };
}

/** Keeps the first elements of each axis that has a number. */
export function hiLayout(where: string, from: Layout, axes: readonly AxisArgument[]): Layout {
  requireAxes(where, axes, from.shape.length);
  const shape = from.shape.slice();
  for (let axis = 0; axis < axes.length; axis++) {
    const count = axes[axis] ?? -1;
    if (count > shape[axis]!) outside(where, axes, 'at most', from.shape);
    if (count >= 0) shape[axis] = count;
  }
  return { shape, stride: from.stride, offset: from.offset };
}

/** Keeps every n-th element of each axis that has a number n, starting at the end if n is negative. */
export function stepLayout(where: string, from: Layout, axes: readonly AxisArgument[]): Layout {
  requireAxes(where, axes, from.shape.length);
  const shape = from.shape.slice();
  const stride = from.stride.slice();
  let offset = from.offset;
  for (let axis = 0; axis < axes.length; axis++) {
    const by = axes[axis] ?? 1;
    if (by === 0) refuse(where, 'axes', 'be integers other than 0', axes);
    if (by < 0) offset += stride[axis]! * (shape[axis]! - 1);
    shape[axis] = ceil(shape[axis]! / abs(by));
    stride[axis]! *= by;
  }
  return { shape, stride, offset };
}

/** Moves axis `axes[k]` to position k. A missing number keeps its axis. */
export function transposeLayout(where: string, from: Layout, axes: readonly AxisArgument[]): Layout {
  const rank = from.shape.length;
  requireAxes(where, axes, rank);
  const source = from.shape.map((_, axis) => axes[axis] ?? axis);
  if (new Set(source).size !== rank || source.some((axis) => axis < 0 || axis >= rank)) {
    refuse(where, 'axes', `be a permutation of the axes 0 to ${rank - 1}`, source);
  }
  const shape = source.map((axis) => from.shape[axis]!);
  const stride = source.map((axis) => from.stride[axis]!);
  return { shape, stride, offset: from.offset };
}

function isWithin(i: unknown, length: number): i is number {
  return typeof i === 'number' && i >= 0 && i < length && floor(i) === i;
}

/**
 * Position in the data of the element whose index is the first `count` numbers of `index`. Up to three axes are read
 * without a loop, so engines do not allocate a list of the arguments, which makes this three to four times as fast.
 */
export function locate(where: string, layout: Layout, index: readonly unknown[], count: number): number {
  const { shape, stride } = layout;
  if (count === 1 && shape.length === 1) {
    const i = index[0];
    if (isWithin(i, shape[0]!)) return layout.offset + stride[0]! * i;
  } else if (count === 2 && shape.length === 2) {
    const i = index[0];
    const j = index[1];
    if (isWithin(i, shape[0]!) && isWithin(j, shape[1]!)) return layout.offset + stride[0]! * i + stride[1]! * j;
  } else if (count === 3 && shape.length === 3) {
    const i = index[0];
    const j = index[1];
    const k = index[2];
    if (isWithin(i, shape[0]!) && isWithin(j, shape[1]!) && isWithin(k, shape[2]!)) {
      return layout.offset + stride[0]! * i + stride[1]! * j + stride[2]! * k;
    }
  }
  return locateAny(where, layout, index, count);
}

function locateAny(where: string, layout: Layout, index: readonly unknown[], count: number): number {
  const { shape, stride } = layout;
  let at = layout.offset;
  let inside = count === shape.length;
  for (let axis = 0; inside && axis < count; axis++) {
    const i = index[axis];
    inside = isWithin(i, shape[axis]!);
    if (inside) at += stride[axis]! * (i as number);
  }
  if (inside) return at;
  const wanted = `be ${shape.length} integers within shape [${shape.join(', ')}]`;
  return refuse(where, 'index', wanted, index.slice(0, Math.max(count, 0)));
}
