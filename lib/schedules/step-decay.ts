// Rates that fall in steps.

import { pow } from '../kernels/pow.ts';
import { number, readOptions, required, type Schema } from '../options.ts';
import { rate, scheduleOf, steps } from './formula.ts';
import type { Schedule } from './schedule.ts';

/** Options of `stepDecay`. */
export interface StepDecayOptions {
  /** Number of steps with one rate, at least 1. */
  readonly every: number;
  /** γ, the factor after each of them, above 0. */
  readonly factor: number;
}

const OPTIONS: Schema<StepDecayOptions> = {
  every: required(steps),
  factor: required(number({ min: 0, minOpen: true })),
};

/**
 * Returns a schedule that multiplies the rate by γ after every n steps: (H2) η(k) = η₀·γ^⌊k/n⌋, as `StepLR` of PyTorch.
 *
 * @param initial - η₀, finite and at least 0
 * @param options - `every`: n; `factor`: γ
 * @throws ArgumentError
 *
 * @example
 * ```ts
 * const schedule = stepDecay(0.5, { every: 100, factor: 0.5 });
 * [schedule(99), schedule(100), schedule(200)]; // [0.5, 0.25, 0.125]
 * ```
 */
export function stepDecay(initial: number, options: StepDecayOptions): Schedule {
  const start = rate('stepDecay', 'initial', initial);
  const { every, factor } = readOptions('stepDecay', options, OPTIONS);
  return scheduleOf('stepDecay', (step) => start * pow(factor, Math.floor(step / every)));
}
