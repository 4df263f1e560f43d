// Rows of data from which batches are taken: those of an array, or sequences of different lengths.

import { reading, refuse, requireEntries } from '../checks.ts';
import { ShapeError } from '../errors.ts';
import type { NestedNumbers } from './create.ts';
import { rowMajor, sizeOf } from './layout.ts';
import { copyInto, type NdArrayLike, requireNdArray } from './ndarray-like.ts';
import { readNested } from './nested.ts';
import { allocate, isFloatArray, isNumericTypedArray } from './storage.ts';
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

/** How shorter sequences are padded. */
export interface Padding {
  /** What is put in place of missing time steps; default 0. */
  readonly value?: number;
  /** Whether it precedes a sequence, and does not follow it; default false. */
  readonly before?: boolean;
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
  const arrays = list.map((row, i) => requireRow(where, `${argument}[${i}]`, row));
  const first = arrays[0]!.shape;
  let ragged = false;
  arrays.forEach(({ shape }, i) => {
    const fits = shape.length === first.length && shape.every((size, axis) => axis === 0 || size === first[axis]);
    if (!fits) {
      const expected = `have the shape [${['T', ...first.slice(1)].join(', ')}] like row 0`;
      throw new ShapeError({ where, argument: `${argument}[${i}]`, expected, received: `[${shape.join(', ')}]` });
    }
    ragged ||= shape[0] !== first[0];
  });
  const rows = new SequenceRows(argument, arrays, padding);
  if (ragged) return rows;
  const all = Uint32Array.from(arrays, (_, row) => row);
  return new ArrayRows(argument, rows.take(where, all));
}

function requireRow(where: string, argument: string, row: unknown): NdArrayLike {
  if (typeof row === 'number') return { data: [row], shape: [], stride: [], offset: 0 };
  const nested = reading(where, argument, () =>
    Array.isArray(row) || isNumericTypedArray(row) ? readNested(where, argument, row, 'float64') : undefined,
  );
  if (nested === undefined) return requireNdArray(where, argument, row);
  return new Tensor({ data: nested.data }, nested.shape);
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
  readonly #dtype: 'float32' | 'float64';

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

  take(where: string, rows: ArrayLike<number>, argument: string = this.#argument): Tensor {
    const { value = 0, before = false } = this.#padding;
    const [first, ...rest] = this.#arrays[0]!.shape;
    let T = 1;
    for (let i = 0; i < rows.length; i++) T = Math.max(T, this.lengths[rows[i]!]!);
    const shape = first === undefined ? [] : [T, ...rest];
    const size = sizeOf(shape);
    const data = allocate(this.#dtype, rows.length * size, where, argument).fill(value);
    for (let i = 0; i < rows.length; i++) {
      const array = this.#arrays[rows[i]!]!;
      const offset = before ? (i + 1) * size - sizeOf(array.shape) : i * size;
      copyInto({ data, shape: array.shape, stride: rowMajor(shape), offset }, array);
    }
    return new Tensor({ data }, [rows.length, ...shape]);
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
