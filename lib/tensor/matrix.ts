import { requireShape } from '../checks.ts';
import type { Arena } from './arena.ts';
import { type FloatNdArrayLike, type NdArrayLike, requireNdArray } from './ndarray-like.ts';
import { type FloatArray, isFloatArray } from './storage.ts';

// Matrices in and out of an arena, for whoever may not allocate: no views, runs or lists are made on the way.

const { isArray } = Array;
const { isSafeInteger } = Number;
const { abs } = Math;

/** Whether `value` is a view [rows, columns] of floats that stays inside its data. */
export function isFloatMatrix(value: unknown, rows: number, columns: number): value is FloatNdArrayLike {
  if (typeof value !== 'object' || value === null) return false;
  const { data, shape, stride, offset } = value as NdArrayLike;
  if (!isFloatArray(data) || !isArray(shape) || !isArray(stride)) return false;
  if (shape.length !== 2 || shape[0] !== rows || shape[1] !== columns || stride.length !== 2) return false;
  if (!isSafeInteger(stride[0]) || !isSafeInteger(stride[1]) || !isSafeInteger(offset)) return false;
  const down = stride[0]! * (rows - 1);
  const across = stride[1]! * (columns - 1);
  const low = offset + (down < 0 ? down : 0) + (across < 0 ? across : 0);
  const high = offset + (down > 0 ? down : 0) + (across > 0 ? across : 0);
  return low >= 0 && high < data.length;
}

/** Distance from the first to the last element of an axis. */
function extent(size: number, stride: number): number {
  return (size - 1) * abs(stride);
}

/** Whether no two places of a checked matrix are one element. */
export function hasOwnElements({ shape, stride }: NdArrayLike): boolean {
  const down = abs(stride[0]!);
  const across = abs(stride[1]!);
  if (shape[0] === 1) return across > 0 || shape[1] === 1;
  if (shape[1] === 1) return down > 0;
  return down > extent(shape[1]!, across) ? across > 0 : across > extent(shape[0]!, down) && down > 0;
}

/** Byte at which the first in memory of a checked matrix' elements begins. */
function lowest({ data, shape, stride, offset }: FloatNdArrayLike): number {
  const down = stride[0]! < 0 ? extent(shape[0]!, stride[0]!) : 0;
  const across = stride[1]! < 0 ? extent(shape[1]!, stride[1]!) : 0;
  return data.byteOffset + (offset - down - across) * data.BYTES_PER_ELEMENT;
}

/** Bytes from the first to the end of the last of a checked matrix' elements. */
function span({ data, shape, stride }: FloatNdArrayLike): number {
  return (extent(shape[0]!, stride[0]!) + extent(shape[1]!, stride[1]!) + 1) * data.BYTES_PER_ELEMENT;
}

/** Whether two checked matrices with elements of their own share none: apart in memory, or columns of one. */
export function areApart(a: FloatNdArrayLike, b: FloatNdArrayLike): boolean {
  if (a.data.buffer !== b.data.buffer) return true;
  const distance = lowest(b) - lowest(a);
  if (distance >= span(a) || -distance >= span(b)) return true;
  const bytes = a.data.BYTES_PER_ELEMENT;
  const row = a.stride[0]! * bytes;
  if (bytes !== b.data.BYTES_PER_ELEMENT || a.stride[0] !== b.stride[0] || row <= 0) return false;
  const column = ((distance % row) + row) % row;
  const width = (extent(a.shape[1]!, a.stride[1]!) + 1) * bytes;
  return column >= width && row - column >= (extent(b.shape[1]!, b.stride[1]!) + 1) * bytes;
}

/** Returns `value` when it is an array [rows, columns] of numbers; only what is no float matrix is looked at closely. */
export function requireMatrix(
  where: string,
  argument: string,
  value: unknown,
  rows: number,
  columns: number,
): NdArrayLike {
  if (isFloatMatrix(value, rows, columns)) return value;
  const source = requireNdArray(where, argument, value);
  requireShape(where, argument, source.shape, [rows, columns]);
  return source;
}

/** Whether a checked matrix is all of its data, row by row. */
function isWhole({ data, shape, stride }: NdArrayLike): boolean {
  const rows = shape[0]!;
  const columns = shape[1]!;
  if (data.length !== rows * columns) return false;
  return (columns === 1 || stride[1] === 1) && (rows === 1 || stride[0] === columns);
}

/** A row-major matrix [rows, columns] that stays at its place in an arena. */
export class KeptMatrix {
  readonly #arena: Arena;
  readonly #at: number;
  readonly #size: number;
  #data: FloatArray | undefined;
  #elements!: FloatArray;

  constructor(arena: Arena, at: number, rows: number, columns: number) {
    this.#arena = arena;
    this.#at = at;
    this.#size = rows * columns;
  }

  /** Its elements, made anew only when the arena has grown. */
  #view(): FloatArray {
    const { data } = this.#arena;
    if (data !== this.#data) {
      this.#elements = data.subarray(this.#at, this.#at + this.#size);
      this.#data = data;
    }
    return this.#elements;
  }

  /** Takes the elements of a checked matrix. */
  copyFrom(source: NdArrayLike): void {
    const to = this.#view();
    const { data, shape, stride, offset } = source;
    if (isWhole(source)) {
      to.set(data);
      return;
    }
    const columns = shape[1]!;
    const step = stride[1]!;
    for (let i = 0, p = 0; i < shape[0]!; i++) {
      for (let j = 0, q = offset + i * stride[0]!; j < columns; j++, p++, q += step) to[p] = data[q]!;
    }
  }

  /** Gives its elements to a checked matrix. */
  copyTo(target: FloatNdArrayLike): void {
    const from = this.#view();
    const { data, shape, stride, offset } = target;
    if (isWhole(target)) {
      data.set(from);
      return;
    }
    const columns = shape[1]!;
    const step = stride[1]!;
    for (let i = 0, p = 0; i < shape[0]!; i++) {
      for (let j = 0, q = offset + i * stride[0]!; j < columns; j++, p++, q += step) data[q] = from[p]!;
    }
  }
}
