// Rates that fall with the root of the step, after a linear warm-up.

import { readOptions, required, type Schema } from '../options.ts';
import { rate, scheduleOf, steps } from './formula.ts';
import type { Schedule } from './schedule.ts';

/** Options of `inverseSquareRoot`. */
export interface InverseSquareRootOptions {
  /** w, the number of steps in which the rate rises to its peak, at least 1. */
  readonly warmup: number;
}

const OPTIONS: Schema<InverseSquareRootOptions> = { warmup: required(steps) };

/**
 * Returns a schedule that rises in w steps and then falls with the root of the step: (H8) η(k) = p·min((k+1)/w, √(w/(k+1))),
 * with its peak at step w − 1. With p = 1/√(dw) it is that of Vaswani et al. 2017 for models of width d.
 *
 * @param peak - p, finite and at least 0
 * @param options - `warmup`: w
 * @throws ArgumentError
 *
 * @example
 * ```ts
 * const schedule = inverseSquareRoot(0.5, { warmup: 4 });
 * [schedule(0), schedule(3), schedule(15)]; // [0.125, 0.5, 0.25]
 * ```
 */
export function inverseSquareRoot(peak: number, options: InverseSquareRootOptions): Schedule {
  const top = rate('inverseSquareRoot', 'peak', peak);
  const { warmup } = readOptions('inverseSquareRoot', options, OPTIONS);
  return scheduleOf(
    'inverseSquareRoot',
    (step) => top * (step < warmup ? (step + 1) / warmup : Math.sqrt(warmup / (step + 1))),
  );
}
