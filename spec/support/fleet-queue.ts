// A queue of fleets on a Redis server, with workers in this thread, for the specs.

import { bullmq, type FleetWorkerEvent, fleetWorker } from '../../lib/fleet/bullmq/index.ts';
import type { Executor, Job, JobOutcome } from '../../lib/fleet/index.ts';
import { readJob } from '../../lib/fleet/index.ts';
import { inProcess } from './in-process.ts';
import type { TestRedis } from './redis.ts';

export const PASSWORD = 'a@b/c';
/** Milliseconds of the locks. */
const LOCK = 1000;

let count = 0;

/** The result of a job, computed in this thread. */
export const computed = (job: Job): Promise<JobOutcome> => inProcess().run(readJob(job), {});

export const sleep = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A queue of its own. */
export class FleetQueue {
  readonly queue = `queue-${++count}`;
  readonly connection: { port: number; password: string };
  readonly #ends: (() => Promise<unknown>)[] = [];

  constructor(redis: TestRedis) {
    this.connection = { port: redis.port, password: PASSWORD };
  }

  parent(options: { window?: number; attempts?: number } = {}): Executor {
    const parent = bullmq({ connection: this.connection, queue: this.queue, ...options });
    this.#ends.push(() => parent.close());
    return parent;
  }

  /** A worker that runs, and its events. */
  worker(executor: Executor = inProcess(2)): { events: FleetWorkerEvent[]; stop: () => Promise<unknown> } {
    const events: FleetWorkerEvent[] = [];
    const onEvent = (event: FleetWorkerEvent): unknown => events.push(event);
    const { connection, queue } = this;
    const worker = fleetWorker({ connection, queue, executor, lock: LOCK, onEvent });
    const running = worker.run();
    const stop = async (): Promise<unknown> => {
      await worker.stop();
      return running;
    };
    this.#ends.push(stop);
    return { events, stop };
  }

  /** Resolves once there are so many events of a type. */
  async saw(events: readonly FleetWorkerEvent[], type: FleetWorkerEvent['type'], least = 1): Promise<void> {
    while (events.filter((event) => event.type === type).length < least) await sleep(5);
  }

  async end(): Promise<void> {
    for (const end of this.#ends.splice(0)) await end();
  }
}

/** A gate that is closed until `open` is called. */
export function gate(): { passed: Promise<void>; open: () => void } {
  let open!: () => void;
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { passed, open };
}
