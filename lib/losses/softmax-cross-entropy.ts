import type { Kernels } from '../kernels/contract.ts';
import { Loss, type LossOptions, type LossPlaces } from './loss.ts';

/**
 * Cross entropy of a softmax over the last axis, from logits a, fused so that it can neither overflow nor lose the tail:
 * (E2) log Σ_k e^(a_k) − a_t for a class number t, gradient softmax(a) − onehot(t); (E3) Σ_j t_j (log Σ_k e^(a_k) − a_j)
 * for weights t. Counted once a row: every batch row, and every time step where there is a time axis.
 *
 * Targets are class numbers from 0, one a row ([B] or [B, T]), or weights of the classes in the prediction's shape.
 *
 * @example
 * ```ts
 * const loss = new SoftmaxCrossEntropy();
 * loss.evaluate(tensor([[0, 0]]), tensor([1])).loss;      // ln 2
 * loss.evaluate(tensor([[0, 0]]), tensor([[0, 1]])).loss; // the same
 * ```
 */
export class SoftmaxCrossEntropy extends Loss {
  protected override readonly activation = 'softmax';
  readonly kind = 'SoftmaxCrossEntropy';
  protected override readonly takesClasses = true;
  protected readonly targetBounds = { min: 0 };

  /** @throws ArgumentError for an unknown option or reduction */
  constructor(options: LossOptions = {}) {
    super('SoftmaxCrossEntropy', options);
  }

  protected positions(rows: number, _F: number): number {
    return rows;
  }

  protected sum(kernels: Kernels, places: LossPlaces, scale: number): number {
    const { dOutput, each, output, target, rows, F, sparse } = places;
    const kernel = sparse ? kernels.sparseCrossEntropy : kernels.denseCrossEntropy;
    return kernel(dOutput, each, output, target, scale, rows, F);
  }
}
