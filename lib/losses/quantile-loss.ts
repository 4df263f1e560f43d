// The quantile loss, also called pinball loss, of several quantiles at once.

import { refuse, requireEntries, requireNumber } from '../checks.ts';
import type { Arena } from '../memory/arena.ts';
import { optional, readOptions, required, type Schema, unchecked } from '../options.ts';
import { Loss, type LossOptions, type Reduction } from './loss.ts';
import type { LossPlaces } from './loss-places.ts';

/** Options of `QuantileLoss`. */
export interface QuantileLossOptions extends LossOptions {
  /** Probabilities q, each above 0 and below 1, in ascending order: `[0.1, 0.5, 0.9]`. */
  readonly quantiles: readonly number[];
}

const OPTIONS: Schema<QuantileLossOptions, 'reduction'> = {
  reduction: optional(unchecked<Reduction>),
  quantiles: required(requireQuantiles),
};

/**
 * Quantile loss of each prediction y for the quantile q of a target t (Koenker and Bassett 1978), also called pinball
 * loss: (E8) q·(t − y) if y < t, otherwise (1 − q)·(y − t), with gradient −q, 1 − q, or 0 at y = t. The q-quantile of the
 * targets minimises its mean: a share q of the targets is below it.
 *
 * For K quantiles and F targets, predictions have K·F features: F for the first quantile, then F for the next. Targets
 * are [B, F], or [B, T, F] with a target for each time step. The mean counts each of the K·F losses of a row.
 *
 * @example
 * ```ts
 * const loss = new QuantileLoss({ quantiles: [0.1, 0.5, 0.9] });
 * loss.evaluate(tensor([[1, 3, 8]]), tensor([[4]])).each.toArray(); // [[0.3, 0.5, 0.4]], rounded to float32
 * ```
 */
export class QuantileLoss extends Loss {
  readonly kind = 'QuantileLoss';
  /** @internal */
  protected readonly positions = 'elements';
  /** @internal */
  protected readonly targetBounds = {};
  /** The probabilities, in ascending order. */
  readonly quantiles: readonly number[];

  /** @throws ArgumentError */
  constructor(options: QuantileLossOptions) {
    const { quantiles, ...base } = readOptions('QuantileLoss', options, OPTIONS);
    super('QuantileLoss', base);
    this.quantiles = quantiles;
  }

  /** Class name, quantiles and reduction. */
  override toString(): string {
    return `${super.toString()}, quantiles ${this.quantiles.join(', ')}`;
  }

  /** @internal */
  override targetSize(F: number): number {
    return F / this.quantiles.length;
  }

  /** @internal */
  protected override get blocks(): number {
    return this.quantiles.length;
  }

  /** @internal */
  protected sum({ data }: Arena, { dOutput, each, output, target, rows, F }: LossPlaces, scale: number): number {
    const size = this.targetSize(F);
    let sum = 0;
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < F; j++) {
        const q = this.quantiles[Math.floor(j / size)]!;
        const k = i * F + j;
        const e = data[output + k]! - data[target + i * size + (j % size)]!;
        const slope = e < 0 ? -q : e > 0 ? 1 - q : 0;
        const loss = slope * e;
        data[dOutput + k] = scale * slope;
        if (each >= 0) data[each + k] = loss;
        sum += loss;
      }
    }
    return sum;
  }
}

/** Checks a list of probabilities in ascending order. */
export function requireQuantiles(where: string, argument: string, value: unknown): readonly number[] {
  const expected = 'be an array of probabilities in ascending order: [0.1, 0.5, 0.9]';
  const list = requireEntries(where, argument, value as readonly number[], expected);
  if (list.length === 0) refuse(where, argument, expected, value);
  list.forEach((each, k) => {
    const q = requireNumber(where, `${argument}[${k}]`, each, { min: 0, max: 1, minOpen: true, maxOpen: true });
    if (k > 0 && q <= list[k - 1]!) refuse(where, argument, expected, value);
  });
  return Object.freeze(list);
}
