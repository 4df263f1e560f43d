// Copies matrices into and out of an arena without allocating: no views, closures or lists.

import { requireShape } from '../checks.ts';
import { type FloatNdArrayLike, type NdArrayLike, requireNdArray } from '../tensor/ndarray-like.ts';
import { type FloatArray, isFloatArray } from '../tensor/storage.ts';
import type { Arena } from './arena.ts';

const { isArray } = Array;
const { abs, min } = Math;
const { isSafeInteger } = Number;

/** The data of a snapshot before it reads any. */
const NOTHING_READ: FloatArray = /* @__PURE__ */ new Float32Array(0);

/**
 * A snapshot of a caller's matrix [rows, columns]. It reads each property of the caller's object once, so that what was
 * checked is what is used. It is made once and filled at each step of a stream, because a step may not allocate.
 */
export class MatrixSnapshot implements FloatNdArrayLike {
  readonly shape: readonly number[];
  readonly stride: number[] = [0, 0];
  data: FloatArray = NOTHING_READ;
  offset = 0;

  constructor(rows: number, columns: number) {
    this.shape = [rows, columns];
  }

  /** Reads `value`. Returns false unless it is a view [rows, columns] of floats that stays inside its data. */
  read(value: unknown): boolean {
    if (typeof value !== 'object' || value === null) return false;
    const { data, shape, stride, offset } = value as NdArrayLike;
    if (!isFloatArray(data) || !isArray(shape) || !isArray(stride) || !isSafeInteger(offset)) return false;
    if (shape.length !== 2 || shape[0] !== this.shape[0] || shape[1] !== this.shape[1]) return false;
    const down: unknown = stride[0];
    const across: unknown = stride[1];
    if (stride.length !== 2 || !isSafeInteger(down) || !isSafeInteger(across)) return false;
    this.stride[0] = down as number;
    this.stride[1] = across as number;
    this.data = data;
    this.offset = offset;
    const rows = (shape[0]! - 1) * this.stride[0];
    const columns = (shape[1]! - 1) * this.stride[1];
    const low = offset + min(rows, 0) + min(columns, 0);
    return low >= 0 && low + abs(rows) + abs(columns) < data.length;
  }
}

/** Returns a snapshot of `value` when it is an array [rows, columns] of numbers of any type. */
export function requireMatrix(
  where: string,
  argument: string,
  value: unknown,
  rows: number,
  columns: number,
): NdArrayLike {
  const source = requireNdArray(where, argument, value);
  requireShape(where, argument, source.shape, [rows, columns]);
  return source;
}

/** Whether a checked matrix is row-major and covers all of its data. */
function isWhole({ data, shape, stride }: NdArrayLike): boolean {
  const rows = shape[0]!;
  const columns = shape[1]!;
  if (data.length !== rows * columns) return false;
  return (columns === 1 || stride[1] === 1) && (rows === 1 || stride[0] === columns);
}

/** A row-major matrix [rows, columns] at a fixed position in an arena. */
export class KeptMatrix {
  readonly #arena: Arena;
  readonly #at: number;
  readonly #size: number;
  readonly #order: ArrayLike<number> | undefined;
  #data: FloatArray | undefined;
  #elements!: FloatArray;

  /** @param order - the caller's row of each row; default the same */
  constructor(arena: Arena, at: number, rows: number, columns: number, order?: ArrayLike<number>) {
    this.#arena = arena;
    this.#at = at;
    this.#size = rows * columns;
    this.#order = order;
  }

  /** A view of its elements, replaced only after the arena has grown. */
  #view(): FloatArray {
    const { data } = this.#arena;
    if (data !== this.#data) {
      this.#elements = data.subarray(this.#at, this.#at + this.#size);
      this.#data = data;
    }
    return this.#elements;
  }

  /** Fills it with zeros: all rows, or those for which `counts` is 0 or false. */
  clear(counts?: ArrayLike<boolean | number>): void {
    const view = this.#view();
    if (counts === undefined) {
      view.fill(0);
      return;
    }
    const columns = view.length / counts.length;
    for (let row = 0; row < counts.length; row++) if (!counts[row]) view.fill(0, row * columns, (row + 1) * columns);
  }

  /** Copies in the elements of a checked matrix. */
  copyFrom(source: NdArrayLike): void {
    const to = this.#view();
    const { data, shape, stride, offset } = source;
    const order = this.#order;
    if (order === undefined && isWhole(source)) {
      to.set(data);
      return;
    }
    const columns = shape[1]!;
    const step = stride[1]!;
    for (let i = 0, p = 0; i < shape[0]!; i++) {
      const row = order === undefined ? i : order[i]!;
      for (let j = 0, q = offset + row * stride[0]!; j < columns; j++, p++, q += step) to[p] = data[q]!;
    }
  }

  /** Copies its elements out to a checked matrix: all rows, or those for which `counts` is 1 or true. */
  copyTo(target: FloatNdArrayLike, counts?: ArrayLike<boolean | number>): void {
    const from = this.#view();
    const { data, shape, stride, offset } = target;
    const order = this.#order;
    if (order === undefined && counts === undefined && isWhole(target)) {
      data.set(from);
      return;
    }
    const columns = shape[1]!;
    const step = stride[1]!;
    for (let i = 0, p = 0; i < shape[0]!; i++) {
      const row = order === undefined ? i : order[i]!;
      if (counts !== undefined && !counts[row]) p += columns;
      else for (let j = 0, q = offset + row * stride[0]!; j < columns; j++, p++, q += step) data[q] = from[p]!;
    }
  }
}
