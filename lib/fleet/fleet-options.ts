// Options and results of `trainFleet`.

import { reading, refuse, requireFunction } from '../checks.ts';
import { type Check, integer, number, optional, required, type Schema } from '../options.ts';
import { type AbortSignalLike, requireSignal } from '../training/abort-signal.ts';
import type { Ended } from './attempts.ts';
import type { Executor, JobEpoch } from './executor.ts';
import type { KeyedJob } from './job.ts';
import type { FleetStore } from './store.ts';

/** Options of `trainFleet`. */
export interface TrainFleetOptions {
  /** What runs the jobs: `local()`, or `bullmq(…)` of `bptt/fleet/bullmq`. It stays open: close it when you need it no more. */
  readonly executor: Executor;
  /** Where results are looked up before a job is run, and kept: `folderStore(…)`; default none. */
  readonly store?: FleetStore;
  /** Attempts at a job whose worker was lost, from 1 to 1,000; default 3. */
  readonly attempts?: number;
  /** Milliseconds that an attempt may run, above 0; default no limit. */
  readonly timeout?: number;
  /** Milliseconds between two checkpoints of a job, above 0; default 30000. */
  readonly checkpointEvery?: number;
  /** Number of jobs, for the time left; default: that of an array, otherwise unknown. */
  readonly total?: number;
  /**
   * Ends the iteration, which rejects with its reason; jobs that run end after their current batch, and leave a checkpoint in the
   * store. Default none.
   */
  readonly signal?: AbortSignalLike;
  /** Is called after each result, before it is yielded; default none. */
  readonly onProgress?: (progress: FleetProgress) => void;
  /** Is called after each epoch of each job; default none. */
  readonly onEpoch?: (epoch: JobEpoch, job: KeyedJob) => void;
}

/** How far a fleet is. */
export interface FleetProgress {
  /** Jobs that were computed. */
  readonly done: number;
  /** Jobs whose results were in the store. */
  readonly stored: number;
  /** Jobs that failed. */
  readonly failed: number;
  /** Jobs that were given again while they ran: they ran once, and each has a result. */
  readonly repeated: number;
  /** All jobs; undefined if their number is unknown. */
  readonly total: number | undefined;
  /** Seconds since the beginning. */
  readonly seconds: number;
  /** Computed and failed jobs a second; 0 before the first. */
  readonly perSecond: number;
  /** Seconds that the rest takes at this rate; undefined before the first job, or if the number of jobs is unknown. */
  readonly secondsLeft: number | undefined;
}

/** What a fleet has done. */
export type FleetSummary = Pick<FleetProgress, 'done' | 'stored' | 'failed' | 'repeated' | 'seconds'>;

/** The result of a job. */
export interface FleetResult extends Ended {
  /** Key of the job; undefined for what is no job. */
  readonly key: string | undefined;
  /** Name of the job, if it has one. */
  readonly name: string | undefined;
}

/** Options without a default. */
type Open = 'store' | 'timeout' | 'total' | 'signal' | 'onProgress' | 'onEpoch';

/** Creates the check of an object with methods. */
function withMethods<T>(expected: string, ...names: readonly (keyof T & string)[]): Check<T> {
  return (where, argument, value) =>
    reading(where, argument, () => {
      const methods = value as Readonly<Record<string, unknown>> | null | undefined;
      const isOne = names.every((name) => typeof methods?.[name] === 'function');
      return isOne ? (value as T) : refuse(where, argument, expected, value);
    });
}

/** Checks an executor. */
export const requireExecutor: Check<Executor> = (where, argument, value) => {
  const expected = 'be an executor: local(), for example';
  const executor = withMethods<Executor>(expected, 'run', 'close')(where, argument, value);
  const at = `${argument}.capacity`;
  integer()(
    where,
    at,
    reading(where, at, () => executor.capacity),
  );
  return executor;
};

/** @internal Schema of TrainFleetOptions. */
export const TRAIN_FLEET: Schema<TrainFleetOptions, Open> = {
  executor: required(requireExecutor),
  store: optional(withMethods<FleetStore>('be a store: folderStore(…), for example', 'get', 'put')),
  attempts: optional(integer(1, 1000), 3),
  timeout: optional(number({ min: 0, minOpen: true })),
  checkpointEvery: optional(number({ min: 0, minOpen: true }), 30000),
  total: optional(integer(0)),
  signal: optional(requireSignal),
  onProgress: optional(requireFunction<(progress: FleetProgress) => void>),
  onEpoch: optional(requireFunction<(epoch: JobEpoch, job: KeyedJob) => void>),
};
