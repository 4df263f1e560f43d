// The constraint to norms between two bounds.

import { integer, number, optional, readOptions, type Schema } from '../options.ts';
import { type Constraint, requireNorm } from './constraint.ts';

/** Options of constraints on norms. */
export interface NormOptions {
  /**
   * The axis along which norms are computed; default 0. With 0, each column of a matrix has a norm, that of the weights
   * into one unit, and a bias has one norm.
   */
  readonly axis?: number;
}

/** Options of `minMaxNorm`. */
export interface MinMaxNormOptions extends NormOptions {
  /** The share ρ of the way to the nearest bound that one update moves a norm, above 0 and at most 1; default 1. */
  readonly rate?: number;
}

/** @internal The schema of `NormOptions`. */
export const NORM_OPTIONS: Schema<NormOptions> = { axis: optional(integer(0), 0) };

const OPTIONS: Schema<MinMaxNormOptions> = {
  ...NORM_OPTIONS,
  rate: optional(number({ min: 0, max: 1, minOpen: true }), 1),
};

/**
 * Returns a constraint that scales weights after each update, so that their norms lie between two bounds:
 * (W2) w ← w·(ρ·clip(‖w‖, min, max) + (1−ρ)‖w‖)/‖w‖. Zeros stay zeros.
 *
 * @param min - smallest norm, from 0 to 10³⁸; 0 by default
 * @param max - largest norm, finite, at least `min` and above 0; 1 by default
 * @param options - `axis`: default 0; `rate`: default 1
 * @throws ArgumentError
 *
 * @example
 * ```ts
 * new Dense({ units: 8, kernelConstraint: minMaxNorm(0.5, 2, { rate: 0.9 }) });
 * ```
 */
export function minMaxNorm(min = 0, max = 1, options: MinMaxNormOptions = {}): Constraint {
  const { axis, rate } = readOptions('minMaxNorm', options, OPTIONS);
  return requireNorm('minMaxNorm', { min, max, rate, axis });
}
