// The negative log-likelihood of targets under normal distributions whose means and variances are predicted.

import { requireBoolean } from '../checks.ts';
import { exp } from '../kernels/exp.ts';
import { log } from '../kernels/log.ts';
import type { Arena } from '../memory/arena.ts';
import { number, oneOf, optional, readOptions, type Schema, unchecked } from '../options.ts';
import { Loss, type LossOptions, type Reduction } from './loss.ts';
import type { LossPlaces } from './loss-places.ts';

/** Options of `GaussianNLL`. */
export interface GaussianNLLOptions extends LossOptions {
  /**
   * What the second half of the features is. `'logVariance'`: any numbers, so a linear last layer fits. `'variance'`: from
   * 0; see `minVariance`. Default `'logVariance'`.
   */
  readonly spread?: 'logVariance' | 'variance';
  /**
   * With `spread: 'variance'`, smaller variances count as this one, above 0. Their gradient is that of this one, so that
   * training can increase them. Default 1e-6.
   */
  readonly minVariance?: number;
  /** Whether the loss has the constant ½·log 2π, which makes it the negative log-likelihood itself; default false. */
  readonly full?: boolean;
}

const OPTIONS: Schema<GaussianNLLOptions, 'reduction'> = {
  reduction: optional(unchecked<Reduction>),
  spread: optional(oneOf('logVariance', 'variance'), 'logVariance'),
  minVariance: optional(number({ min: 0, minOpen: true }), 1e-6),
  full: optional(requireBoolean, false),
};

/** ½·log 2π */
const CONSTANT = 0.9189385332046727;

/**
 * Negative log-likelihood of a target t under a normal distribution with mean μ and variance v: (E9) ½(log v + e²/v), where
 * e = μ − t. The gradient is e/v for μ, ½(1 − e²/v) for log v, and ½(1/v − e²/v²) for v.
 *
 * For F targets, predictions have 2F features: F means, then F logarithms of variances or F variances. Targets are [B, F],
 * or [B, T, F] with a target for each time step. The mean counts the F losses of a row.
 *
 * @example
 * ```ts
 * const loss = new GaussianNLL();
 * loss.evaluate(tensor([[1, 0]]), tensor([[3]])).loss; // 2: the mean 1 and the variance e⁰
 * ```
 */
export class GaussianNLL extends Loss {
  readonly kind = 'GaussianNLL';
  /** @internal */
  protected readonly positions = 'elements';
  /** @internal */
  protected readonly targetBounds = {};
  /** What the second half of the features is. */
  readonly spread: 'logVariance' | 'variance';
  /** Smaller variances count as this one. */
  readonly minVariance: number;
  /** Whether the loss has the constant ½·log 2π. */
  readonly full: boolean;

  /** @throws ArgumentError */
  constructor(options: GaussianNLLOptions = {}) {
    const { spread, minVariance, full, ...base } = readOptions('GaussianNLL', options, OPTIONS);
    super('GaussianNLL', base);
    this.spread = spread;
    this.minVariance = minVariance;
    this.full = full;
  }

  /** @internal */
  override targetSize(F: number): number {
    return F / 2;
  }

  /** @internal */
  override lossesPerRow(F: number): number {
    return F / 2;
  }

  /** @internal */
  protected override get blocks(): number {
    return 2;
  }

  /** @internal */
  protected sum({ data }: Arena, { dOutput, each, output, target, rows, F }: LossPlaces, scale: number): number {
    const size = F / 2;
    const constant = this.full ? CONSTANT : 0;
    const logs = this.spread === 'logVariance';
    let sum = 0;
    for (let k = 0; k < rows * size; k++) {
      const mean = Math.floor(k / size) * F + (k % size);
      const e = data[output + mean]! - data[target + k]!;
      const given = data[output + mean + size]!;
      const v = logs ? 1 : Math.max(given, this.minVariance); // NaN stays NaN
      const logVariance = logs ? given : log(v);
      const root = logs ? exp(-given / 2) : 1 / Math.sqrt(v); // 1/√v
      const z = e === 0 ? 0 : e * root; // where 1/√v is infinite
      const loss = 0.5 * (logVariance + z * z) + constant;
      data[dOutput + mean] = z === 0 ? 0 : scale * z * root;
      data[dOutput + mean + size] = scale * 0.5 * (logs ? 1 - z * z : (1 - z * z) / v);
      if (each >= 0) data[each + k] = loss;
      sum += loss;
    }
    return sum;
  }
}
