// How well predicted probabilities of classes fit: perplexity, and bits per character.

import { exp } from '../kernels/exp.ts';
import { log } from '../kernels/log.ts';
import type { PredictionKind } from '../losses/probabilities.ts';
import { integer, oneOf, optional, readOptions, type Schema } from '../options.ts';
import type { NdArrayLike } from '../tensor/ndarray-like.ts';
import { Mean } from './mean.ts';
import { Metric, type MetricOptions } from './metric.ts';
import { startOf } from './metric-rows.ts';

/** Options of `Perplexity` and `BitsPerCharacter`. */
export interface PerplexityOptions {
  /** What predictions are: `'logits'` or `'probabilities'`; default `'logits'`. */
  readonly from?: PredictionKind;
  /** A class number that stands for none: its rows do not count. Default: none. */
  readonly ignoreIndex?: number;
}

const OPTIONS: Schema<PerplexityOptions, 'ignoreIndex'> = {
  from: optional(oneOf('logits', 'probabilities'), 'logits'),
  ignoreIndex: optional(integer(-(2 ** 24), 2 ** 24)),
};

/**
 * Perplexity: (Q2) e^h, where h is the mean over all rows and time steps of −log p of their class. A model that
 * distributes evenly over n classes has the perplexity n.
 *
 * Predictions are logits or probabilities of classes, [B, F] or [B, T, F]. Targets are class numbers, [B] or [B, T].
 *
 * @example
 * ```ts
 * new Perplexity().evaluate(tensor([[0, 0, 0, 0]]), tensor([2])); // 4, but for rounding
 * ```
 */
export class Perplexity extends Metric {
  readonly kind: string = 'Perplexity';
  protected override readonly takesClasses = true;
  protected override readonly ignored: number | undefined;
  /** What predictions are. */
  readonly from: PredictionKind;
  readonly #mean: Mean = new Mean();

  /** @throws ArgumentError */
  constructor(options: PerplexityOptions = {}, where = 'Perplexity') {
    super();
    const { from, ignoreIndex } = readOptions(where, options, OPTIONS);
    this.from = from;
    this.ignored = ignoreIndex;
  }

  protected addRow(y: Float64Array, t: Float64Array, weight: number): void {
    const target = y[t[0]!]!;
    this.#mean.add(this.from === 'probabilities' ? -log(target) : logSumExp(y) - target, weight);
  }

  /** @internal Whether `addLosses` may replace `add` where the loss is −log p of the class. */
  get readsLosses(): boolean {
    const own = this.addRow === Perplexity.prototype.addRow && this.takesViews;
    return own && this.from === 'logits' && this.ignored === undefined;
  }

  /**
   * @internal Adds −log p of the class of each row, which a loss has computed.
   *
   * @param losses - [B, 1] or [B, T, 1]
   */
  addLosses(losses: NdArrayLike, options: MetricOptions = {}): this {
    const all = this.countRows(`${this.kind}.add`, losses, options);
    const { elements, count, rows, weightOf } = all;
    for (let k = 0; k < count; k++) {
      const row = rows === undefined ? k : rows[k]!;
      this.#mean.add(elements[startOf(all, row)]!, weightOf === undefined ? 1 : weightOf(row));
    }
    return this;
  }

  /** The mean of −log p so far; NaN without rows. */
  get entropy(): number {
    return this.#mean.value;
  }

  result(): number {
    return exp(this.entropy);
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

/**
 * Bits per character: (Q3) the mean over all rows and time steps of −log₂ p of their class, the logarithm to base 2 of the
 * perplexity. Predictions and targets are those of `Perplexity`.
 *
 * @example
 * ```ts
 * new BitsPerCharacter().evaluate(tensor([[0, 0, 0, 0]]), tensor([2])); // 2, but for rounding
 * ```
 */
export class BitsPerCharacter extends Perplexity {
  override readonly kind = 'BitsPerCharacter';

  /** @throws ArgumentError */
  constructor(options: PerplexityOptions = {}) {
    super(options, 'BitsPerCharacter');
  }

  override result(): number {
    return this.entropy / Math.LN2;
  }
}

function logSumExp(y: Float64Array): number {
  let largest = -Infinity;
  for (const v of y) largest = Math.max(largest, v);
  let sum = 0;
  for (const v of y) sum += exp(v - largest);
  return largest + log(sum);
}
