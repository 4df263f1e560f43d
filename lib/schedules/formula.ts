// What the schedules of the library have in common: checks of their arguments and of the step.

import { requireFunction, requireInteger } from '../checks.ts';
import { type Check, integer, number } from '../options.ts';
import type { Schedule } from './schedule.ts';

/** Checks a number of steps, from 1. */
export const steps: Check<number> = integer();

/** Checks a rate. */
export const rate: Check<number> = number({ min: 0 });

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
