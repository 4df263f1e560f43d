// The schedule of one rate.

import { rate, scheduleOf } from './formula.ts';
import type { Schedule } from './schedule.ts';

/**
 * Returns the schedule of one rate for all steps: (H1) η(k) = η₀. Use it as a part of `joinSchedules`; an optimizer also
 * takes a plain number.
 *
 * @param learningRate - η₀, finite and at least 0
 * @throws ArgumentError
 *
 * @example
 * ```ts
 * constantSchedule(0.1)(7); // 0.1
 * ```
 */
export function constantSchedule(learningRate: number): Schedule {
  const value = rate('constantSchedule', 'learningRate', learningRate);
  return scheduleOf('constantSchedule', () => value);
}
