// The learning rates of one step: that of the optimizer, and those of groups that have their own.

import { rateAt, type Schedule } from '../schedules/schedule.ts';
import type { ParameterGroups } from './parameter-groups.ts';

/** Learning rates of one step, checked. */
export interface StepRates {
  /** Of the optimizer. */
  readonly base: number;
  /** Of each group that has its own, by index. */
  readonly own: readonly (number | undefined)[];
}

/** Evaluates a rate and those of groups at a step, before anything changes. */
export function ratesAt(
  where: string,
  rate: number | Schedule,
  groups: ParameterGroups | undefined,
  iterations: number,
): StepRates {
  const of = (argument: string, value: number | Schedule): number =>
    typeof value === 'number' ? value : rateAt(where, argument, value, iterations);
  const own = groups?.rates.map((value, i) =>
    value === undefined ? undefined : of(`groups[${i}].learningRate`, value),
  );
  return { base: of('learningRate', rate), own: own ?? [] };
}

/** Rates of groups by index, for logs; undefined if no group has its own. */
export function namedRates({ own }: StepRates): Readonly<Record<string, number>> | undefined {
  const named = own.flatMap((rate, i) => (rate === undefined ? [] : [[`${i}`, rate] as const]));
  return named.length === 0 ? undefined : Object.fromEntries(named);
}
