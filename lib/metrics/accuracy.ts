// The share of rows whose class is predicted.

import { refuse } from '../checks.ts';
import { integer, number, optional, readOptions, type Schema } from '../options.ts';
import { Mean } from './mean.ts';
import { Metric, type ScoredFeatures } from './metric.ts';
import { startOf } from './metric-rows.ts';

/** Options of `Accuracy`. */
export interface AccuracyOptions {
  /** A row counts as right if its class is among the k with the highest scores; default 1. */
  readonly topK?: number;
  /** A class number that stands for none: its rows do not count. Default: none. */
  readonly ignoreIndex?: number;
  /**
   * With one score a row: from which score on a row is predicted as class 1; default 0.5, for probabilities. For logits
   * give 0.
   */
  readonly threshold?: number;
}

const OPTIONS: Schema<AccuracyOptions, 'ignoreIndex'> = {
  topK: optional(integer(), 1),
  ignoreIndex: optional(integer(-(2 ** 24), 2 ** 24)),
  threshold: optional(number(), 0.5),
};

/**
 * Share of rows (with a time axis: of rows and time steps) whose class has the highest score, or one of the k highest:
 * (Q1). Of equal scores, that of the lower class number is higher.
 *
 * Predictions are scores of classes, such as logits or probabilities, [B, F] or [B, T, F], or one score of the class 1 of two,
 * [B, 1] or [B, T, 1]. Targets are class numbers, [B] or [B, T].
 *
 * @example
 * ```ts
 * new Accuracy().evaluate(tensor([[1, 5], [3, 2]]), tensor([1, 1])); // 0.5
 * new Accuracy({ threshold: 0 }).evaluate(tensor([[2], [-3]]), tensor([[1], [0]])); // 1: logits of BinaryCrossEntropy
 * ```
 */
export class Accuracy extends Metric {
  readonly kind = 'Accuracy';
  protected override readonly takesClasses = true;
  protected override readonly ignored: number | undefined;
  /** Number of classes with the highest scores among which the class has to be. */
  readonly topK: number;
  /** From which score on a row with one score is predicted as class 1. */
  readonly threshold: number;
  readonly #mean: Mean = new Mean();

  /** @throws ArgumentError */
  constructor(options: AccuracyOptions = {}) {
    super();
    const { topK, ignoreIndex, threshold } = readOptions('Accuracy', options, OPTIONS);
    this.topK = topK;
    this.ignored = ignoreIndex;
    this.threshold = threshold;
  }

  protected override classesOf(F: number): number {
    return F === 1 ? 2 : F;
  }

  protected override requireFeatures(where: string, F: number, prefix = ''): void {
    if (this.topK > F) refuse(where, `${prefix}topK`, `be at most ${F}, the number of classes`, this.topK);
  }

  protected addRow(y: Float64Array, t: Float64Array, weight: number): void {
    if (y.length === 1) this.#mean.add(Number(y[0]! >= this.threshold) === t[0] ? 1 : 0, weight);
    else this.#mean.add(isAmongBest(y, 0, y.length, t[0]!, this.topK) ? 1 : 0, weight);
  }

  /** @internal Compares scores where they are. Weights are added in the order of the rows, numbers of rows in any. */
  protected override addRows(all: ScoredFeatures): void {
    const { elements, targets, count, rows, F, offset, T, rowStep, timeStep, weightOf } = all;
    if (F === 1 || weightOf !== undefined || this.addRow !== Accuracy.prototype.addRow) {
      super.addRows(all);
      return;
    }
    const { ignored, topK } = this;
    let [right, counted] = [0, 0];
    const score = (start: number, target: number): void => {
      if (target === ignored) return;
      if (isAmongBest(elements, start, F, target, topK)) right++;
      counted++;
    };
    if (rows !== undefined) for (const row of rows) score(startOf(all, row), targets[row]!);
    else {
      for (let t = 0; t < T; t++) {
        for (let row = t, start = offset + t * timeStep; row < count; row += T, start += rowStep) {
          score(start, targets[row]!);
        }
      }
    }
    this.#mean.addSum(right, counted);
  }

  result(): number {
    return this.#mean.value;
  }

  /** @internal What was added so far, as numbers. */
  get sums(): readonly number[] {
    return this.#mean.sums;
  }

  /** @internal */
  set sums(sums: readonly number[]) {
    this.#mean.sums = sums;
  }

  reset(): void {
    this.#mean.reset();
  }
}

/** (Q1) for the scores of a row of F classes from `start` on. */
function isAmongBest(elements: ArrayLike<number>, start: number, F: number, target: number, topK: number): boolean {
  const score = elements[start + target]!;
  let better = 0;
  for (let k = 0; k < F && better < topK; k++) {
    const other = elements[start + k]!;
    if (!(other < score || (other === score && k >= target))) better++;
  }
  return better < topK;
}
