// How often rows of each class are predicted as each class.

import { refuse } from '../checks.ts';
import { number, optional, readOptions, type Schema } from '../options.ts';
import { Tensor } from '../tensor/tensor.ts';
import { Metric } from './metric.ts';

/** Options of `ConfusionMatrix`. */
export interface ConfusionMatrixOptions {
  /** With one score a row: from which score on a row is predicted as class 1; default 0.5, for probabilities. */
  readonly threshold?: number;
}

const OPTIONS: Schema<ConfusionMatrixOptions> = {
  threshold: optional(number(), 0.5),
};

/** A metric that counts the rows of each pair of a class and a predicted class. */
export abstract class ConfusionMetric<R = number> extends Metric<R> {
  protected override readonly takesClasses = true;
  /** From which score on a row with one score is predicted as class 1. */
  readonly threshold: number;
  /** Number of scores a row; 0 before the first row. */
  #F = 0;
  #counts = new Float64Array(0);

  constructor(threshold: number) {
    super();
    this.threshold = threshold;
  }

  protected override classesOf(F: number): number {
    return F === 1 ? 2 : F;
  }

  protected override requireFeatures(where: string, F: number): void {
    if (this.#F !== 0 && F !== this.#F) refuse(where, 'prediction', `have ${this.#F} features, as before`, F);
  }

  protected addRow(y: Float64Array, t: Float64Array, weight: number): void {
    const classes = this.classesOf(y.length);
    if (this.#F === 0) {
      this.#F = y.length;
      this.#counts = new Float64Array(classes * classes);
    }
    let predicted = 0;
    if (y.length === 1) predicted = y[0]! >= this.threshold ? 1 : 0;
    else for (let k = 1; k < y.length; k++) if (y[k]! > y[predicted]!) predicted = k;
    this.#counts[t[0]! * classes + predicted]! += weight;
  }

  /** Number of scores a row; 0 before the first row. */
  protected get scores(): number {
    return this.#F;
  }

  /** Number of classes; 0 before the first row. */
  protected get classes(): number {
    return this.#F === 0 ? 0 : this.classesOf(this.#F);
  }

  /** The weight of the rows of a class that were predicted as another, or the same. */
  protected count(target: number, predicted: number): number {
    return this.#counts[target * this.classes + predicted]!;
  }

  /** @internal What was added so far, as numbers. */
  get sums(): readonly number[] {
    return [this.#F, ...this.#counts];
  }

  /** @internal */
  set sums(sums: readonly number[]) {
    this.#F = sums[0] ?? 0;
    this.#counts = Float64Array.from(sums.slice(1));
  }

  reset(): void {
    this.#F = 0;
    this.#counts = new Float64Array(0);
  }
}

/**
 * Confusion matrix [F, F]: (Q4) element (i, j) is the number, or the weight, of the rows of class i that are predicted as
 * class j, the one with the highest score.
 *
 * Predictions are scores of classes, [B, F] or [B, T, F], or one score of the class 1 of two, [B, 1] or [B, T, 1]. Targets
 * are class numbers, [B] or [B, T].
 *
 * @example
 * ```ts
 * new ConfusionMatrix().evaluate(tensor([[1, 5], [3, 2]]), tensor([1, 1])).toArray(); // [[0, 0], [1, 1]]
 * ```
 */
export class ConfusionMatrix extends ConfusionMetric<Tensor> {
  readonly kind = 'ConfusionMatrix';

  /** @throws ArgumentError */
  constructor(options: ConfusionMatrixOptions = {}) {
    super(readOptions('ConfusionMatrix', options, OPTIONS).threshold);
  }

  /** Returns the matrix in float64; without elements before the first row. */
  result(): Tensor {
    const C = this.classes;
    const data = Float64Array.from({ length: C * C }, (_, k) => this.count(Math.floor(k / C), k % C));
    return new Tensor({ data }, [C, C]);
  }
}
