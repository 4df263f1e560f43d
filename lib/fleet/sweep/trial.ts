// A trial as objectives, and readers of results, see it.

import { BpttError, type ErrorDetails } from '../../errors.ts';
import type { ParametersOf, Space } from './space.ts';

/** Options of `trial.report`. */
export interface TrialReportOptions {
  /**
   * What the objective needs to go on after this step, such as the bytes of `checkpointToBytes`: `trial.checkpoint` of the
   * call that goes on. The study keeps a copy of the last one until the trial ends.
   */
  readonly checkpoint?: Uint8Array;
}

/** A trial that runs: one call of the objective. */
export interface Trial<S extends Space = Space> {
  /** Number of the trial, from 0. */
  readonly number: number;
  /** The values to try. */
  readonly parameters: ParametersOf<S>;
  /** A copy of the last checkpoint, if the trial goes on; undefined if it begins, or reported none. */
  readonly checkpoint: Uint8Array | undefined;
  /** The step of this checkpoint; undefined without one. */
  readonly resumedAt: number | undefined;
  /**
   * Reports the value of a step, such as the validation loss of an epoch. Steps increase. If the trial has to wait or to end
   * here, it throws a `TrialStopped`: let it through, so that the objective ends. NaN counts as worse than every number.
   * A trial that goes on may begin again without its checkpoint: what it reports again is passed over.
   */
  readonly report: (step: number, value: number, options?: TrialReportOptions) => Promise<void>;
}

/** A value that a trial reported. */
export interface TrialStep {
  /** The step. */
  readonly step: number;
  /** Its value. */
  readonly value: number;
}

/** A trial in the results of a study. */
export interface TrialResult<S extends Space = Space> {
  /** Number of the trial, from 0. */
  readonly number: number;
  /**
   * `'running'`; `'waiting'` at a rung; `'complete'` with a value; `'pruned'` by the pruner; `'failed'`, since the objective
   * threw an error or returned no number.
   */
  readonly state: 'running' | 'waiting' | 'complete' | 'pruned' | 'failed';
  /** Its values. */
  readonly parameters: ParametersOf<S>;
  /** The value that the objective returned; undefined unless the trial is complete. */
  readonly value: number | undefined;
  /** What it reported, in order. */
  readonly steps: readonly TrialStep[];
  /** The message of the error; undefined unless the trial failed. */
  readonly error: string | undefined;
}

/** Details of a TrialStopped. */
export interface TrialStoppedDetails extends ErrorDetails {
  /** Number of the trial. */
  readonly trial: number;
  /** Whether the trial waits, and may go on later. */
  readonly waits: boolean;
}

/** Ends a call of an objective: `trial.report` throws it if the trial is pruned, or waits for others. */
export class TrialStopped extends BpttError {
  /** Class name. */
  override readonly name: string = 'TrialStopped';
  /** Number of the trial. */
  readonly trial: number;
  /** Whether the trial waits, and may go on later. */
  readonly waits: boolean;

  /** Builds the message, and stores the number of the trial. */
  constructor(details: TrialStoppedDetails) {
    super(details);
    this.trial = details.trial;
    this.waits = details.waits;
  }
}
