// What a study tells of its trials.

import { jsonable } from '../../json.ts';
import type { ParametersOf, Space } from './space.ts';
import { type TrialResult, TrialStopped } from './trial.ts';
import type { TrialState } from './trial-state.ts';

/** The error that ends a call of an objective. */
export function stopped(trial: number, waits: boolean): TrialStopped {
  const received = `trial ${trial}, which ${waits ? 'waits for others' : 'was ended'}`;
  return new TrialStopped({ where: 'trial.report', expected: 'be for a trial that goes on', received, trial, waits });
}

/** A trial as a plain object, which does not change later. */
export function resultOf<S extends Space>({
  number,
  state,
  parameters,
  value,
  reports,
  error,
}: TrialState): TrialResult<S> {
  const steps = reports.map(({ step, value }) => ({ step, value }));
  return jsonable({ number, state, parameters: { ...(parameters as ParametersOf<S>) }, value, steps, error });
}
