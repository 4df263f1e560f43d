// The workers of this process, which compute parts of calls.

import { Queue } from './queue.ts';
import type { Attachment, Start } from './serve.ts';
import { THREAD_SCRATCH } from './shares.ts';
import type { WorkerThread } from './spawn.ts';

/** Who computes parts of calls. The caller computes part 0 itself. */
export interface Team {
  /** Threads that compute now, with the caller. */
  readonly threads: number;
  /** Arguments of the next call go to `commands`, from `room()` on. */
  readonly commands: Float64Array;
  room(limit: number): number;
  /** Hands a call to the workers; see `Share.run`. */
  write(memory: number, kernel: number, of: number, parts: number): void;
  /** Waits until all calls are computed, at most `limit` milliseconds for each worker; then it throws a WorkerFailure. */
  join(limit: number): void;
  /** Wakes workers, as work is to come. */
  wake(): void;
  /** Hands a memory to the workers, if they do not have it. `scratch`: where their scratch begins. */
  attach(number: number, memory: object, scratch: number, limit: number): void;
}

/** Memories that workers keep at the same time. */
const MOST_MEMORIES = 8;

/** How workers start. */
export interface TeamOptions {
  readonly workers: number;
  /** Compiled kernels for shared memories. */
  readonly module: object;
  readonly wide: boolean;
  /** Whether this thread may sleep while it waits: the main thread of a browser may not. */
  readonly maySleep: boolean;
  /** Starts a worker. */
  readonly spawn: () => WorkerThread;
}

/** Threads of this process. */
export class WorkerTeam implements Team {
  readonly commands: Float64Array;
  readonly #queue: Queue;
  readonly #workers: readonly WorkerThread[];
  /** Numbers of the attached memories, the one in use last. */
  readonly #attached: number[] = [];

  constructor({ workers, module, wide, maySleep, spawn }: TeamOptions) {
    this.#queue = new Queue(workers, maySleep);
    this.commands = this.#queue.memory.commands;
    const started: WorkerThread[] = [];
    this.#workers = started;
    try {
      for (let worker = 1; worker <= workers; worker++) {
        const start: Start = { queue: this.#queue.memory, worker, module, wide };
        started.push(spawn());
        started[worker - 1]!.post(start);
      }
    } catch (error) {
      this.stop(); // those before the one that did not start
      throw error;
    }
  }

  get threads(): number {
    return this.#queue.started + 1;
  }

  room(limit: number): number {
    return this.#queue.room(limit);
  }

  write(memory: number, kernel: number, of: number, parts: number): void {
    this.#queue.write(memory, kernel, of, parts);
  }

  wake(): void {
    this.#queue.wake();
  }

  join(limit: number): void {
    this.#queue.join(limit);
  }

  attach(number: number, memory: object, scratch: number, limit: number): void {
    const attached = this.#attached;
    if (attached.at(-1) === number) return;
    const at = attached.indexOf(number);
    if (at >= 0) attached.splice(at, 1);
    else {
      for (const [k, worker] of this.#workers.entries()) {
        const message: Attachment = { number, memory, scratch: scratch + k * THREAD_SCRATCH };
        worker.post(message);
      }
      if (attached.length === MOST_MEMORIES) this.#queue.detach(attached.shift()!, limit);
    }
    attached.push(number);
  }

  /** Commands so far: a team that gets no more is idle. */
  get written(): number {
    return this.#queue.written;
  }

  /** Ends the workers. */
  stop(): void {
    for (const worker of this.#workers) worker.terminate();
  }
}
