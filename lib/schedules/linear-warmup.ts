// A linear rise before any schedule.

import { optional, readOptions, required, type Schema } from '../options.ts';
import { mix, rate, requireSchedule, scheduleOf, steps } from './formula.ts';
import { rateAt, type Schedule } from './schedule.ts';

/** Options of `linearWarmup`. */
export interface LinearWarmupOptions {
  /** w, the number of steps before the schedule begins, at least 1. */
  readonly steps: number;
  /** The first rate, at least 0; default 0. */
  readonly from?: number;
}

const OPTIONS: Schema<LinearWarmupOptions> = {
  steps: required(steps),
  from: optional(rate, 0),
};

/**
 * Returns a schedule that rises to the first rate of another one, and then follows it: (H9) η(k) = f + (s(0) − f)·k/w for
 * k < w, then s(k − w). With `from: 0` the first step changes nothing.
 *
 * @param schedule - s, which begins after the warm-up
 * @param options - `steps`: w; `from`: f, default 0
 * @throws ArgumentError
 *
 * @example
 * ```ts
 * const schedule = linearWarmup(cosineDecay(0.5, { steps: 100 }), { steps: 10 });
 * [schedule(0), schedule(5), schedule(10), schedule(60), schedule(110)]; // [0, 0.25, 0.5, 0.25, 0]
 * ```
 */
export function linearWarmup(schedule: Schedule, options: LinearWarmupOptions): Schedule {
  const where = 'linearWarmup';
  const main = requireSchedule(where, 'schedule', schedule);
  const { steps: warmup, from } = readOptions(where, options, OPTIONS);
  const at = (step: number): number => rateAt(where, 'schedule', main, step);
  return scheduleOf(where, (step) => (step < warmup ? mix(at(0), from, step / warmup) : at(step - warmup)));
}
