// The base class of losses that treat every element alike.

import type { Arena } from '../memory/arena.ts';
import { Loss, type LossOptions } from './loss.ts';
import type { LossPlaces } from './loss-places.ts';

/**
 * A loss of each element alone, from a formula of the prediction y and the target t, in float64. Extend it for a loss of
 * your own.
 *
 * Targets have the prediction's shape: [B, F], or [B, T, F] with a target for each time step.
 *
 * @example
 * ```ts
 * class RelativeError extends ElementwiseLoss {
 *   kind = 'RelativeError';
 *   lossOf(y: number, t: number) {
 *     return (y / t - 1) ** 2;
 *   }
 *   gradientOf(y: number, t: number) {
 *     return (2 * (y / t - 1)) / t;
 *   }
 * }
 * new RelativeError().evaluate(tensor([1, 6]), tensor([1, 4])).loss; // 0.125: the mean of 0 and 0.25
 * ```
 */
export abstract class ElementwiseLoss extends Loss {
  /** @internal */
  protected readonly positions = 'elements';
  /** @internal */
  protected readonly targetBounds: { readonly min?: number; readonly max?: number } = {};

  /**
   * @param where - name of the class, for error messages; default `'ElementwiseLoss'`
   * @throws ArgumentError for an unknown option or reduction
   */
  constructor(options: LossOptions = {}, where = 'ElementwiseLoss') {
    super(where, options);
  }

  /**
   * Computes the loss of one element.
   *
   * @param y - the prediction
   * @param t - the target
   */
  protected abstract lossOf(y: number, t: number): number;

  /**
   * Computes the derivative of `lossOf` with respect to y.
   *
   * @param y - the prediction
   * @param t - the target
   */
  protected abstract gradientOf(y: number, t: number): number;

  /** @internal */
  protected sum({ data }: Arena, { dOutput, each, output, target, rows, F }: LossPlaces, scale: number): number {
    let sum = 0;
    for (let i = 0; i < rows * F; i++) {
      const [y, t] = [data[output + i]!, data[target + i]!];
      const loss = this.lossOf(y, t);
      data[dOutput + i] = scale * this.gradientOf(y, t);
      if (each >= 0) data[each + i] = loss;
      sum += loss;
    }
    return sum;
  }
}
