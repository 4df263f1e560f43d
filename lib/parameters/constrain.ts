// The constraints of parameters.

import { constrain } from '../regularization/constraint.ts';
import type { Parameters } from './parameters.ts';
import { requireParameters } from './require-parameters.ts';

/**
 * Changes parameters so that they meet their constraints, (W2) and (W3). Training does this after each update; call it
 * in your own training loop, after the optimizer's step. If a parameter has a constraint, the call invalidates the
 * current pass: `backward` then needs a new `forward`.
 *
 * @param parameters - of a model, layer or cell, or a subset of them
 * @throws ArgumentError
 *
 * @example
 * ```ts
 * const dense = new Dense({ units: 1, inputSize: 2, kernelConstraint: maxNorm(1) }).build();
 * dense.parameters.get('kernel').assign(tensor([[0], [4]]));
 * constrainParameters(dense.parameters);
 * dense.parameters.get('kernel').value.toArray(); // [[0], [1]]
 * ```
 */
export function constrainParameters(parameters: Parameters): void {
  applyConstraints(requireParameters('constrainParameters', 'parameters', parameters));
}

/** @internal `constrainParameters` without the check. */
export function applyConstraints(parameters: Parameters): void {
  const { arena, constrained } = parameters;
  if (constrained.length === 0) return;
  for (const { constraint, at, value } of constrained) constrain(constraint!, arena.data, at, value.shape, arena.dtype);
  arena.endPass();
}
