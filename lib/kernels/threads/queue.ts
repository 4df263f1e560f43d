// The queue of calls that threads share: the thread that owns it writes calls, and each worker computes its part of each, in
// order. It lies in a SharedArrayBuffer.

import { MOST_ARGUMENTS } from './divisions.ts';

/** Commands that the queue holds. */
const ROOM = 1024;

/** Numbers of a command: kernel, number of the memory, rows of the batch, parts, and the arguments. */
const [KERNEL, MEMORY, OF, PARTS, ARGUMENTS] = [0, 1, 2, 3, 4];
const WIDTH: number = ARGUMENTS + MOST_ARGUMENTS;

/** The command to forget a memory. */
const DETACH = -1;

/**
 * Int32 words, each in a cache line of its own: commands written, workers that sleep, whether the owner sleeps, and for
 * each worker the commands done, and beside it whether it has started.
 */
const LINE = 16;
const [WRITTEN, SLEEPERS, OWNER_SLEEPS, DONE] = [0, LINE, 2 * LINE, 3 * LINE];
const STARTED = 1;

/** Memory of a queue; structured clones of it share the content. */
export interface QueueMemory {
  readonly words: Int32Array<SharedArrayBuffer>;
  readonly commands: Float64Array<SharedArrayBuffer>;
}

function queueMemory(workers: number): QueueMemory {
  return {
    words: new Int32Array(new SharedArrayBuffer(4 * (DONE + workers * LINE))),
    commands: new Float64Array(new SharedArrayBuffer(8 * ROOM * WIDTH)),
  };
}

declare const performance: { now(): number };

/** Milliseconds that a thread spins before it sleeps. */
const SPIN = 0.2;

/** Reads of a word between two looks at the clock. */
const READS = 64;

/** Spins until a word is no longer `value`, for at most SPIN; whether it changed. */
function spinWhile(words: Int32Array, at: number, value: number): boolean {
  const end = performance.now() + SPIN;
  do {
    for (let k = 0; k < READS; k++) if (Atomics.load(words, at) !== value) return true;
  } while (performance.now() < end);
  return false;
}

/** What a worker does with commands. */
export interface Consumer {
  /** Computes part `part` of a call, whose arguments begin at `at` of `commands`. */
  call(
    memory: number,
    kernel: number,
    commands: Float64Array,
    at: number,
    of: number,
    part: number,
    parts: number,
  ): void;
  /** Whether it has the memory of a number. */
  has(memory: number): boolean;
  /** Waits for the memory of a number. */
  attach(memory: number): Promise<void>;
  detach(memory: number): void;
}

/** Runs the commands of a queue as worker `worker`, from 1. It never ends: the owner terminates the worker. */
export async function consume({ words, commands }: QueueMemory, worker: number, consumer: Consumer): Promise<never> {
  const own = DONE + (worker - 1) * LINE;
  let done = Atomics.load(words, WRITTEN); // commands before that are not for this worker
  Atomics.store(words, own, done);
  Atomics.store(words, own + STARTED, 1);
  for (;;) {
    let written = Atomics.load(words, WRITTEN);
    if (written === done) {
      if (!spinWhile(words, WRITTEN, done)) sleep(words, done);
      written = Atomics.load(words, WRITTEN);
    }
    while (done !== written) {
      const at = (done & (ROOM - 1)) * WIDTH;
      const kernel = commands[at + KERNEL]!;
      const memory = commands[at + MEMORY]!;
      const parts = commands[at + PARTS]!;
      const called = worker < parts;
      if ((called || kernel === DETACH) && !consumer.has(memory)) await consumer.attach(memory);
      if (kernel === DETACH) consumer.detach(memory);
      else if (called) consumer.call(memory, kernel, commands, at + ARGUMENTS, commands[at + OF]!, worker, parts);
      done = (done + 1) | 0;
    }
    Atomics.store(words, own, done);
    if (Atomics.load(words, OWNER_SLEEPS) === 1) Atomics.notify(words, own);
  }
}

function sleep(words: Int32Array, done: number): void {
  Atomics.add(words, SLEEPERS, 1);
  Atomics.wait(words, WRITTEN, done);
  Atomics.sub(words, SLEEPERS, 1);
}

