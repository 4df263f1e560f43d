// What the regularizers of parameters add to a loss and to its gradients.

import { addPenaltyGradient, penaltyFrom } from '../regularization/regularizer.ts';
import type { Parameters } from './parameters.ts';
import { requireParameters } from './require-parameters.ts';

/** @internal The sum of the penalties of all regularizers, (W1); 0 without any. */
export function penaltyOf(parameters: Parameters): number {
  const { arena, regularized } = parameters;
  let sum = 0;
  for (const { regularizer, at, size } of regularized)
    sum += penaltyFrom(regularizer!, arena.kernels.sumOfSquares(at, size));
  return sum;
}

/**
 * Adds the gradients of all regularizers to the gradients of their parameters, (W1′). Training does this in each step;
 * call it in your own training loop, after the backward pass and before clipping.
 *
 * @param parameters - of a model, layer or cell, or a subset of them
 * @returns the penalty (W1) to add to the loss; 0 without regularizers
 * @throws ArgumentError
 *
 * @example
 * ```ts
 * const dense = new Dense({ units: 1, inputSize: 2, kernelRegularizer: l2(0.5) }).build();
 * dense.parameters.get('kernel').assign(tensor([[1], [2]]));
 * regularizeGradients(dense.parameters);                    // 2.5
 * dense.parameters.get('kernel').gradient.toArray();        // [[1], [2]]
 * ```
 */
export function regularizeGradients(parameters: Parameters): number {
  return addPenalties(requireParameters('regularizeGradients', 'parameters', parameters));
}

/** @internal `regularizeGradients` without the check. */
export function addPenalties(parameters: Parameters): number {
  const { arena, regularized } = parameters;
  for (const { regularizer, at, gradientAt, size } of regularized) {
    addPenaltyGradient(regularizer!, arena.data, gradientAt, at, size);
  }
  return penaltyOf(parameters);
}
