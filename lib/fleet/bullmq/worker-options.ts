// Options and events of a worker.

import { requireFunction } from '../../checks.ts';
import { integer, number, optional, required, type Schema } from '../../options.ts';
import type { Executor } from '../executor.ts';
import { requireExecutor } from '../fleet-options.ts';
import { requireQueue } from './bullmq.ts';
import { type RedisAddress, requireConnection } from './connection.ts';

/** Options of `fleetWorker`. */
export interface FleetWorkerOptions {
  /** Where Redis is, as for `bullmq`. */
  readonly connection: string | RedisAddress;
  /** Name of the queue; default `'bptt'`. */
  readonly queue?: string;
  /** What runs the jobs, which stays open afterwards; default: `local()`, one thread for each processor. */
  readonly executor?: Executor;
  /** Ends after this many milliseconds without a job, above 0; default: never. */
  readonly idle?: number;
  /**
   * Milliseconds after which a worker that gives no sign of life loses its jobs to others, from 500 to 3,600,000;
   * default 30000. All workers of a queue have to have the same.
   */
  readonly lock?: number;
  /** Is called with what happens; default none. */
  readonly onEvent?: (event: FleetWorkerEvent) => void;
}

/** Something that happened to a worker. */
export interface FleetWorkerEvent {
  /**
   * `'ready'`: it waits for jobs; `'started'`, `'done'`, `'failed'`: a job; `'returned'`: a job that others go on with, because
   * this worker ends; `'lost'`: a job that others have, because this worker was cut off; `'cancelled'`: a job that nobody wants any
   * more; `'disconnected'` from Redis, and `'connected'` again.
   */
  readonly type:
    | 'ready'
    | 'started'
    | 'done'
    | 'failed'
    | 'returned'
    | 'lost'
    | 'cancelled'
    | 'disconnected'
    | 'connected';
  /** Key of the job; undefined for events without a job. */
  readonly key: string | undefined;
  /** Name of the job, if it has one. */
  readonly name: string | undefined;
  /** Seconds that it ran here; 0 for other events. */
  readonly seconds: number;
  /** Why it failed; undefined otherwise. */
  readonly error: string | undefined;
}

/** What a worker has done. */
export interface FleetWorkerSummary {
  /** Jobs that were done. */
  readonly done: number;
  /** Jobs that failed. */
  readonly failed: number;
  /** Jobs that were given back, or that others have. */
  readonly returned: number;
}

/** Serves the jobs of a queue. */
export interface FleetWorker {
  /**
   * Trains the self-test, and then serves jobs until `stop` is called or none has come for `idle` milliseconds. It can be called
   * once.
   *
   * @throws (rejects) StateError if this machine computes other bits, or Redis cannot be reached or refuses; errors of the executor
   */
  run(): Promise<FleetWorkerSummary>;
  /**
   * Ends: jobs end after their current batch, leave a checkpoint in Redis and go back into the queue, where others go on with
   * them. It takes at most 10 seconds.
   */
  stop(): Promise<void>;
}

type Open = 'executor' | 'idle' | 'onEvent';

/** @internal Options of `fleetWorker` with their checks. */
export const FLEET_WORKER_OPTIONS: Schema<FleetWorkerOptions, Open> = {
  connection: required(requireConnection as never),
  queue: optional(requireQueue, 'bptt'),
  executor: optional(requireExecutor),
  idle: optional(number({ min: 0, minOpen: true })),
  lock: optional(integer(500, 3_600_000), 30000),
  onEvent: optional(requireFunction<(event: FleetWorkerEvent) => void>),
};