/** A worker did not do its part in time. */
class WorkerFailure extends Error {
  /** @param limit - milliseconds that the thread waited */
  constructor(worker: number, limit: number) {
    super(`worker ${worker} did not answer within ${limit} ms`);
  }
}

/** The side of a queue that writes commands. */
export class Queue {
  readonly memory: QueueMemory;
  readonly #workers: number;
  readonly #maySleep: boolean;
  #started = 0;
  #written = 0;
  /** Commands up to which there is room for certain. */
  #free = ROOM;
  /** Parts of the commands that `join` has to wait for. */
  #pending = 1;

  /**
   * @param maySleep - whether this thread may sleep: the main thread of a browser may not
   */
  constructor(workers: number, maySleep: boolean) {
    this.memory = queueMemory(workers);
    this.#workers = workers;
    this.#maySleep = maySleep;
  }

  /** Workers that have started, of those without a gap. */
  get started(): number {
    while (this.#started < this.#workers && this.#hasStarted(this.#started)) this.#started++;
    return this.#started;
  }

  /**
   * Whether a worker has started, and keeps up: one that was interrupted while it started may be behind commands that were
   * written over. None of these is for it, so it catches up.
   */
  #hasStarted(worker: number): boolean {
    const { words } = this.memory;
    const at = DONE + worker * LINE;
    return Atomics.load(words, at + STARTED) === 1 && ((this.#written - Atomics.load(words, at)) | 0) < ROOM / 2;
  }

  /** Wakes workers that sleep: they spin until there is a command, or sleep again. */
  wake(): void {
    const { words } = this.memory;
    if (Atomics.load(words, SLEEPERS) > 0) Atomics.notify(words, WRITTEN);
  }

  /** Number of commands so far, modulo 2³². */
  get written(): number {
    return this.#written;
  }

  /** Makes the workers forget a memory. */
  detach(memory: number, limit: number): void {
    this.room(limit);
    this.write(memory, DETACH, 0, 1);
  }

  /** Writes a command. Arguments are already at `room()`. */
  write(memory: number, kernel: number, of: number, parts: number): void {
    const { words, commands } = this.memory;
    const at = (this.#written & (ROOM - 1)) * WIDTH;
    commands[at + KERNEL] = kernel;
    commands[at + MEMORY] = memory;
    commands[at + OF] = of;
    commands[at + PARTS] = parts;
    if (parts > this.#pending) this.#pending = parts;
    this.#written = (this.#written + 1) | 0;
    Atomics.store(words, WRITTEN, this.#written);
    this.wake();
  }

  /** Where the arguments of the next command begin. Waits for room. */
  room(limit: number): number {
    if (this.#written === this.#free) {
      for (let k = 0; k < this.started; k++) this.#await(k, (this.#written - ROOM / 2) | 0, limit);
      this.#free = (this.#written + ROOM / 2) | 0;
    }
    return (this.#written & (ROOM - 1)) * WIDTH + ARGUMENTS;
  }

  /** Waits until all parts of all commands are done, at most `limit` milliseconds for each worker. */
  join(limit: number): void {
    for (let k = 0; k < this.#pending - 1; k++) this.#await(k, this.#written, limit);
    this.#pending = 1;
  }

  /** Waits until a worker has done this many commands; throws a WorkerFailure if it has not within the limit. */
  #await(worker: number, count: number, limit: number): void {
    const { words } = this.memory;
    const at = DONE + worker * LINE;
    let done = Atomics.load(words, at);
    if (((done - count) | 0) >= 0) return;
    const end = performance.now() + limit;
    while (((done - count) | 0) < 0) {
      if (!spinWhile(words, at, done) && this.#maySleep) {
        Atomics.store(words, OWNER_SLEEPS, 1);
        Atomics.wait(words, at, done, Math.min(limit, 100));
        Atomics.store(words, OWNER_SLEEPS, 0);
      }
      done = Atomics.load(words, at);
      if (((done - count) | 0) < 0 && performance.now() > end) throw new WorkerFailure(worker + 1, limit);
    }
  }
}
