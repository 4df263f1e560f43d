// The worker of many machines, as users call it.

import { readOptions } from '../../options.ts';
import { QueueWorker } from './queue-worker.ts';
import { FLEET_WORKER_OPTIONS, type FleetWorker, type FleetWorkerOptions } from './worker-options.ts';

/**
 * A worker: takes jobs of `bullmq` executors from Redis, and runs them on this machine. Start one process on each machine. It
 * first trains a small job whose result is known: a machine with other bits refuses to work. A worker that is killed, frozen or cut
 * off loses its jobs to others, which go on from the last checkpoint.
 *
 * Jobs may come from anyone who can write to Redis. They are checked as `readJob` does, and no code of a job is run; but loaders
 * that you give to the executor are called with their arguments.
 *
 * @param options - `connection`; default `queue` 'bptt', `executor` local(), no `idle`, `lock` 30000
 * @returns the worker; `run` serves, `stop` ends it
 * @throws ArgumentError
 *
 * @example
 * ```ts
 * const worker = fleetWorker({ connection: 'redis://127.0.0.1:6379', idle: 60_000 });
 * await worker.stop(); // in a handler of SIGTERM: jobs go back into the queue
 * await worker.run();  // { done: 0, failed: 0, returned: 0 }
 * ```
 */
export function fleetWorker(options: FleetWorkerOptions): FleetWorker {
  return new QueueWorker(readOptions('fleetWorker', options, FLEET_WORKER_OPTIONS));
}
