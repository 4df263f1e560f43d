// The area under the receiver operating characteristic.

import { refuse } from '../checks.ts';
import { Metric } from './metric.ts';

/**
 * Area under the receiver operating characteristic: (Q8) the probability that a row of class 1 has a higher score than one
 * of class 0, where equal scores count one half. NaN if rows of one class are missing. It keeps the scores of all rows, and
 * is exact.
 *
 * Predictions are scores of class 1, [B, 1] or [B, T, 1]. Targets are class numbers 0 and 1, [B] or [B, T], or in the
 * predictions' shape, as `BinaryCrossEntropy` takes them.
 *
 * @example
 * ```ts
 * new AUC().evaluate(tensor([[0.9], [0.4], [0.4]]), tensor([1, 1, 0])); // 0.75
 * ```
 */
export class AUC extends Metric {
  readonly kind = 'AUC';
  protected override readonly takesClasses = true;
  readonly #scores: number[] = [];
  readonly #classes: number[] = [];
  readonly #weights: number[] = [];

  protected override classesOf(): number {
    return 2;
  }

  protected override requireFeatures(where: string, F: number): void {
    if (F !== 1) refuse(where, 'prediction', 'have one score a row', F);
  }

  protected addRow(y: Float64Array, t: Float64Array, weight: number): void {
    this.#scores.push(y[0]!);
    this.#classes.push(t[0]!);
    this.#weights.push(weight);
  }

  result(): number {
    const scores = this.#scores;
    if (scores.some(Number.isNaN)) return Number.NaN;
    const order = scores.map((_, k) => k).sort((a, b) => scores[a]! - scores[b]!);
    const totals = [0, 0];
    let area = 0;
    for (let k = 0; k < order.length; ) {
      const tied = [0, 0];
      const score = scores[order[k]!]!;
      for (; k < order.length && scores[order[k]!] === score; k++) {
        tied[this.#classes[order[k]!]!]! += this.#weights[order[k]!]!;
      }
      area += tied[1]! * (totals[0]! + tied[0]! / 2);
      totals[0]! += tied[0]!;
      totals[1]! += tied[1]!;
    }
    return area / (totals[0]! * totals[1]!);
  }

  /** @internal What was added so far, as numbers. */
  get sums(): readonly number[] {
    return this.#scores.flatMap((score, k) => [score, this.#classes[k]!, this.#weights[k]!]);
  }

  /** @internal */
  set sums(sums: readonly number[]) {
    this.reset();
    sums.forEach((value, k) => void [this.#scores, this.#classes, this.#weights][k % 3]!.push(value));
  }

  reset(): void {
    for (const list of [this.#scores, this.#classes, this.#weights]) list.length = 0;
  }
}
