// The base class of metrics.

import { refuse, requireShape } from '../checks.ts';
import { MASK_OPTIONS, type MaskOptions, requireMask } from '../engine/mask.ts';
import { ShapeError } from '../errors.ts';
import { timeStepsOf } from '../losses/row-weights.ts';
import { requireClasses, requireWithin } from '../losses/target-values.ts';
import { optional, readOptions, type Schema, unchecked } from '../options.ts';
import { Inspectable } from '../tensor/inspectable.ts';
import { rowMajor, sizeOf } from '../tensor/layout.ts';
import { type NdArrayLike, requireNdArray } from '../tensor/ndarray-like.ts';
import { classNumbers, elementsOf, type Features, featuresOf, isSame, startOf, weightsOf } from './metric-rows.ts';

/** Which rows count, and how much. */
export interface MetricOptions extends MaskOptions {
  /** Weight of each row, at least 0: [B], or [B, T] with a weight for each time step; 0: it does not count; default 1. */
  readonly weights?: NdArrayLike;
}

const OPTIONS: Schema<MetricOptions, keyof MetricOptions> = {
  ...MASK_OPTIONS,
  weights: optional(unchecked<NdArrayLike>),
};

/** Rows of features that count. */
export interface CountedRows extends Features {
  /** Number of rows that count. */
  readonly count: number;
  /** Their indices; undefined if all count. */
  readonly rows: Int32Array | undefined;
  /** The weight of a row; undefined if all count 1. */
  readonly weightOf: ((row: number) => number) | undefined;
}

/** The same with their targets, checked. */
export interface ScoredFeatures extends CountedRows {
  readonly targets: ArrayLike<number>;
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
   *   highest target of a row, which has to be one, or, with one score a row, the target: 0 or 1
   * @throws ShapeError, ArgumentError
   */
  add(prediction: NdArrayLike, target: NdArrayLike, options: MetricOptions = {}): this {
    const where = `${this.kind}.add`;
    this.addRows(this.#read(where, requireNdArray(where, 'prediction', prediction), target, options));
    return this;
  }

  /** @internal Whether `add` takes predictions of any stride without a copy; `false` if a subclass replaces it. */
  get takesViews(): boolean {
    return this.add === Metric.prototype.add;
  }

  /** @internal Adds checked rows. A metric of classes may replace it, to read rows where they are. */
  protected addRows(all: ScoredFeatures): void {
    const { elements, targets, count, rows, F, weightOf } = all;
    const size = this.takesClasses ? 1 : this.targetSize(F);
    const [y, t] = [new Float64Array(F), new Float64Array(size)];
    for (let k = 0; k < count; k++) {
      const row = rows === undefined ? k : rows[k]!;
      const start = startOf(all, row);
      for (let j = 0; j < F; j++) y[j] = elements[start + j]!;
      for (let j = 0; j < size; j++) t[j] = targets[row * size + j]!;
      const weight = weightOf === undefined ? 1 : weightOf(row);
      if (weight === 0 || (this.takesClasses && t[0] === this.ignored)) continue;
      this.addRow(y, t, weight);
    }
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

  /**
   * @internal Throws if `add` cannot take these targets for predictions [...outer, F], by their shape, and by their values where
   * those of a row are to say its class. `rows`: those that count, default all.
   */
  requireFits(
    where: string,
    argument: string,
    outer: readonly number[],
    F: number,
    target: NdArrayLike,
    rows?: Int32Array,
  ): void {
    const { shape } = target;
    this.requireFeatures(where, F, `${argument}.`);
    const classes = [...outer, F];
    const expected = this.takesClasses ? outer : [...outer, this.targetSize(F)];
    if (isSame(shape, expected)) return;
    if (this.takesClasses && isSame(shape, classes)) {
      classNumbers(where, `${argument}: target`, target, rows);
      return;
    }
    const also = this.takesClasses ? ` or [${classes.join(', ')}]` : '';
    throw new ShapeError({
      where,
      argument,
      expected: `be a metric that takes the targets; ${this.kind} takes the shape [${expected.join(', ')}]${also}`,
      received: `targets of the shape [${shape.join(', ')}]`,
    });
  }

  /** @internal Checks a mask and weights, and returns the rows that count. */
  protected countRows(where: string, output: NdArrayLike, options: MetricOptions): CountedRows {
    const { shape } = output;
    const { weights, ...masks } = readOptions(where, options, OPTIONS);
    const outer = shape.slice(0, -1);
    const mask = requireMask(where, masks, shape);
    const rows = mask && timeStepsOf(mask);
    const count = rows === undefined ? sizeOf(outer) : rows.length;
    return { ...featuresOf(where, output), count, rows, weightOf: weightsOf(where, weights, outer) };
  }

  #read(where: string, output: NdArrayLike, target: NdArrayLike, options: MetricOptions): ScoredFeatures {
    const { shape } = output;
    const F = shape.at(-1) ?? 0;
    if (shape.length < 2 || F === 0) refuse(where, 'prediction', 'be rows of features [..., F]', shape);
    this.requireFeatures(where, F);
    const outer = shape.slice(0, -1);
    const given = requireNdArray(where, 'target', target);
    const counted = this.countRows(where, output, options);
    const labels = this.takesClasses && isSame(given.shape, shape);
    const source = labels ? classNumbers(where, 'target', given, counted.rows) : given;
    requireShape(where, 'target', source.shape, this.takesClasses ? outer : [...outer, this.targetSize(F)]);
    const targets = elementsOf(where, 'target', source);
    this.#requireTargets(where, targets, counted);
    return { ...counted, targets };
  }

  /** Checks the targets that count. */
  #requireTargets(where: string, targets: ArrayLike<number>, { F, count, rows }: CountedRows): void {
    const size = this.takesClasses ? 1 : this.targetSize(F);
    const shape = this.takesClasses ? [count] : [count, size];
    const data = rows === undefined ? targets : rowsAt(targets, size, rows);
    const array = { data, shape, stride: rowMajor(shape), offset: 0 };
    if (!this.takesClasses) requireWithin(where, 'target', array, {}, rows);
    else requireClasses(where, 'target', array, this.classesOf(F), { rows, ignored: this.ignored });
  }
}

/** Copies rows of elements. */
function rowsAt(elements: ArrayLike<number>, size: number, rows: Int32Array): Float64Array {
  const copies = new Float64Array(rows.length * size);
  for (let k = 0; k < rows.length; k++) {
    for (let j = 0; j < size; j++) copies[k * size + j] = elements[rows[k]! * size + j]!;
  }
  return copies;
}
