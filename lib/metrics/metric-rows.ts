// The rows that metrics read: predictions, targets, masks and weights.

import { ArgumentError } from '../errors.ts';
import { rowWeights } from '../losses/row-weights.ts';
import { isDense, rowMajor, sizeOf } from '../tensor/layout.ts';
import { copyOf, type NdArrayLike } from '../tensor/ndarray-like.ts';
import { isFloatArray } from '../tensor/storage.ts';

const { floor } = Math;

/** Rows of features: row b·T + t begins at offset + b·rowStep + t·timeStep, and its features are adjacent. */
export interface Features {
  readonly elements: ArrayLike<number>;
  readonly F: number;
  readonly offset: number;
  /** 1 where rows have the same distance. */
  readonly T: number;
  readonly rowStep: number;
  readonly timeStep: number;
}

/** Rows [..., F]: without a copy if the features of each row are adjacent in memory, time-major too. */
export function featuresOf(where: string, output: NdArrayLike): Features {
  const { data, shape, stride, offset } = output;
  const F = shape.at(-1)!;
  const even = { F, T: 1, rowStep: F, timeStep: 0 };
  if (isFloatArray(data) && isDense(output)) return { elements: data, offset, ...even };
  if (isFloatArray(data) && shape.length === 3 && stride[2] === 1) {
    return { elements: data, offset, F, T: shape[1]!, rowStep: stride[0]!, timeStep: stride[1]! };
  }
  return { elements: copyOf(where, 'prediction', output, 'float64').data, offset: 0, ...even };
}

/** Index of the first element of a row. */
export function startOf({ offset, T, rowStep, timeStep }: Features, row: number): number {
  const b = floor(row / T);
  return offset + b * rowStep + (row - b * T) * timeStep;
}

/** Elements in order: without a copy if they are so in memory. */
export function elementsOf(where: string, argument: string, array: NdArrayLike): ArrayLike<number> {
  const { data, offset } = array;
  if (!isFloatArray(data) || !isDense(array)) return copyOf(where, argument, array, 'float64').data;
  return data.subarray(offset, offset + sizeOf(array.shape));
}

export function isSame(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

/** The class with the highest target in each row that counts, by default all. With one feature the targets are the numbers. */
export function classNumbers(where: string, argument: string, targets: NdArrayLike, rows?: Int32Array): NdArrayLike {
  const { shape } = targets;
  const outer = shape.slice(0, -1);
  const F = shape.at(-1)!;
  if (F === 1) return { data: targets.data, shape: outer, stride: targets.stride.slice(0, -1), offset: targets.offset };
  const { data } = copyOf(where, argument, targets, 'float64');
  const numbers = new Float64Array(sizeOf(outer));
  const count = rows?.length ?? numbers.length;
  for (let k = 0; k < count; k++) {
    const row = rows?.[k] ?? k;
    numbers[row] = highest(data, row * F, F);
    if (numbers[row] < 0) refuseRow(where, argument, targets, row);
  }
  return { data: numbers, shape: outer, stride: rowMajor(outer), offset: 0 };
}

/** Index of the highest of F numbers from `start` on; −1 if several are highest, or one is NaN. */
function highest(data: ArrayLike<number>, start: number, F: number): number {
  let [best, at] = [-Infinity, -1];
  for (let j = 0; j < F; j++) {
    const value = data[start + j]!;
    if (value > best) [best, at] = [value, j];
    else if (!(value < best)) at = -1;
    if (value !== value) return -1;
  }
  return at;
}

/** Throws for a row of several classes, or of none. */
function refuseRow(where: string, argument: string, targets: NdArrayLike, row: number): never {
  const { shape } = targets;
  const F = shape.at(-1)!;
  const { data } = copyOf(where, argument, targets, 'float64');
  const shown = Array.from(data.subarray(row * F, row * F + Math.min(F, 8)));
  const at = shape.length === 3 ? `row ${floor(row / shape[1]!)}, step ${row % shape[1]!}` : `row ${row}`;
  throw new ArgumentError({
    where,
    argument,
    expected: 'have one highest target in each row, that of its class',
    received: `[${shown.join(', ')}${F > 8 ? ', …' : ''}] at ${at}`,
    remedy:
      'Where a row has several labels, or none, add each label by itself: its column of predictions and of targets, [..., 1]',
  });
}

/** Reads weights of rows, or of time steps; undefined if all count 1. */
export function weightsOf(
  where: string,
  weights: NdArrayLike | undefined,
  outer: readonly number[],
): ((row: number) => number) | undefined {
  const data = rowWeights(where, weights, outer);
  return data && ((row) => data[row]!);
}
