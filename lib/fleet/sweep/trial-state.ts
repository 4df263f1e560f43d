// What a study keeps of a trial.

import type { ChoiceValue } from './distributions.ts';

/** A value at a step. `score` is the value, with its sign changed when values are maximized: less is better. */
export interface ReportedValue {
  readonly step: number;
  readonly value: number;
  readonly score: number;
}

/** The state of a trial, which its study changes. */
export interface TrialState {
  readonly number: number;
  readonly parameters: Readonly<Record<string, ChoiceValue>>;
  readonly reports: ReportedValue[];
  state: 'running' | 'waiting' | 'complete' | 'pruned' | 'failed';
  value: number | undefined;
  score: number;
  error: string | undefined;
  /** What the objective goes on from, and its step. */
  checkpoint: Uint8Array | undefined;
  checkpointStep: number | undefined;
  /** Reports up to this step were made before the objective was called again, and are passed over. */
  madeUpTo: number;
}

/** Orders scores, NaN last. */
export function compareValues(a: number, b: number): number {
  if (a < b) return -1;
  if (a > b) return 1;
  if (a === b) return 0;
  return (Number.isNaN(a) ? 1 : 0) - (Number.isNaN(b) ? 1 : 0);
}

/** Whether a trial has ended. */
export function hasEnded({ state }: TrialState): boolean {
  return state === 'complete' || state === 'pruned' || state === 'failed';
}

/** Prunes a trial, which then needs no checkpoint. */
export function prune(trial: TrialState): void {
  trial.state = 'pruned';
  trial.checkpoint = undefined;
}

/** The score of a trial at a rung: that of its first report there, or of its end; NaN without either. */
export function scoreAt({ reports, state, score }: TrialState, step: number): number {
  const found = reports.find((report) => report.step >= step);
  return found?.score ?? (state === 'complete' ? score : Number.NaN);
}
