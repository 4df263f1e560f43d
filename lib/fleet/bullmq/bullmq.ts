// The executor of many machines: jobs go through a queue in Redis to workers anywhere.

import { refuse } from '../../checks.ts';
import { integer, optional, readOptions, required, type Schema } from '../../options.ts';
import type { Executor } from '../executor.ts';
import { type RedisAddress, type RedisSettings, requireConnection } from './connection.ts';
import { Parent } from './parent.ts';

/** Options of `bullmq`. */
export interface BullmqOptions {
  /**
   * Where Redis is: `'redis://host:6379'`, `'rediss://user:password@host:6379/0'` (encrypted), or an object. Characters such as
   * @ and / in a password of an address are percent-encoded. Without it, no process is reached.
   */
  readonly connection: string | RedisAddress;
  /** Name of the queue, of letters, digits, `-`, `_` and `.`; default `'bptt'`. Workers have to serve the same. */
  readonly queue?: string;
  /** Jobs in the queue at the same time, from 1 to 10,000; more than there are workers, so that none waits; default 64. */
  readonly window?: number;
  /**
   * Workers that may be lost while they run a job (killed, frozen, cut off), from 1 to 100, before it is set aside; default 3.
   */
  readonly attempts?: number;
}

const BULLMQ_OPTIONS: Schema<BullmqOptions> = {
  connection: required(requireConnection as never),
  queue: optional(requireQueue, 'bptt'),
  window: optional(integer(1, 10_000), 64),
  attempts: optional(integer(1, 100), 3),
};

/** @internal Checks the name of a queue. */
export function requireQueue(where: string, argument: string, value: unknown): string {
  return typeof value === 'string' && /^[\w.-]{1,100}$/.test(value)
    ? value
    : refuse(where, argument, 'have 1 to 100 letters, digits, -, _ and .', value);
}

/**
 * An executor of many machines: its jobs go through a queue of BullMQ in Redis, and `fleetWorker`s on any machines run them.
 * The results have the same bits as those of `local`. It needs the packages `bullmq` and `ioredis`, and connects when it runs
 * its first job.
 *
 * A worker that is lost costs only the time since the last checkpoint of its job. Results stay in Redis for a week until a
 * parent takes them, so a parent that was killed finds them when it runs the same jobs again.
 *
 * @param options - `connection`; default `queue` 'bptt', `window` 64, `attempts` 3
 * @returns the executor; `close` ends its connections, and jobs in the queue stay there
 * @throws ArgumentError for options. `run` rejects with StateError if Redis cannot be reached or refuses, JobError for a job
 *   that threw or that lost all its workers, LostJobError if another attempt may succeed, and the signal's reason
 *
 * @example
 * ```ts
 * const executor = bullmq({ connection: { host: 'redis.example.org', password: 'secret' }, window: 200 });
 * executor.capacity; // 200
 * await executor.close();
 * ```
 */
export function bullmq(options: BullmqOptions): Executor {
  const { connection, queue, window, attempts } = readOptions('bullmq', options, BULLMQ_OPTIONS);
  return new Parent(connection as RedisSettings, queue, window, attempts);
}
