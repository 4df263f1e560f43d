// Binary cross entropy from logits.

import type { Arena } from '../memory/arena.ts';
import { Loss, type LossOptions, type LossPlaces } from './loss.ts';

/**
 * Cross entropy of the sigmoid of logits a, for each element: (E4) max(a, 0) − a·t + log(1 + e^−|a|), with gradient
 * σ(a) − t.
 *
 * Targets are from 0 to 1 and have the prediction's shape: [B, F], or [B, T, F] with a target for each time step.
 *
 * @example
 * ```ts
 * new BinaryCrossEntropy().evaluate(tensor([0]), tensor([1])).loss; // ln 2
 * ```
 */
export class BinaryCrossEntropy extends Loss {
  /** @internal */
  protected readonly targetBounds = { min: 0, max: 1 };
  /** @internal */
  protected override readonly activation = 'sigmoid';
  readonly kind = 'BinaryCrossEntropy';
  /** @internal */
  protected readonly positions = 'elements';

  /** @throws ArgumentError for an unknown option or reduction */
  constructor(options: LossOptions = {}) {
    super('BinaryCrossEntropy', options);
  }

  /** @internal */
  protected sum({ kernels }: Arena, { dOutput, each, output, target, rows, F }: LossPlaces, scale: number): number {
    return kernels.binaryCrossEntropy(dOutput, each, output, target, scale, rows * F);
  }
}
