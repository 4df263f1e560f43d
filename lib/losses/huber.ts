// The Huber loss.

import { number, optional, readOptions, type Schema, unchecked } from '../options.ts';
import { ElementwiseLoss } from './elementwise-loss.ts';
import type { LossOptions, Reduction } from './loss.ts';

/** Options of `Huber`. */
export interface HuberOptions extends LossOptions {
  /** δ: the size of an error from which on the loss is linear, above 0; default 1. */
  readonly delta?: number;
}

const OPTIONS: Schema<HuberOptions, 'reduction'> = {
  reduction: optional(unchecked<Reduction>),
  delta: optional(number({ min: 0, minOpen: true }), 1),
};

/**
 * Huber loss of the error e = y − t of each element (Huber 1964): (E6) e²/2 if |e| ≤ δ, otherwise δ(|e| − δ/2), with
 * gradient e, limited to ±δ. It is smooth at 0 like `MeanSquaredError`, and limits the weight of large errors like
 * `MeanAbsoluteError`.
 *
 * Targets have the prediction's shape: [B, F], or [B, T, F] with a target for each time step.
 *
 * @example
 * ```ts
 * new Huber({ delta: 1 }).evaluate(tensor([0.5, 3]), tensor([0, 0])).each.toArray(); // [0.125, 2.5]
 * ```
 */
export class Huber extends ElementwiseLoss {
  readonly kind = 'Huber';
  /** The size of an error from which on the loss is linear. */
  readonly delta: number;

  /** @throws ArgumentError */
  constructor(options: HuberOptions = {}) {
    const { delta, ...base } = readOptions('Huber', options, OPTIONS);
    super(base, 'Huber');
    this.delta = delta;
  }

  protected lossOf(y: number, t: number): number {
    const { delta } = this;
    const size = Math.abs(y - t);
    return size <= delta ? (size * size) / 2 : delta * (size - delta / 2);
  }

  protected gradientOf(y: number, t: number): number {
    const { delta } = this;
    return Math.min(Math.max(y - t, -delta), delta);
  }
}
