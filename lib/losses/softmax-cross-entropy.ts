// Softmax cross entropy from logits.

import type { Arena } from '../memory/arena.ts';
import { Loss, type LossOptions, type LossPlaces } from './loss.ts';

/**
 * Cross entropy of the softmax of logits a over the last axis, for each row (with a time axis: each row and time step).
 * For a class number t: (E2) log Σ_k e^(a_k) − a_t, with gradient softmax(a) − onehot(t). For class weights t: (E3) Σ_j
 * t_j (log Σ_k e^(a_k) − a_j). Softmax and logarithm are fused, so the loss neither overflows nor loses small
 * probabilities.
 *
 * Targets are class numbers from 0, one per row ([B] or [B, T]), or class weights in the prediction's shape.
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
  /** @internal */
  protected readonly positions = 'rows';

  /** @throws ArgumentError for an unknown option or reduction */
  constructor(options: LossOptions = {}) {
    super('SoftmaxCrossEntropy', options);
  }

  /** @internal */
  protected sum({ kernels }: Arena, places: LossPlaces, scale: number): number {
    const { dOutput, each, output, target, rows, F, sparse } = places;
    return kernels[sparse ? 'sparseCrossEntropy' : 'denseCrossEntropy'](dOutput, each, output, target, scale, rows, F);
  }
}
