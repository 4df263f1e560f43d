// Rates that fall along a line or a power of it.

import { pow } from '../kernels/pow.ts';
import { number, optional, readOptions, required, type Schema } from '../options.ts';
import { mix, rate, scheduleOf, steps } from './formula.ts';
import type { Schedule } from './schedule.ts';

/** Options of `polynomialDecay`. */
export interface PolynomialDecayOptions {
  /** n, the step from which on the rate is `end`, at least 1. */
  readonly steps: number;
  /** The last rate, at least 0; default 0. */
  readonly end?: number;
  /** p, above 0; default 1, a straight line. */
  readonly power?: number;
}

const OPTIONS: Schema<PolynomialDecayOptions> = {
  steps: required(steps),
  end: optional(rate, 0),
  power: optional(number({ min: 0, minOpen: true }), 1),
};

/**
 * Returns a schedule that goes from η₀ to the last rate in n steps: (H4) η(k) = e + (η₀ − e)(1 − k/n)^p for k < n, then e.
 * As `PolynomialLR` of PyTorch, `PolynomialDecay` of Keras.
 *
 * @param initial - η₀, finite and at least 0; it may be below the last rate
 * @param options - `steps`: n; `end`: e, default 0; `power`: p, default 1
 * @throws ArgumentError
 *
 * @example
 * ```ts
 * const schedule = polynomialDecay(0.5, { steps: 100 });
 * [schedule(0), schedule(50), schedule(100)]; // [0.5, 0.25, 0]
 * ```
 */
export function polynomialDecay(initial: number, options: PolynomialDecayOptions): Schedule {
  const start = rate('polynomialDecay', 'initial', initial);
  const { steps: n, end, power } = readOptions('polynomialDecay', options, OPTIONS);
  return scheduleOf('polynomialDecay', (step) => (step < n ? mix(start, end, pow(1 - step / n, power)) : end));
}
