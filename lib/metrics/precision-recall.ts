// Precision, recall and F1 of classes.

import { refuse } from '../checks.ts';
import { integer, number, oneOf, optional, readOptions, type Schema } from '../options.ts';
import { ConfusionMetric } from './confusion-matrix.ts';

/** Options of `Precision`, `Recall` and `F1`. */
export interface ClassAverageOptions {
  /**
   * `'macro'`: the mean over all classes. `'weighted'`: the mean weighted by the rows of each class. `'micro'`: from the
   * counts of all classes together, which equals the accuracy. Default `'macro'`.
   */
  readonly average?: 'macro' | 'micro' | 'weighted';
  /** The figure of this class alone; default: class 1 with one score a row, otherwise `average`. */
  readonly label?: number;
  /** The value of 0/0: of a class that is never predicted, or never occurs; default 0. */
  readonly zeroDivision?: number;
  /** With one score a row: from which score on a row is predicted as class 1; default 0.5, for probabilities. */
  readonly threshold?: number;
}

const OPTIONS: Schema<ClassAverageOptions, 'label'> = {
  average: optional(oneOf('macro', 'micro', 'weighted'), 'macro'),
  label: optional(integer(0)),
  zeroDivision: optional(number(), 0),
  threshold: optional(number(), 0.5),
};

/** Right and wrong rows of a class: those of it that are predicted, others that are, and those of it that are not. */
interface Counts {
  readonly right: number;
  readonly falsePositive: number;
  readonly falseNegative: number;
}

abstract class ClassAverage extends ConfusionMetric {
  /** How the figures of several classes become one. */
  readonly average: 'macro' | 'micro' | 'weighted';
  /** The class whose figure it is. */
  readonly label: number | undefined;
  /** The value of 0/0. */
  readonly zeroDivision: number;

  constructor(where: string, options: ClassAverageOptions) {
    const { average, label, zeroDivision, threshold } = readOptions(where, options, OPTIONS);
    super(threshold);
    this.average = average;
    this.label = label;
    this.zeroDivision = zeroDivision;
  }

  /** @internal The figure as a fraction. */
  protected abstract fraction(counts: Counts): readonly [numerator: number, denominator: number];

  /** @internal */
  protected override requireFeatures(where: string, F: number, prefix = ''): void {
    super.requireFeatures(where, F);
    const classes = this.classesOf(F);
    if (this.label !== undefined && this.label >= classes) {
      refuse(where, `${prefix}label`, `be below ${classes}, the number of classes`, this.label);
    }
  }

  #of(counts: Counts): number {
    const [numerator, denominator] = this.fraction(counts);
    return denominator === 0 ? this.zeroDivision : numerator / denominator;
  }

  result(): number {
    const C = this.classes;
    if (C === 0) return Number.NaN;
    const all = Array.from({ length: C }, (_, k) => this.#counts(k));
    const label = this.label ?? (this.scores === 1 ? 1 : undefined);
    if (label !== undefined) return this.#of(all[label]!);
    if (this.average === 'micro') return this.#of(all.reduce(together));
    const weights = all.map(({ right, falseNegative }) => (this.average === 'macro' ? 1 : right + falseNegative));
    const total = weights.reduce((a, b) => a + b, 0);
    return all.reduce((sum, counts, k) => sum + weights[k]! * this.#of(counts), 0) / total;
  }

  #counts(k: number): Counts {
    const right = this.count(k, k);
    let [falsePositive, falseNegative] = [0, 0];
    for (let j = 0; j < this.classes; j++) {
      if (j === k) continue;
      falsePositive += this.count(j, k);
      falseNegative += this.count(k, j);
    }
    return { right, falsePositive, falseNegative };
  }
}

function together(a: Counts, b: Counts): Counts {
  return {
    right: a.right + b.right,
    falsePositive: a.falsePositive + b.falsePositive,
    falseNegative: a.falseNegative + b.falseNegative,
  };
}

/**
 * Precision: (Q5) the share of the rows predicted as a class that are of it; see `average` for several classes.
 * Predictions and targets are those of `ConfusionMatrix`.
 *
 * @example
 * ```ts
 * new Precision().evaluate(tensor([[0.9], [0.6], [0.1]]), tensor([1, 0, 1])); // 0.5
 * ```
 */
export class Precision extends ClassAverage {
  readonly kind = 'Precision';

  /** @throws ArgumentError */
  constructor(options: ClassAverageOptions = {}) {
    super('Precision', options);
  }

  /** @internal */
  protected fraction({ right, falsePositive }: Counts): readonly [number, number] {
    return [right, right + falsePositive];
  }
}

/**
 * Recall: (Q6) the share of the rows of a class that are predicted as it; see `average` for several classes. Predictions
 * and targets are those of `ConfusionMatrix`.
 *
 * @example
 * ```ts
 * new Recall().evaluate(tensor([[0.9], [0.6], [0.1]]), tensor([1, 0, 1])); // 0.5
 * ```
 */
export class Recall extends ClassAverage {
  readonly kind = 'Recall';

  /** @throws ArgumentError */
  constructor(options: ClassAverageOptions = {}) {
    super('Recall', options);
  }

  /** @internal */
  protected fraction({ right, falseNegative }: Counts): readonly [number, number] {
    return [right, right + falseNegative];
  }
}

/**
 * F1: (Q7) the harmonic mean of precision and recall of a class; see `average` for several classes. Predictions and
 * targets are those of `ConfusionMatrix`.
 *
 * @example
 * ```ts
 * new F1().evaluate(tensor([[0.9], [0.6], [0.1]]), tensor([1, 0, 1])); // 0.5
 * ```
 */
export class F1 extends ClassAverage {
  readonly kind = 'F1';

  /** @throws ArgumentError */
  constructor(options: ClassAverageOptions = {}) {
    super('F1', options);
  }

  /** @internal */
  protected fraction({ right, falsePositive, falseNegative }: Counts): readonly [number, number] {
    return [2 * right, 2 * right + falsePositive + falseNegative];
  }
}
