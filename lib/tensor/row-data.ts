// Rows of data from which batches are taken: those of an array, or sequences of different lengths.

import { reading, refuse, requireEntries } from '../checks.ts';
import { ShapeError } from '../errors.ts';
import type { NestedNumbers } from './create.ts';
import { rowMajor, sizeOf } from './layout.ts';
import { type NdArrayLike, requireNdArray } from './ndarray-like.ts';
import { type Padding, padded, requireAlike, requireRow } from './sequences.ts';
import { allocate, type DType, isFloatArray } from './storage.ts';
import { stridedCopy } from './strided-copy.ts';
import { Tensor } from './tensor.ts';

/**
 * Data of N rows: a tensor or ndarray whose first axis has N entries, or an array of N tensors, ndarrays, nested arrays or
 * numbers. The entries of an array may have different lengths along their first axis: they are sequences then.
 */
export type RowData = NdArrayLike | readonly (NdArrayLike | NestedNumbers)[];

/** Checked rows. */
export interface Rows {
  /** Number of rows. */
  readonly count: number;
  /** Number of axes of a row. */
  readonly rank: number;
  /** Number of time steps of each row, if rows differ in it; undefined if they are those of one array. */
  readonly lengths: Int32Array | undefined;
  /**
   * Copies rows by number, in the order given, to one array; shorter sequences are padded to the longest of them. An error
   * for lack of memory names `argument`; default: the rows.
   */
  take(where: string, rows: ArrayLike<number>, argument?: string): Tensor;
  /** Rows [start, end), without a copy if they are those of one array. */
  slice(where: string, start: number, end: number): NdArrayLike;
  /** All rows as one array, without a copy if they are one. */
  whole(where: string): NdArrayLike;
}

/**
 * Checks rows.
 *
 * @throws ArgumentError, ShapeError
 */
export function requireRows(where: string, argument: string, data: unknown, padding: Padding = {}): Rows {
  if (!reading(where, argument, () => Array.isArray(data))) {
    return new ArrayRows(argument, requireNdArray(where, argument, data));
  }
  const list = requireEntries(where, argument, data as readonly unknown[], 'be an array of rows');
  if (list.length === 0) refuse(where, argument, 'have at least one row', list);
  const arrays = requireAlike(
    where,
    argument,
    list.map((row, i) => requireRow(where, `${argument}[${i}]`, row)),
  );
  const rows = new SequenceRows(argument, arrays, padding);
  const [T] = arrays[0]!.shape;
  if (T === 0 || arrays.some(({ shape }) => shape[0] !== T)) return rows;
  const all = Uint32Array.from(arrays, (_, row) => row);
  return new ArrayRows(argument, rows.take(where, all));
}

/** Refuses rows of different lengths that are features, and no time steps. */
export function requireTimeSteps(where: string, argument: string, { lengths, rank }: Rows): void {
  if (lengths === undefined || rank > 1) return;
  const differing = lengths.find((length) => length !== lengths[0]);
  const received = differing === undefined ? 'empty rows' : `rows of ${lengths[0]} and ${differing} numbers`;
  const remedy = 'Rows of features all have the same length; rows of time steps are [T, I]: [[1], [2]]';
  throw new ShapeError({ where, argument, expected: 'have equally many features in each row', received, remedy });
}

function isFloat32({ data }: NdArrayLike): boolean {
  return isFloatArray(data) && data.BYTES_PER_ELEMENT === 4;
}

/** A copy of an array of any float type; float32 as float32. */
export function copyRows(where: string, argument: string, array: NdArrayLike): Tensor {
  const rows = new ArrayRows(argument, array);
  return rows.take(
    where,
    Uint32Array.from({ length: rows.count }, (_, row) => row),
  );
}

/** The rows of one array. */
class ArrayRows implements Rows {
  readonly lengths = undefined;
  readonly #argument: string;
  readonly #array: NdArrayLike;

  constructor(argument: string, array: NdArrayLike) {
    this.#argument = argument;
    this.#array = array;
  }

  get count(): number {
    return this.#array.shape[0] ?? 0;
  }

  get rank(): number {
    return this.#array.shape.length - 1;
  }

  take(where: string, rows: ArrayLike<number>, argument: string = this.#argument): Tensor {
    const { data, offset } = this.#array;
    const [rowStride, ...stride] = this.#array.stride as [number, ...number[]];
    const shape = this.#array.shape.slice(1);
    const size = sizeOf(shape);
    const dtype = isFloat32(this.#array) ? 'float32' : 'float64';
    const taken = allocate(dtype, rows.length * size, where, argument);
    const copyRow = stridedCopy(shape, rowMajor(shape), stride);
    for (let i = 0; i < rows.length; i++) copyRow(taken, i * size, data, offset + rows[i]! * rowStride);
    return new Tensor({ data: taken }, [rows.length, ...shape]);
  }

  slice(_where: string, start: number, end: number): NdArrayLike {
    const { data, shape, stride, offset } = this.#array;
    return { data, shape: [end - start, ...shape.slice(1)], stride, offset: offset + start * stride[0]! };
  }

  whole(): NdArrayLike {
    return this.#array;
  }
}

/** Sequences of different lengths. */
class SequenceRows implements Rows {
  readonly lengths: Int32Array;
  readonly #argument: string;
  readonly #arrays: readonly NdArrayLike[];
  readonly #padding: Padding;
  readonly #dtype: DType;

  constructor(argument: string, arrays: readonly NdArrayLike[], padding: Padding) {
    this.lengths = Int32Array.from(arrays, ({ shape }) => shape[0] ?? 0);
    this.#argument = argument;
    this.#arrays = arrays;
    this.#padding = padding;
    this.#dtype = arrays.every(isFloat32) ? 'float32' : 'float64';
  }

  get count(): number {
    return this.#arrays.length;
  }

  get rank(): number {
    return this.#arrays[0]!.shape.length;
  }

  take(where: string, rows: ArrayLike<number>, argument: string = this.#argument): Tensor {
    const taken = Array.from(rows, (row) => this.#arrays[row]!);
    return padded(where, argument, taken, { ...this.#padding, dtype: this.#dtype });
  }

  slice(where: string, start: number, end: number): NdArrayLike {
    return this.take(
      where,
      Uint32Array.from({ length: end - start }, (_, row) => start + row),
    );
  }

  whole(where: string): NdArrayLike {
    return this.slice(where, 0, this.count);
  }
}
