// The base class of metrics.

import { refuse, requireShape } from '../checks.ts';
import { MASK_OPTIONS, type MaskOptions, requireMask } from '../engine/mask.ts';
import type { Mask } from '../engine/packing.ts';
import { ShapeError } from '../errors.ts';
import { requireClasses, requireWithin } from '../losses/target-values.ts';
import { optional, readOptions, type Schema, unchecked } from '../options.ts';
import { Inspectable } from '../tensor/inspectable.ts';
import { isDense, rowMajor, sizeOf } from '../tensor/layout.ts';
import { copyOf, type NdArrayLike, requireNdArray } from '../tensor/ndarray-like.ts';
import { isFloatArray } from '../tensor/storage.ts';

/** Which rows count, and how much. */
export interface MetricOptions extends MaskOptions {
  /** Weight of each row, at least 0: [B], or [B, T] with a weight for each time step; 0: it does not count; default 1. */
  readonly weights?: NdArrayLike;
}

const OPTIONS: Schema<MetricOptions, keyof MetricOptions> = {
  ...MASK_OPTIONS,
  weights: optional(unchecked<NdArrayLike>),
};

/** Rows of predictions with their targets, copied and checked. */
interface Rows {
  readonly predictions: ArrayLike<number>;
  readonly targets: Float64Array;
  /** Indices of the rows that count. */
  readonly rows: ArrayLike<number>;
  readonly weightOf: (row: number) => number;
}

/**
 * A figure for a whole set of predictions and targets. `add` adds a batch, `result` returns the figure of all batches
 * since `reset`: it is computed over the whole set, not as a mean of batches. Extend it for a metric of your own: `addRow`
 * receives each row of features, and `result` returns the figure.
 *
 * @example
 * ```ts
 * class Bias extends Metric {
 *   kind = 'Bias';
 *   sum = 0;
 *   count = 0;
 *   reset() {
 *     this.sum = this.count = 0;
 *   }
 *   addRow(y: Float64Array, t: Float64Array, weight: number) {
 *     y.forEach((v, j) => { this.sum += weight * (v - t[j]); this.count += weight; });
 *   }
 *   result() {
 *     return this.sum / this.count;
 *   }
 * }
 * new Bias().evaluate(tensor([[2], [5]]), tensor([[1], [2]])); // 2
 * ```
 */
export abstract class Metric<R = number> extends Inspectable {
  /** Class name, as in error messages. */
  abstract readonly kind: string;

  /** Whether targets are class numbers, one a row, instead of numbers for each feature. */
  protected readonly takesClasses: boolean = false;

  /** A class number that stands for none: its rows do not count. */
  protected readonly ignored: number | undefined = undefined;

  /** Returns the number of targets of a row of F features. */
  protected targetSize(F: number): number {
    return F;
  }

  /** Returns the number of classes of a row of F features. */
  protected classesOf(F: number): number {
    return F;
  }

  /**
   * Checks the number of features of a row; throws if the metric cannot take it. `prefix` precedes the names of the metric's
   * options in errors: `'metrics.accuracy.'`; default nothing.
   */
  protected requireFeatures(_where: string, _F: number, _prefix?: string): void {}

  /**
   * Adds a row that counts: not masked, of a weight above 0. The arrays are reused.
   *
   * @param y - features of the prediction
   * @param t - targets, or a class number
   */
  protected abstract addRow(y: Float64Array, t: Float64Array, weight: number): void;

  /** Returns the figure of all rows since `reset`; NaN if there are none. */
  abstract result(): R;

  /** Forgets all rows. */
  abstract reset(): void;

  /** Class name. */
  override toString(): string {
    return this.kind;
  }

  /**
   * Adds a batch. If it throws, nothing is added.
   *
   * @param prediction - [..., F]
   * @param target - of the same shape, or class numbers [...]; see the class. A metric of classes takes the class with the
   *   highest target of a row or, with one score a row, the target: 0 or 1
   * @throws ShapeError, ArgumentError
   */
  add(prediction: NdArrayLike, target: NdArrayLike, options: MetricOptions = {}): this {
    const where = `${this.kind}.add`;
    const output = requireNdArray(where, 'prediction', prediction);
    const F = output.shape.at(-1) ?? 0;
    const { predictions, targets, rows, weightOf } = this.#read(where, output, F, target, options);
    const size = this.takesClasses ? 1 : this.targetSize(F);
    const [y, t] = [new Float64Array(F), new Float64Array(size)];
    for (let k = 0; k < rows.length; k++) {
      const row = rows[k]!;
      for (let j = 0; j < F; j++) y[j] = predictions[row * F + j]!;
      for (let j = 0; j < size; j++) t[j] = targets[row * size + j]!;
      const weight = weightOf(row);
      if (weight === 0 || (this.takesClasses && t[0] === this.ignored)) continue;
      this.addRow(y, t, weight);
    }
    return this;
  }

  /**
   * Computes the figure of one batch alone: `reset`, `add`, `result`.
   *
   * @throws ShapeError, ArgumentError
   */
  evaluate(prediction: NdArrayLike, target: NdArrayLike, options: MetricOptions = {}): R {
    this.reset();
    return this.add(prediction, target, options).result();
  }

