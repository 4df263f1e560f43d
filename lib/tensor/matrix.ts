import { requireShape } from '../checks.ts';
import type { Arena } from './arena.ts';
import { type FloatNdArrayLike, type NdArrayLike, requireNdArray } from './ndarray-like.ts';
import { type FloatArray, isFloatArray } from './storage.ts';

// Matrices in and out of an arena, for whoever may not allocate: no views, runs or lists are made on the way.

/** Whether `value` is a view [rows, columns] of floats that stays inside its data. */
export function isFloatMatrix(value: unknown, rows: number, columns: number): value is FloatNdArrayLike {
  if (typeof value !== 'object' || value === null) return false;
  const { data, shape, stride, offset } = value as NdArrayLike;
  if (!isFloatArray(data) || !Array.isArray(shape) || !Array.isArray(stride)) return false;
  if (shape.length !== 2 || shape[0] !== rows || shape[1] !== columns || stride.length !== 2) return false;
  const down = stride[0] * (rows - 1);
  const across = stride[1] * (columns - 1);
  if (!Number.isSafeInteger(stride[0]) || !Number.isSafeInteger(stride[1]) || !Number.isSafeInteger(offset))
    return false;
  const low = offset + (down < 0 ? down : 0) + (across < 0 ? across : 0);
  const high = offset + (down > 0 ? down : 0) + (across > 0 ? across : 0);
  return low >= 0 && high < data.length;
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
