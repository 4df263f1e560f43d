// One schedule after another.

import { refuse, requireEntries, requireInteger } from '../checks.ts';
import { requireSchedule, scheduleOf } from './formula.ts';
import { rateAt, type Schedule } from './schedule.ts';

/**
 * Returns schedules one after another: (H10) s₀ up to the first boundary, from boundary bᵢ on sᵢ(k − bᵢ). As
 * `SequentialLR` of PyTorch, `join_schedules` of optax.
 *
 * @param schedules - at least one; each begins with its step 0
 * @param boundaries - the step at which each but the first begins, at least 1, rising
 * @throws ArgumentError
 *
 * @example
 * ```ts
 * const schedule = joinSchedules([constantSchedule(0.5), cosineDecay(0.5, { steps: 100 })], [10]);
 * [schedule(9), schedule(60)]; // [0.5, 0.25]
 * ```
 */
export function joinSchedules(schedules: readonly Schedule[], boundaries: readonly number[]): Schedule {
  const where = 'joinSchedules';
  const parts = requireEntries(where, 'schedules', schedules, 'be an array of functions').map((each, i) =>
    requireSchedule(where, `schedules[${i}]`, each),
  );
  if (parts.length === 0) refuse(where, 'schedules', 'have at least one entry', parts);
  const expected = `be an array of ${parts.length - 1} steps, one fewer than schedules`;
  const given = requireEntries(where, 'boundaries', boundaries, expected);
  if (given.length !== parts.length - 1) refuse(where, 'boundaries', expected, given);
  const begins = [0];
  for (const [i, step] of given.entries()) {
    begins.push(requireInteger(where, `boundaries[${i}]`, step, begins[i]! + 1));
  }
  return scheduleOf(where, (step) => {
    let i = begins.length - 1;
    while (i > 0 && step < begins[i]!) i--;
    return rateAt(where, `schedules[${i}]`, parts[i]!, step - begins[i]!);
  });
}
