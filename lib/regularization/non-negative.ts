// The constraint to numbers of at least 0.

import type { Constraint } from './constraint.ts';

/**
 * Returns a constraint that replaces negative weights by 0 after each update: (W3) w ← max(w, 0).
 *
 * @example
 * ```ts
 * new Dense({ units: 1, kernelConstraint: nonNegative() });
 * ```
 */
export function nonNegative(): Constraint {
  return Object.freeze({ name: 'nonNegative' });
}
