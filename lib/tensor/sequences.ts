// Sequences of different lengths: what they have in common, and one array of them.

import { reading } from '../checks.ts';
import { ShapeError } from '../errors.ts';
import { isDense, rowMajor, sizeOf } from './layout.ts';
import { copyInto, type NdArrayLike, requireNdArray } from './ndarray-like.ts';
import { readNested } from './nested.ts';
import { allocate, type DType, isNumericTypedArray } from './storage.ts';
import { copyRun } from './strided-copy.ts';
import { Tensor } from './tensor.ts';

/** How shorter sequences are padded. */
export interface Padding {
  /** What is put in place of missing time steps; default 0. */
  readonly value?: number;
  /** Whether it precedes a sequence, and does not follow it; default false. */
  readonly before?: boolean;
}

/** Checks a number, nested arrays, a tensor or an ndarray. */
export function requireRow(where: string, argument: string, row: unknown): NdArrayLike {
  if (typeof row === 'number') return { data: [row], shape: [], stride: [], offset: 0 };
  const nested = reading(where, argument, () =>
    Array.isArray(row) || isNumericTypedArray(row) ? readNested(where, argument, row, 'float64') : undefined,
  );
  if (nested === undefined) return requireNdArray(where, argument, row);
  return new Tensor({ data: nested.data }, nested.shape);
}

/**
 * Checks that arrays have the same shape but for their first axis. An empty list, of shape [0], is a sequence without time
 * steps of any shape.
 */
export function requireAlike(where: string, argument: string, arrays: readonly NdArrayLike[]): readonly NdArrayLike[] {
  const like = Math.max(
    0,
    arrays.findIndex(({ shape }) => shape[0] !== 0),
  );
  const example = arrays[like]!;
  const { shape: wanted } = example;
  return arrays.map((array, i) => {
    const { shape } = array;
    if (shape.length === wanted.length && shape.every((size, axis) => axis === 0 || size === wanted[axis]))
      return array;
    const rest = wanted.slice(1);
    if (shape.length === 1 && shape[0] === 0 && wanted.length > 0) return { ...layoutOf(example), shape: [0, ...rest] };
    const expected = `have the shape [${wanted.length === 0 ? '' : ['T', ...rest].join(', ')}] like row ${like}`;
    throw new ShapeError({ where, argument: `${argument}[${i}]`, expected, received: `[${shape.join(', ')}]` });
  });
}

function layoutOf({ data, stride, offset }: NdArrayLike): Omit<NdArrayLike, 'shape'> {
  return { data, stride, offset };
}

/** Copies sequences to one array [N, T, …]; T: by default that of the longest, at least 1. */
export function padded(
  where: string,
  argument: string,
  arrays: readonly NdArrayLike[],
  { T: steps, value = 0, before = false, dtype }: Padding & { readonly T?: number; readonly dtype: DType },
): Tensor {
  const [first, ...rest] = arrays[0]!.shape;
  const T = steps ?? arrays.reduce((most, { shape }) => Math.max(most, shape[0] ?? 0), 1);
  const shape = first === undefined ? [] : [T, ...rest];
  const size = sizeOf(shape);
  const data = allocate(dtype, arrays.length * size, where, argument);
  if (value !== 0) data.fill(value);
  for (const [i, array] of arrays.entries()) {
    const offset = before ? (i + 1) * size - sizeOf(array.shape) : i * size;
    if (isDense(array)) copyRun(data, offset, array.data, array.offset, sizeOf(array.shape));
    else copyInto({ data, shape: array.shape, stride: rowMajor(shape), offset }, array);
  }
  return new Tensor({ data }, [arrays.length, ...shape]);
}
