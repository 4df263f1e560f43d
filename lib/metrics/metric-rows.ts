// The rows that metrics read: predictions, targets, masks and weights.

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

/** The class with the highest target in each row; of equals the first. With one feature the targets are the numbers. */
export function classNumbers(where: string, targets: NdArrayLike): NdArrayLike {
  const { shape } = targets;
  const outer = shape.slice(0, -1);
  const F = shape.at(-1)!;
  if (F === 1) return { data: targets.data, shape: outer, stride: targets.stride.slice(0, -1), offset: targets.offset };
  const rows = copyOf(where, 'target', targets, 'float64').data;
  const numbers = new Float64Array(sizeOf(outer));
  for (let row = 0; row < numbers.length; row++) {
    for (let j = 1; j < F; j++) if (rows[row * F + j]! > rows[row * F + numbers[row]!]!) numbers[row] = j;
  }
  return { data: numbers, shape: outer, stride: rowMajor(outer), offset: 0 };
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
