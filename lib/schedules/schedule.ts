// Learning rates as functions of the step.

import { refuse, refuseUnreadable, requireFunction, requireInteger, requireNumber } from '../checks.ts';
import { type Check, integer, number } from '../options.ts';

/**
 * A learning rate that depends on the step, from 0: any function that returns a finite number of at least 0. It has no
 * state, so training that resumes at a step resumes its rates.
 */
export type Schedule = (step: number) => number;

/** Checks a number of steps, from 1. */
export const steps: Check<number> = integer();

/** Checks a rate. */
export const rate: Check<number> = number({ min: 0 });

/** Checks a learning rate: a number or a schedule. */
export function requireRate(where: string, argument: string, value: unknown): number | Schedule {
  if (typeof value === 'function') return value as Schedule;
  if (typeof value === 'number') return requireNumber(where, argument, value, { min: 0 });
  return refuse(where, argument, 'be a finite number of at least 0, or a function of the step', value);
}

/** Checks a schedule. */
export function requireSchedule(where: string, argument: string, value: unknown): Schedule {
  return requireFunction(where, argument, value);
}

/** Makes a schedule of a formula: it checks the step. `where`: the function that returns the schedule. */
export function scheduleOf(where: string, formula: (step: number) => number): Schedule {
  return (step) => formula(requireInteger(where, 'step', step, 0));
}

/** A rate between two: `from` at a weight of 1, `to` at a weight of 0, both exactly. */
export function mix(from: number, to: number, weight: number): number {
  return from * weight + to * (1 - weight);
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
