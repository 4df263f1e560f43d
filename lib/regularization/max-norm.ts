// The constraint to norms up to a bound.

import { readOptions } from '../options.ts';
import { type Constraint, requireNorm } from './constraint.ts';
import { NORM_OPTIONS, type NormOptions } from './min-max-norm.ts';

/**
 * Returns a constraint that scales weights after each update, so that no norm is above a bound: `minMaxNorm(0, max)`,
 * (W2). Weights within the bound keep their bits.
 *
 * @param max - largest norm, finite and above 0; 2 by default
 * @param options - `axis`: default 0
 * @throws ArgumentError
 *
 * @example
 * ```ts
 * new GRU({ units: 32, kernelConstraint: maxNorm(2), recurrentConstraint: maxNorm(1, { axis: 1 }) });
 * ```
 */
export function maxNorm(max = 2, options: NormOptions = {}): Constraint {
  const { axis } = readOptions('maxNorm', options, NORM_OPTIONS);
  return requireNorm('maxNorm', { min: 0, max, rate: 1, axis });
}
