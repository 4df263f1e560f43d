// Softmax cross entropy from logits.

import type { Arena } from '../memory/arena.ts';
import { Loss, type LossOptions, type LossPlaces } from './loss.ts';

/**
 * Cross entropy of a softmax over the last axis, from logits a. Softmax and logarithm are fused, so the loss can
 * neither overflow nor lose small probabilities. (E2) for a class number t: log Σ_k e^(a_k) − a_t, with gradient
 * softmax(a) − onehot(t). (E3) for weights t: Σ_j t_j (log Σ_k e^(a_k) − a_j). The loss is computed for each row: each
 * batch row and, with a time axis, each time step.
 *
 * Targets are class numbers from 0, one per row ([B] or [B, T]), or weights of the classes in the prediction's shape.
 *
 * @example
 * ```ts
 * const loss = new SoftmaxCrossEntropy();
 * loss.evaluate(tensor([[0, 0]]), tensor([1])).loss;      // ln 2
 * loss.evaluate(tensor([[0, 0]]), tensor([[0, 1]])).loss; // the same
 * ```
 */
export class SoftmaxCrossEntropy extends Loss {
  /** @internal */
  protected override readonly activation = 'softmax';
  readonly kind = 'SoftmaxCrossEntropy';
  /** @internal */
  protected override readonly takesClasses = true;
  /** @internal */
  protected readonly targetBounds = { min: 0 };

  /** @throws ArgumentError for an unknown option or reduction */
  constructor(options: LossOptions = {}) {
    super('SoftmaxCrossEntropy', options);
  }

  /** @internal */
  protected positions(rows: number, _F: number): number {
    return rows;
  }

  /** @internal */
  protected sum({ kernels }: Arena, places: LossPlaces, scale: number): number {
    const { dOutput, each, output, target, rows, F, sparse } = places;
    return kernels[sparse ? 'sparseCrossEntropy' : 'denseCrossEntropy'](dOutput, each, output, target, scale, rows, F);
  }
}
