// One rise and one fall of the rate.

import { integer, number, oneOf, optional, readOptions, required, type Schema } from '../options.ts';
import { halfCosine } from './cosine-decay.ts';
import { mix, rate, scheduleOf } from './formula.ts';
import type { Schedule } from './schedule.ts';

/** Options of `oneCycle`. */
export interface OneCycleOptions {
  /** n, the number of steps of the cycle, at least 2. */
  readonly steps: number;
  /** The share of the steps in which the rate rises, above 0 and below 1; default 0.3. */
  readonly rise?: number;
  /** The first rate is the peak divided by this number, at least 1; default 25. */
  readonly startDivisor?: number;
  /** The last rate is the first one divided by this number, at least 1; default 10000. */
  readonly endDivisor?: number;
  /** The form of rise and fall; default `'cosine'`. */
  readonly form?: 'cosine' | 'linear';
}

const OPTIONS: Schema<OneCycleOptions> = {
  steps: required(integer(2)),
  rise: optional(number({ min: 0, minOpen: true, max: 1, maxOpen: true }), 0.3),
  startDivisor: optional(number({ min: 1 }), 25),
  endDivisor: optional(number({ min: 1 }), 10000),
  form: optional(oneOf('cosine', 'linear'), 'cosine'),
};

/**
 * Returns the schedule of one cycle (Smith and Topin 2018): (H7) the rate rises from p/s at step 0 to the peak p at step
 * rn − 1, falls to p/(s·f) at step n − 1, and stays there. As `OneCycleLR` of PyTorch, without its momenta.
 *
 * @param peak - p, finite and at least 0
 * @param options - `steps`: n; `rise`: r, default 0.3; `startDivisor`: s, default 25; `endDivisor`: f, default 10000; `form`:
 *   `'cosine'` or `'linear'`, default `'cosine'`
 * @throws ArgumentError
 *
 * @example
 * ```ts
 * const schedule = oneCycle(0.5, { steps: 102, rise: 0.5, form: 'linear' });
 * [schedule(0), schedule(25), schedule(50), schedule(101)]; // [0.02, 0.26, 0.5, 0.000002]
 * ```
 */
export function oneCycle(peak: number, options: OneCycleOptions): Schedule {
  const top = rate('oneCycle', 'peak', peak);
  const { steps: n, rise, startDivisor, endDivisor, form } = readOptions('oneCycle', options, OPTIONS);
  const start = top / startDivisor;
  const end = start / endDivisor;
  const turn = Math.max(rise * n - 1, 0);
  const between = (from: number, to: number, share: number): number =>
    mix(from, to, form === 'cosine' ? halfCosine(share) : 1 - share);
  return scheduleOf('oneCycle', (step) => {
    if (step < turn) return between(start, top, step / turn);
    return step < n - 1 ? between(top, end, (step - turn) / (n - 1 - turn)) : end;
  });
}
