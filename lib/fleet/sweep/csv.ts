// Results of a study as comma-separated values (RFC 4180).

import type { TrialResult } from './trial.ts';

/** A field, in quotes where it needs them. */
export function csvField(value: unknown): string {
  const text = value === undefined ? '' : String(value);
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A table with a row for each trial: number, state, value, last step, parameters, error. */
export function csvOf(names: readonly string[], trials: readonly TrialResult[]): string {
  const head = ['number', 'state', 'value', 'step', ...names.map((name) => `parameters.${name}`), 'error'];
  const rows = trials.map(({ number, state, value, steps, parameters, error }) => [
    number,
    state,
    value,
    steps.at(-1)?.step,
    ...names.map((name) => parameters[name]),
    error,
  ]);
  return [head, ...rows].map((row) => `${row.map(csvField).join(',')}\n`).join('');
}
