// What runs jobs.

import type { AbortSignalLike } from '../training/abort-signal.ts';
import type { KeyedJob } from './job.ts';
import type { JobOutcome } from './outcome.ts';

/** One epoch of a job. */
export interface JobEpoch {
  /** Index of the epoch, from 0. */
  readonly epoch: number;
  /** Epochs of the job. */
  readonly epochs: number;
  /** Mean loss of the training. */
  readonly loss: number;
  /** Loss of the validation; undefined without one. */
  readonly validationLoss: number | undefined;
}

/** What a run of a job is given, and tells. */
export interface ExecutorRun {
  /** Ends the run after the current batch; it rejects with the signal's reason. Default none. */
  readonly signal?: AbortSignalLike | undefined;
  /** Milliseconds that the job may run, without the time that it waits for a worker. Default no limit. */
  readonly timeout?: number | undefined;
  /** Where to go on, to the bit; default: the job begins. */
  readonly checkpoint?: Uint8Array | undefined;
  /** Ends after this many epochs, counted from the first of the job; the outcome then has a checkpoint. Default: all. */
  readonly until?: number | undefined;
  /** Milliseconds between two checkpoints, at least 0; default 30,000. */
  readonly checkpointEvery?: number | undefined;
  /** Is called after each epoch. */
  readonly onEpoch?: ((epoch: JobEpoch) => void) | undefined;
  /** Is called with checkpoints, also before the run rejects after an abort. Without it, none are made. */
  readonly onCheckpoint?: ((bytes: Uint8Array) => void) | undefined;
}

/** Runs jobs: on threads of this process, on other machines, or as you write it. A job has the same bits from each. */
export interface Executor {
  /** Jobs that it takes at the same time, at least 1. */
  readonly capacity: number;
  /**
   * Runs a job.
   *
   * @throws (rejects) LostJobError if its worker was lost, so that another attempt may succeed; JobError if the job itself
   *   failed, so that the others go on; the signal's reason. Any other error is that of the executor, and ends the fleet
   */
  run(job: KeyedJob, run: ExecutorRun): Promise<JobOutcome>;
  /** Ends its workers. */
  close(): Promise<void>;
}
