// The results of a study, or of a stored one, as importance and pictures read them.

import { reading, refuse, requireEntries, requireInteger, requireOneOf } from '../../checks.ts';
import { unspelled } from '../../json.ts';
import type { ChoiceValue } from './distributions.ts';
import { contains, requireSpace, type Space, type Values } from './space.ts';
import type { TrialResult } from './trial.ts';

/** What is read of a trial. */
export interface StudyResult extends Pick<TrialResult, 'number' | 'state' | 'value' | 'steps'> {
  /** Its values. */
  readonly parameters: Values;
}

/** What is read of a study: a `Study` itself, or `{ space, direction, trials }` of one, after `JSON.parse` too. */
export interface StudyResults {
  /** The distribution of each parameter. */
  readonly space: Space;
  /** Whether smaller or larger values are better; default `'minimize'`. */
  readonly direction?: 'minimize' | 'maximize';
  /** Results of trials. */
  readonly trials: readonly StudyResult[];
}

/** A trial, checked. */
export interface ReadTrial {
  readonly number: number;
  readonly state: StudyResult['state'];
  readonly parameters: Values;
  /** The value of a complete trial; otherwise what it reported last; undefined without either. */
  readonly value: number | undefined;
}

/** A study, checked. */
export interface ReadStudy {
  readonly space: Space;
  readonly direction: 'minimize' | 'maximize';
  readonly trials: readonly ReadTrial[];
}

const STATES = ['running', 'waiting', 'complete', 'pruned', 'failed'] as const;

/** Checks the results of a study, and copies what is read of them. */
export function requireResults(where: string, study: StudyResults): ReadStudy {
  const expected = 'be a Study, or { space, direction, trials } of one';
  const given = reading(where, 'study', () => {
    if (typeof study !== 'object' || study === null) return refuse(where, 'study', expected, study);
    const { space, direction = 'minimize', trials } = study;
    return { space, direction, trials };
  });
  const space = requireSpace(where, given.space, 'study.space');
  const direction = requireOneOf(where, 'study.direction', given.direction, ['minimize', 'maximize']);
  const list = requireEntries(where, 'study.trials', given.trials, 'be a list of results');
  return { space, direction, trials: list.map((trial, k) => requireTrial(where, `study.trials[${k}]`, space, trial)) };
}

function requireTrial(where: string, argument: string, space: Space, trial: StudyResult): ReadTrial {
  const given = reading(where, argument, () => {
    if (typeof trial !== 'object' || trial === null) return refuse(where, argument, 'be a result of a trial', trial);
    const { number, state, parameters, value, steps } = trial;
    return { number, state, parameters, value, steps };
  });
  const number = requireInteger(where, `${argument}.number`, given.number, 0);
  const state = requireOneOf(where, `${argument}.state`, given.state, STATES);
  const parameters = requireValues(where, `${argument}.parameters`, space, given.parameters);
  if (state === 'complete') {
    return { number, state, parameters, value: requireValue(where, `${argument}.value`, given.value) };
  }
  const steps = requireEntries(where, `${argument}.steps`, given.steps, 'be a list of { step, value }');
  if (steps.length === 0) return { number, state, parameters, value: undefined };
  const at = `${argument}.steps[${steps.length - 1}]`;
  const last = reading(where, at, () => steps.at(-1)?.value);
  return { number, state, parameters, value: requireValue(where, `${at}.value`, last) };
}

function requireValue(where: string, argument: string, value: unknown): number {
  const number = unspelled(value);
  return typeof number === 'number' ? number : refuse(where, argument, 'be a number', value);
}

function requireValues(where: string, argument: string, space: Space, values: Values): Values {
  return reading(where, argument, () => {
    if (typeof values !== 'object' || values === null) return refuse(where, argument, 'be values by name', values);
    return Object.fromEntries(
      Object.entries(space).map(([name, of]) => {
        const value = values[name];
        const known = contains(of, value) ? value : unspelled(value);
        if (!contains(of, known)) refuse(where, `${argument}.${name}`, `be a value of space.${name}`, value);
        return [name, known as ChoiceValue];
      }),
    );
  });
}
