// Converts nested arrays to tensors and back.

import { describe } from '../describe.ts';
import { ArgumentError, ShapeError } from '../errors.ts';
import { type Layout, sizeOf } from './layout.ts';
import type { DType, FloatArray } from './storage.ts';
import { allocate, isNumericTypedArray, requireRoom } from './storage.ts';

/** Nested arrays of numbers, one level per axis: the result of `Tensor.toArray`, and an argument of `tensor`. */
export type NestedArray = number | NestedArray[];

/** Largest supported nesting. It turns an array that contains itself into an error. */
const MAX_RANK = 32;

function isRow(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || isNumericTypedArray(value);
}

function shapeOf(where: string, argument: string, values: unknown): number[] {
  const shape: number[] = [];
  for (let level = values; isRow(level); level = level[0]) {
    if (shape.length === MAX_RANK) {
      const expected = `be nested at most ${MAX_RANK} levels deep`;
      throw new ShapeError({ where, argument, expected, received: 'deeper nesting, or an array that contains itself' });
    }
    shape.push(level.length);
    if (level.length === 0) break;
  }
  return shape;
}

/** Reads the elements of nested arrays in row-major order. The innermost level may be typed arrays. */
export function readNested(
  where: string,
  argument: string,
  values: unknown,
  dtype: DType,
): { readonly shape: number[]; readonly data: FloatArray } {
  const shape = shapeOf(where, argument, values);
  const rank = shape.length;
  const data = allocate(dtype, sizeOf(shape), where);
  const path: number[] = [];
  let next = 0;

  const read = (value: unknown): void => {
    const axis = path.length;
    if (axis === rank) {
      if (typeof value === 'number') data[next++] = value;
      else throw misplaced(value);
      return;
    }
    if (!isRow(value)) throw misplaced(value);
    if (value.length !== shape[axis]) throw ragged(value.length, shape[axis]!);
    for (let i = 0; i < shape[axis]!; i++) {
      path.push(i);
      read(value[i]);
      path.pop();
    }
  };
  const here = (): string => (path.length === 0 ? '' : ` at [${path.join(', ')}]`);
  const misplaced = (value: unknown): Error => {
    if (path.length < rank || isRow(value)) return ragged(describe(value), shape[path.length]);
    return new ArgumentError({ where, argument, expected: 'contain only numbers', received: describe(value) + here() });
  };
  const ragged = (got: number | string, wanted: number | undefined): Error => {
    const expected = `be rectangular: ${wanted === undefined ? 'a number' : `${wanted} elements`}${here()}`;
    return new ShapeError({ where, argument, expected, received: typeof got === 'number' ? `${got} elements` : got });
  };

  read(values);
  return { shape, data };
}

/** Bytes of an array in addition to its elements. */
const HEADER = 64;

/** Up to this length, preallocated arrays are fast. */
const AT_ONCE = 2 ** 25;

/** Returns the elements of a view as nested plain arrays. */
export function writeNested(where: string, data: FloatArray, { shape, stride, offset }: Layout): NestedArray {
  const rank = shape.length;
  if (rank === 0) return data[offset]!;
  const arrays = shape
    .slice(0, -1)
    .reduce((sums, length) => ({ one: sums.one * length, all: sums.all + sums.one * length }), { one: 1, all: 1 });
  requireRoom(where, 'shape', shape, 8 * sizeOf(shape) + HEADER * arrays.all);
  const write = (axis: number, at: number): NestedArray[] => {
    const length = shape[axis]!;
    const step = stride[axis]!;
    if (axis === rank - 1) return row(data, at, step, length);
    const array = length > AT_ONCE ? [] : new Array<NestedArray>(length);
    for (let i = 0; i < length; i++) array[i] = write(axis + 1, at + i * step);
    return array;
  };
  return write(0, offset);
}

function row(data: FloatArray, start: number, step: number, length: number): number[] {
  // A separate function, because engines optimize each place in the code by the kind of array that it allocates.
  const array = length > AT_ONCE ? [] : new Array<number>(length);
  for (let i = 0, at = start; i < length; i++, at += step) array[i] = data[at]!;
  return array;
}
