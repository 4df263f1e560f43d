// The L2 regularizer.

import { requireNumber } from '../checks.ts';
import type { Regularizer } from './regularizer.ts';

/**
 * Returns a regularizer that adds (W1) λΣw² to the loss, and so 2λw to the gradient, as Keras' `L2` does.
 *
 * @param factor - λ, finite and at least 0; 0.01 by default
 * @throws ArgumentError
 *
 * @example
 * ```ts
 * new LSTM({ units: 64, kernelRegularizer: l2(1e-4), recurrentRegularizer: l2(1e-4) });
 * ```
 */
export function l2(factor = 0.01): Regularizer {
  return Object.freeze({ name: 'l2', factor: requireNumber('l2', 'factor', factor, { min: 0 }) });
}
