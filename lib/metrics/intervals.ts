// How well predicted quantiles fit: pinball loss, and coverage of intervals.

import { refuse } from '../checks.ts';
import { requireQuantiles } from '../losses/quantile-loss.ts';
import { integer, optional, readOptions, required, type Schema } from '../options.ts';
import { Mean } from './mean.ts';
import { Metric } from './metric.ts';

/** A metric of K predictions for each target, in K blocks of F features, as in `QuantileLoss`. */
abstract class BlockMetric extends Metric {
  /** Number of blocks. */
  readonly #blocks: number;

  constructor(blocks: number) {
    super();
    this.#blocks = blocks;
  }

  protected override targetSize(F: number): number {
    return F / this.#blocks;
  }

  protected override requireFeatures(where: string, F: number): void {
    if (F % this.#blocks !== 0) refuse(where, 'prediction', `have a multiple of ${this.#blocks} features`, F);
  }
}

/** Options of `Pinball`. */
export interface PinballOptions {
  /** Probabilities q, each above 0 and below 1, in ascending order: `[0.1, 0.5, 0.9]`. */
  readonly quantiles: readonly number[];
}

const PINBALL: Schema<PinballOptions> = { quantiles: required(requireQuantiles) };

/**
 * Pinball loss: (Q14) the mean of (E8) over all quantiles and targets. For K quantiles and F targets, predictions have K·F
 * features: F for the first quantile, then F for the next. Targets are [B, F] or [B, T, F].
 *
 * @example
 * ```ts
 * new Pinball({ quantiles: [0.25, 0.75] }).evaluate(tensor([[1, 3]]), tensor([[2]])); // 0.25
 * ```
 */
export class Pinball extends BlockMetric {
  readonly kind = 'Pinball';
  /** The probabilities, in ascending order. */
  readonly quantiles: readonly number[];
  readonly #mean: Mean = new Mean();

  /** @throws ArgumentError */
  constructor(options: PinballOptions) {
    const { quantiles } = readOptions('Pinball', options, PINBALL);
    super(quantiles.length);
    this.quantiles = quantiles;
  }

  protected addRow(y: Float64Array, t: Float64Array, weight: number): void {
    y.forEach((v, j) => {
      const q = this.quantiles[Math.floor(j / t.length)]!;
      const d = t[j % t.length]! - v;
      this.#mean.add(Math.max(q * d, (q - 1) * d), weight);
    });
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

/** Options of `Coverage`. */
export interface CoverageOptions {
  /** Number of quantiles that predictions have for each target, at least 2; default 2. */
  readonly quantiles?: number;
}

const COVERAGE: Schema<CoverageOptions> = { quantiles: optional(integer(2), 2) };

/**
 * Coverage of intervals: (Q15) the share of targets from the first to the last quantile, bounds included. The quantiles
 * 0.1 and 0.9 should cover 0.8 of all targets. Predictions and targets are those of `Pinball`.
 *
 * @example
 * ```ts
 * new Coverage().evaluate(tensor([[1, 3], [1, 3]]), tensor([[2], [4]])); // 0.5
 * ```
 */
export class Coverage extends BlockMetric {
  readonly kind = 'Coverage';
  readonly #share: Mean = new Mean();
  readonly #width: Mean = new Mean();

  /** @throws ArgumentError */
  constructor(options: CoverageOptions = {}) {
    super(readOptions('Coverage', options, COVERAGE).quantiles);
  }

  protected addRow(y: Float64Array, t: Float64Array, weight: number): void {
    const last = y.length - t.length;
    t.forEach((v, j) => {
      const [low, high] = [y[j]!, y[last + j]!];
      this.#share.add(low <= v && v <= high ? 1 : 0, weight);
      this.#width.add(high - low, weight);
    });
  }

  /** The mean width of the intervals so far; NaN without rows. */
  get width(): number {
    return this.#width.value;
  }

  result(): number {
    return this.#share.value;
  }

  /** @internal What was added so far, as numbers. */
  get sums(): readonly number[] {
    return [...this.#share.sums, ...this.#width.sums];
  }

  /** @internal */
  set sums(sums: readonly number[]) {
    this.#share.sums = sums.slice(0, 2);
    this.#width.sums = sums.slice(2);
  }

  reset(): void {
    this.#share.reset();
    this.#width.reset();
  }
}
