// Shapes, strides and offsets of views, and their checks.

import { reading, refuse } from '../checks.ts';
import { ShapeError } from '../errors.ts';

const { isArray } = Array;
const { isSafeInteger } = Number;
const { abs } = Math;

/** Layout of a strided view in its data: element (i, j, …) is at `offset + i·stride[0] + j·stride[1] + …`. */
export interface Layout {
  readonly shape: readonly number[];
  readonly stride: readonly number[];
  readonly offset: number;
}

/** Strides of a row-major array without gaps: the last axis has stride 1. */
export function rowMajor(shape: readonly number[]): number[] {
  const stride = new Array<number>(shape.length);
  for (let axis = shape.length - 1, step = 1; axis >= 0; axis--) {
    stride[axis] = step;
    step *= shape[axis]!;
  }
  return stride;
}

/** Number of elements of a shape; 1 for rank 0. */
export function sizeOf(shape: readonly number[]): number {
  let size = 1;
  for (const length of shape) size *= length;
  return size;
}

/** Index [i, j, …] of element number `element` of a row-major array, counted from 0. */
export function indexOf(element: number, shape: readonly number[]): number[] {
  const index: number[] = [];
  for (let axis = shape.length - 1, rest = element; axis >= 0; axis--) {
    index.unshift(rest % shape[axis]!);
    rest = Math.floor(rest / shape[axis]!);
  }
  return index;
}

/** Whether the elements are row-major without gaps. Strides of axes of length 1 do not matter. */
export function isDense(layout: Pick<Layout, 'shape' | 'stride'>): boolean {
  const { shape, stride } = layout;
  if (shape.includes(0)) return true;
  for (let axis = shape.length - 1, step = 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && stride[axis] !== step) return false;
    step *= shape[axis]!;
  }
  return true;
}

/** Default offset of a view in ndarray: it keeps negative strides inside the data. */
export function firstElement(shape: readonly number[], stride: readonly number[]): number {
  let offset = 0;
  for (let axis = 0; axis < shape.length; axis++) if (stride[axis]! < 0) offset -= (shape[axis]! - 1) * stride[axis]!;
  return offset;
}

/**
 * Copies `value` if it is an array of integers of at least `min`; otherwise returns undefined. Each integer is read
 * once, so the result holds the checked values even if the array changes.
 */
export function integersOf(value: unknown, min: number): number[] | undefined {
  if (!isArray(value)) return undefined;
  const { length } = value;
  const copy: number[] = [];
  for (let i = 0; i < length; i++) {
    const n: unknown = value[i];
    if (!isSafeInteger(n) || (n as number) < min) return undefined;
    copy.push(n as number);
  }
  return copy;
}

/** Whether `value` is an array of integers of at least `min`. */
export function isIntegers(value: unknown, min: number): value is number[] {
  return integersOf(value, min) !== undefined;
}

/** Describes such an array. */
export function integersInWords(min: number): string {
  return `an array of integers${min === 0 ? ' of at least 0' : ''}`;
}

/** Returns a copy of `value` if it is an array of integers of at least `min`. */
export function requireIntegers(where: string, argument: string, value: unknown, min: number): number[] {
  return (
    reading(where, argument, () => integersOf(value, min)) ??
    refuse(where, argument, `be ${integersInWords(min)}`, value)
  );
}

/** Smallest position in the data of an element of a view. */
export function lowestElement({ shape, stride, offset }: Layout): number {
  let low = offset;
  for (let axis = 0; axis < shape.length; axis++) if (stride[axis]! < 0) low += (shape[axis]! - 1) * stride[axis]!;
  return low;
}

/** Distance in the data between the first and the last element of a view. */
export function reachOf({ shape, stride }: Layout): number {
  let reach = 0;
  for (let axis = 0; axis < shape.length; axis++) reach += (shape[axis]! - 1) * abs(stride[axis]!);
  return reach;
}

/** Throws if a view reaches outside data of `length` elements. An empty view never does. */
export function requireInBounds(where: string, argument: string, length: number, layout: Layout): void {
  const { shape, stride, offset } = layout;
  if (shape.includes(0)) return;
  const low = lowestElement(layout);
  const high = low + reachOf(layout);
  if (low >= 0 && high < length) return;
  const view = `shape [${shape.join(', ')}], stride [${stride.join(', ')}], offset ${offset}`;
  throw new ShapeError({
    where,
    argument,
    expected: `lie within the ${length} elements of its data`,
    received: `${view} (elements ${low} to ${high})`,
  });
}