  /** @internal Throws if `add` cannot take targets of this shape for predictions [...outer, F]. */
  requireFits(where: string, argument: string, outer: readonly number[], F: number, { shape }: NdArrayLike): void {
    this.requireFeatures(where, F, `${argument}.`);
    const classes = [...outer, F];
    const expected = this.takesClasses ? outer : [...outer, this.targetSize(F)];
    if (isSame(shape, expected) || (this.takesClasses && isSame(shape, classes))) return;
    const also = this.takesClasses ? ` or [${classes.join(', ')}]` : '';
    throw new ShapeError({
      where,
      argument,
      expected: `be a metric that takes the targets; ${this.kind} takes the shape [${expected.join(', ')}]${also}`,
      received: `targets of the shape [${shape.join(', ')}]`,
    });
  }

  #read(where: string, output: NdArrayLike, F: number, target: NdArrayLike, options: MetricOptions): Rows {
    const { shape } = output;
    if (shape.length < 2 || F === 0) refuse(where, 'prediction', 'be rows of features [..., F]', shape);
    const { weights, ...masks } = readOptions(where, options, OPTIONS);
    this.requireFeatures(where, F);
    const outer = shape.slice(0, -1);
    const given = requireNdArray(where, 'target', target);
    const source = this.takesClasses && isSame(given.shape, shape) ? classNumbers(where, given) : given;
    requireShape(where, 'target', source.shape, this.takesClasses ? outer : [...outer, this.targetSize(F)]);
    const mask = requireMask(where, masks, shape);
    const predictions = elementsOf(where, output);
    const targets = copyOf(where, 'target', source, 'float64').data as Float64Array;
    const rows = mask === undefined ? all(sizeOf(outer)) : counted(mask);
    this.#requireTargets(where, targets, F, rows);
    return { predictions, targets, rows, weightOf: weightsOf(where, weights, outer) };
  }

  /** Checks the targets that count. */
  #requireTargets(where: string, targets: Float64Array, F: number, rows: ArrayLike<number>): void {
    const size = this.takesClasses ? 1 : this.targetSize(F);
    const values = new Float64Array(rows.length * size);
    for (let k = 0; k < rows.length; k++) {
      for (let j = 0; j < size; j++) values[k * size + j] = targets[rows[k]! * size + j]!;
    }
    const shape = this.takesClasses ? [rows.length] : [rows.length, size];
    const array = { data: values, shape, stride: rowMajor(shape), offset: 0 };
    if (!this.takesClasses) requireWithin(where, 'target', array, {}, rows);
    else requireClasses(where, 'target', array, this.classesOf(F), { rows, ignored: this.ignored });
  }
}

/** The elements in order: without a copy if they are so in memory. */
function elementsOf(where: string, output: NdArrayLike): ArrayLike<number> {
  const { data, offset } = output;
  if (!isFloatArray(data) || !isDense(output)) return copyOf(where, 'prediction', output, 'float64').data;
  return data.subarray(offset, offset + sizeOf(output.shape));
}

function isSame(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

/** The class with the highest target in each row, of equals the first; with one target a row, the target. */
function classNumbers(where: string, targets: NdArrayLike): NdArrayLike {
  const { shape } = targets;
  const outer = shape.slice(0, -1);
  const F = shape.at(-1)!;
  const rows = copyOf(where, 'target', targets, 'float64').data;
  if (F === 1) return { data: rows, shape: outer, stride: rowMajor(outer), offset: 0 };
  const numbers = new Float64Array(sizeOf(outer));
  for (let row = 0; row < numbers.length; row++) {
    for (let j = 1; j < F; j++) if (rows[row * F + j]! > rows[row * F + numbers[row]!]!) numbers[row] = j;
  }
  return { data: numbers, shape: outer, stride: rowMajor(outer), offset: 0 };
}

function all(count: number): Int32Array {
  const rows = new Int32Array(count);
  for (let k = 0; k < count; k++) rows[k] = k;
  return rows;
}

/** The rows of the time steps that count. */
function counted({ T, offsets, times }: Mask): Int32Array {
  const rows = new Int32Array(times.length);
  for (let b = 0; b + 1 < offsets.length; b++) {
    for (let k = offsets[b]!; k < offsets[b + 1]!; k++) rows[k] = b * T + times[k]!;
  }
  return rows;
}

/** Reads weights of rows, or of time steps. */
function weightsOf(where: string, weights: NdArrayLike | undefined, outer: readonly number[]): (row: number) => number {
  if (weights === undefined) return () => 1;
  const given = requireNdArray(where, 'weights', weights);
  const perRow = given.shape.length === 1 && outer.length > 1;
  const expected = perRow ? [outer[0]!] : outer;
  const fits = given.shape.length === expected.length && expected.every((size, k) => given.shape[k] === size);
  if (!fits) {
    const also = outer.length > 1 ? ` or [${outer[0]}]` : '';
    const received = `[${given.shape.join(', ')}]`;
    throw new ShapeError({
      where,
      argument: 'weights',
      expected: `have the shape [${outer.join(', ')}]${also}`,
      received,
    });
  }
  const { data } = copyOf(where, 'weights', given, 'float64');
  requireWithin(where, 'weights', { data, shape: [data.length, 1], stride: [1, 1], offset: 0 }, { min: 0 });
  const each = perRow ? sizeOf(outer.slice(1)) : 1;
  return (row) => data[Math.floor(row / each)]!;
}
