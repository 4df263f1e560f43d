// Rates that fall by the same factor in each step.

import { pow } from '../kernels/pow.ts';
import { number, optional, readOptions, required, type Schema } from '../options.ts';
import { rate, scheduleOf, steps } from './formula.ts';
import type { Schedule } from './schedule.ts';

/** Options of `exponentialDecay`. */
export interface ExponentialDecayOptions {
  /** γ, the factor over `steps` steps, above 0. */
  readonly factor: number;
  /** n, the number of steps in which the rate changes by γ, at least 1; default 1. */
  readonly steps?: number;
  /** The least rate, at least 0; default 0. */
  readonly minimum?: number;
}

const OPTIONS: Schema<ExponentialDecayOptions> = {
  factor: required(number({ min: 0, minOpen: true })),
  steps: optional(steps, 1),
  minimum: optional(rate, 0),
};

/**
 * Returns a schedule that multiplies the rate by γ over every n steps, a little in each: (H3) η(k) = max(η₀·γ^(k/n), least
 * rate). As `ExponentialLR` of PyTorch with n = 1, `ExponentialDecay` of Keras. `stepDecay` does so in steps.
 *
 * @param initial - η₀, finite and at least 0
 * @param options - `factor`: γ; `steps`: n, default 1; `minimum`: default 0
 * @throws ArgumentError
 *
 * @example
 * ```ts
 * const schedule = exponentialDecay(0.1, { factor: 0.25, steps: 100 });
 * [schedule(0), schedule(50), schedule(100)]; // [0.1, 0.05, 0.025]
 * ```
 */
export function exponentialDecay(initial: number, options: ExponentialDecayOptions): Schedule {
  const start = rate('exponentialDecay', 'initial', initial);
  const { factor, steps: n, minimum } = readOptions('exponentialDecay', options, OPTIONS);
  return scheduleOf('exponentialDecay', (step) => Math.max(start * pow(factor, step / n), minimum));
}
