// Mean absolute error.

import { ElementwiseLoss } from './elementwise-loss.ts';
import type { LossOptions } from './loss.ts';

/**
 * Absolute error of each element: (E5) |y − t|, with gradient sign(y − t), which is 0 at y = t. Large errors count less
 * than in `MeanSquaredError`, and the best constant prediction is the median.
 *
 * Targets have the prediction's shape: [B, F], or [B, T, F] with a target for each time step.
 *
 * @example
 * ```ts
 * new MeanAbsoluteError().evaluate(tensor([1, 2]), tensor([1, 4])).loss; // 1
 * ```
 */
export class MeanAbsoluteError extends ElementwiseLoss {
  readonly kind = 'MeanAbsoluteError';

  /** @throws ArgumentError for an unknown option or reduction */
  constructor(options: LossOptions = {}) {
    super(options, 'MeanAbsoluteError');
  }

  protected lossOf(y: number, t: number): number {
    return Math.abs(y - t);
  }

  protected gradientOf(y: number, t: number): number {
    return Math.sign(y - t);
  }
}
