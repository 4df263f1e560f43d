// The base class of scalers: numbers of each feature, found in data, which travel with a model.

import { refuse, requireElements, requireEntries, requireInteger, requireNumber } from '../checks.ts';
import { MASK_OPTIONS, type MaskOptions, requireMask, requireNoMask } from '../engine/mask.ts';
import { ShapeError, StateError } from '../errors.ts';
import { spelled, unspelled } from '../json.ts';
import { readOptions } from '../options.ts';
import { rowMajor, sizeOf } from '../tensor/layout.ts';
import type { NdArrayLike } from '../tensor/ndarray-like.ts';
import { type RowData, requireRows, requireTimeSteps } from '../tensor/row-data.ts';
import { allocate, dtypeOf, isFloatArray } from '../tensor/storage.ts';
import { stridedCopy } from '../tensor/strided-copy.ts';
import { Tensor } from '../tensor/tensor.ts';

/** Scales each feature of [N, F] or [N, T, F] by numbers found in data. */
export abstract class FeatureScaler {
  /** Name in files. */
  abstract readonly kind: string;

  /** Number of features; undefined before `fit`. */
  abstract get features(): number | undefined;

  /** @internal Finds the numbers of each feature in its values, without NaN. */
  protected abstract measure(columns: readonly Float64Array[]): void;

  /** @internal A scaled value of a feature. */
  protected abstract scaled(value: number, feature: number): number;

  /** @internal The value that was scaled. */
  protected abstract unscaled(value: number, feature: number): number;

  /** Options and numbers as JSON, with `kind`. */
  abstract toJSON(): object;

  /**
   * Finds the numbers of each feature. NaN does not count. A second call begins anew.
   *
   * @param x - [N, F] or [N, T, F], or an array of N rows; sequences [T, F] may differ in length
   * @param options - `lengths` or `mask`: which time steps count; default all
   * @returns the scaler
   * @throws ArgumentError for infinities; ShapeError; then nothing changes
   */
  fit(x: RowData, options: MaskOptions = {}): this {
    const where = `${this.kind}.fit`;
    const rows = requireRows(where, 'x', x);
    requireTimeSteps(where, 'x', rows);
    const { data, shape } = requireFeatures(where, rows.whole(where));
    const F = shape.at(-1)!;
    const given = readOptions(where, options, MASK_OPTIONS);
    if (rows.lengths !== undefined) requireNoMask(where, given);
    const mask = requireMask(where, rows.lengths === undefined ? given : { lengths: rows.lengths }, shape);
    const columns = Array.from({ length: F }, () => [] as number[]);
    const take = (row: number): void => {
      for (let j = 0; j < F; j++) {
        const value = data[row * F + j]!;
        if (value === Infinity || value === -Infinity) refuse(where, 'x', 'hold finite numbers or NaN', value);
        if (value === value) columns[j]!.push(value);
      }
    };
    if (mask === undefined) for (let row = 0; row < data.length / F; row++) take(row);
    else {
      for (let b = 0; b < shape[0]!; b++) {
        for (let k = mask.offsets[b]!; k < mask.offsets[b + 1]!; k++) take(b * shape[1]! + mask.times[k]!);
      }
    }
    this.measure(columns.map((column) => Float64Array.from(column)));
    return this;
  }

  /**
   * Scales values. NaN stays NaN.
   *
   * @param x - [.., F], also in nested arrays, or an array of tensors of one shape
   * @returns a new tensor of the shape of x: float64 if x is float64 or has numbers in nested arrays; otherwise float32
   * @throws StateError before `fit`; ShapeError, ArgumentError
   */
  transform(x: RowData): Tensor {
    return this.#each('transform', x, (value, j) => this.scaled(value, j));
  }

  /**
   * Computes the values that `transform` would scale to x.
   *
   * @param x - see `transform`
   * @returns a new tensor of the shape of x: float64 if x is float64 or has numbers in nested arrays; otherwise float32
   * @throws StateError before `fit`; ShapeError, ArgumentError
   */
  inverseTransform(x: RowData): Tensor {
    return this.#each('inverseTransform', x, (value, j) => this.unscaled(value, j));
  }

  #each(method: string, x: RowData, of: (value: number, feature: number) => number): Tensor {
    const where = `${this.kind}.${method}`;
    const F = this.requireFitted(method);
    const rows = requireRows(where, 'x', x);
    requireTimeSteps(where, 'x', rows);
    if (rows.lengths !== undefined) {
      const remedy = 'Scale each sequence alone: x.map((row) => scaler.transform(row)), or pad them';
      throw new ShapeError({
        where,
        argument: 'x',
        expected: 'be one array',
        received: 'rows of different lengths',
        remedy,
      });
    }
    const { data, shape, double } = requireFeatures(where, rows.whole(where), F);
    const out = allocate(double ? 'float64' : 'float32', data.length, where, 'x');
    for (let k = 0; k < data.length; k++) out[k] = of(data[k]!, k % F);
    return new Tensor({ data: out }, shape);
  }

  /** @internal The number of features; throws before `fit`. */
  protected requireFitted(method: string): number {
    if (this.features !== undefined) return this.features;
    throw new StateError({ where: `${this.kind}.${method}`, expected: 'follow fit', received: 'no fit before it' });
  }

  /** @internal Checks the features that `select` takes. */
  protected requireSelected(features: readonly number[]): readonly number[] {
    const where = `${this.kind}.select`;
    const F = this.requireFitted('select');
    const expected = `be a list of features from 0 to ${F - 1}`;
    const list = requireEntries(where, 'features', features, expected);
    if (list.length === 0) refuse(where, 'features', expected, features);
    return list.map((each, k) => requireInteger(where, `features[${k}]`, each, 0, F - 1));
  }
}

/** Copies [.., F] in float64; `F` features, or at least one. */
function requireFeatures(where: string, { data, shape, stride, offset }: NdArrayLike, F?: number) {
  const wanted = F === undefined ? shape.length === 2 || shape.length === 3 : shape.length > 0 && shape.at(-1) === F;
  if (!wanted) {
    const expected = `have shape ${F === undefined ? '[N, F] or [N, T, F]' : `[.., ${F}]`}`;
    throw new ShapeError({ where, argument: 'x', expected, received: `[${shape.join(', ')}]` });
  }
  if (F === undefined) requireElements(where, 'x', shape);
  const copy = allocate('float64', sizeOf(shape), where, 'x');
  stridedCopy(shape, rowMajor(shape), stride)(copy, 0, data, offset);
  return { data: copy, shape: [...shape], double: isFloatArray(data) && dtypeOf(data) === 'float64' };
}

/** Numbers of features as JSON has them: NaN, of a feature without numbers, is a string. */
export function asJson(numbers: readonly number[]): readonly (number | string)[] {
  return numbers.map(spelled);
}

/** Reads what `asJson` wrote. */
export function numbersOf(where: string, argument: string, value: unknown, length?: number): readonly number[] {
  const expected = length === undefined ? 'be a list of numbers' : `be a list of ${length} numbers`;
  const list = requireEntries<unknown>(where, argument, value as unknown[], expected);
  if (list.length === 0 || (length !== undefined && list.length !== length)) refuse(where, argument, expected, value);
  return list.map((each, k) => {
    const number = unspelled(each);
    return Number.isNaN(number) ? Number.NaN : requireNumber(where, `${argument}[${k}]`, number);
  });
}
