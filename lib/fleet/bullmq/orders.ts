// Orders: what a parent writes into the queue, and what a worker makes of it. A worker trusts nothing in Redis.

import { requireBoolean } from '../../checks.ts';
import { ArgumentError } from '../../errors.ts';
import {
  integer,
  number,
  optional,
  readOptions,
  required,
  type Schema,
  type Settings,
  unchecked,
} from '../../options.ts';
import type { ExecutorRun } from '../executor.ts';
import { type Job, type KeyedJob, readJob } from '../job.ts';
import { partsOf } from './names.ts';

/** A job in the queue. */
export interface Order {
  readonly job: Job;
  /** Workers that may be lost with it. */
  readonly attempts: number;
  readonly timeout?: number;
  readonly checkpointEvery?: number;
  /** Whether the parent wants to know of epochs; default false. */
  readonly epochs?: boolean;
  /** Whether the parent wants checkpoints; default false. */
  readonly checkpoints?: boolean;
}

type Open = 'timeout' | 'checkpointEvery';

const ORDER: Schema<Order, Open> = {
  job: required(unchecked<Job>),
  attempts: required(integer(1, 100)),
  timeout: optional(number({ min: 0, minOpen: true })),
  checkpointEvery: optional(number({ min: 0 })),
  epochs: optional(requireBoolean, false),
  checkpoints: optional(requireBoolean, false),
};

/** A checked order. */
export interface CheckedOrder extends Settings<Order, Open> {
  readonly keyed: KeyedJob;
  readonly until: number | undefined;
}

/** Characters of an order as JSON: those of the longest job, and some more. */
export const LONGEST_ORDER: number = 2 ** 20 + 1024;

/** The order for a job. */
export function orderOf({ job }: KeyedJob, run: ExecutorRun, attempts: number): Order {
  const { timeout, checkpointEvery, onEpoch, onCheckpoint } = run;
  return {
    job,
    attempts,
    ...(timeout !== undefined && { timeout }),
    ...(checkpointEvery !== undefined && { checkpointEvery }),
    ...(onEpoch !== undefined && { epochs: true }),
    ...(onCheckpoint !== undefined && { checkpoints: true }),
  };
}

/** Checks an order of anyone. Its id has to be that of its job. @throws ArgumentError */
export function readOrder(where: string, id: string, data: unknown): CheckedOrder {
  const order = readOptions(where, data as Order, ORDER, 'order');
  const keyed = readJob(order.job);
  const { key, until } = partsOf(id) ?? {};
  if (keyed.key !== key) {
    throw new ArgumentError({ where, argument: 'id', expected: 'be that of its job', received: 'another id' });
  }
  return { ...order, keyed, until };
}
