// The constraint to norms of 1.

import { readOptions } from '../options.ts';
import { type Constraint, requireNorm } from './constraint.ts';
import { NORM_OPTIONS, type NormOptions } from './min-max-norm.ts';

/**
 * Returns a constraint that scales weights after each update to norm 1: `minMaxNorm(1, 1)`, (W2). Zeros stay zeros.
 *
 * @param options - `axis`: default 0
 * @throws ArgumentError
 *
 * @example
 * ```ts
 * new Dense({ units: 8, kernelConstraint: unitNorm() });
 * ```
 */
export function unitNorm(options: NormOptions = {}): Constraint {
  const { axis } = readOptions('unitNorm', options, NORM_OPTIONS);
  return requireNorm('unitNorm', { min: 1, max: 1, rate: 1, axis });
}
