// Mean squared error.

import type { Arena } from '../memory/arena.ts';
import { Loss, type LossOptions } from './loss.ts';
import type { LossPlaces } from './loss-places.ts';

/**
 * Squared error of each element: (E1) (y − t)², with gradient 2(y − t).
 *
 * Targets have the prediction's shape: [B, F], or [B, T, F] with a target for each time step.
 *
 * @example
 * ```ts
 * new MeanSquaredError().evaluate(tensor([1, 2]), tensor([1, 4])).loss; // 2
 * ```
 */
export class MeanSquaredError extends Loss {
  /** @internal */
  protected readonly targetBounds = {};
  readonly kind = 'MeanSquaredError';
  /** @internal */
  protected readonly positions = 'elements';

  /** @throws ArgumentError for an unknown option or reduction */
  constructor(options: LossOptions = {}) {
    super('MeanSquaredError', options);
  }

  /** @internal */
  protected sum({ kernels }: Arena, { dOutput, each, output, target, rows, F }: LossPlaces, scale: number): number {
    return kernels.squaredError(dOutput, each, output, target, scale, rows * F);
  }
}
