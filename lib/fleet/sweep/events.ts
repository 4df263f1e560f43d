// The record of a study: what happened to its trials, in order, as lists for JSON.

import { reading, refuse, requireEntries, requireInteger } from '../../checks.ts';
import { spelled, unspelled } from '../../json.ts';
import type { Values } from './space.ts';

/**
 * One event: a trial begins with values, goes on, reports the value of a step, ends with a value, or fails with a message.
 */
export type StudyEvent =
  | readonly [event: 'begin', trial: number, parameters: Values]
  | readonly [event: 'resume', trial: number]
  | readonly [event: 'report', trial: number, step: number, value: number]
  | readonly [event: 'complete', trial: number, value: number]
  | readonly [event: 'fail', trial: number, reason: string];

/** An event with numbers that JSON has. */
export function eventToJson(event: StudyEvent): unknown[] {
  return event.map((part) => (typeof part === 'number' ? spelled(part) : part));
}

/** Checks the form of events, and returns copies with plain numbers. */
export function requireEvents(where: string, argument: string, value: unknown): StudyEvent[] {
  const list = requireEntries<unknown>(where, argument, value as unknown[], 'be a list of events: study.record');
  return list.map((event, k) => requireEvent(where, `${argument}[${k}]`, event));
}

function requireEvent(where: string, argument: string, value: unknown): StudyEvent {
  const expected = 'be an event, such as ["report", 3, 1, 0.25]';
  const [event, trial, ...rest] = requireEntries<unknown>(where, argument, value as unknown[], expected);
  const number = requireInteger(where, `${argument}[1]`, trial, 0);
  const [a, b] = rest.map(unspelled);
  if (event === 'begin' && typeof a === 'object' && a !== null)
    return [event, number, reading(where, argument, () => ({ ...(a as Values) }))];
  if (event === 'resume') return [event, number];
  if (event === 'report' && typeof a === 'number' && typeof b === 'number') return [event, number, a, b];
  if (event === 'complete' && typeof a === 'number') return [event, number, a];
  if (event === 'fail' && typeof a === 'string') return [event, number, a];
  return refuse(where, argument, expected, value);
}
