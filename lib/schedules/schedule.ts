// Learning rates as functions of the step.

import { refuse, refuseUnreadable, requireNumber } from '../checks.ts';

/**
 * A learning rate that depends on the step, from 0: any function that returns a finite number of at least 0. It has no
 * state, so training that resumes at a step resumes its rates.
 */
export type Schedule = (step: number) => number;

/** Checks a learning rate: a number or a schedule. */
export function requireRate(where: string, argument: string, value: unknown): number | Schedule {
  if (typeof value === 'function') return value as Schedule;
  if (typeof value === 'number') return requireNumber(where, argument, value, { min: 0 });
  return refuse(where, argument, 'be a finite number of at least 0, or a function of the step', value);
}

/** The rate of a step. Throws if the schedule throws, or returns anything but a rate. */
export function rateAt(where: string, argument: string, schedule: Schedule, step: number): number {
  const call = `${argument}(${step})`;
  let value: unknown;
  try {
    value = schedule(step);
  } catch (error) {
    return refuseUnreadable(where, call, error);
  }
  return requireNumber(where, call, value, { min: 0 });
}
