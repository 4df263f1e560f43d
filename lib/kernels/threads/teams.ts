// The team of workers of this process: all models with the same kernels share it.

import type { Module } from '../simd.ts';
import type { Enough } from './divided-calls.ts';
import type { WorkerThread } from './spawn.ts';
import { type Team, WorkerTeam } from './team.ts';
import type { TeamSource } from './threaded-backend.ts';

/** `setInterval` of a browser returns a number, that of Node a timer. */
declare const setInterval: ((task: () => void, delay: number) => { unref?(): void } | number) | undefined;
declare const clearInterval: (timer: unknown) => void;

/** Milliseconds after which workers without work end. */
const IDLE = 10_000;

/**
 * Multiply-adds for each thread from which dividing pays: some ten microseconds, as everybody waits for a call by itself, and
 * less than one, as nobody waits between the calls of a time step. Smaller arenas have no work that is worth dividing; they
 * lie in memories of several arenas, see `Memories`, so that they move to a memory of threads when they grow.
 */
const ENOUGH: Enough = { inCall: 2 ** 19, inStep: 2 ** 13, elements: 2 ** 17 - 2 ** 10 };

/** What teams need of the environment. */
export interface Surroundings {
  /** Processors that this process may use. */
  readonly cores: number;
  /** Whether this thread may sleep. */
  readonly maySleep: boolean;
  /** Starts a worker; `failed` is called if it ends with an error. */
  readonly spawn: (failed: (reason: string) => void) => WorkerThread;
}

/** Starts workers when they are needed, and ends them when they are idle. */
export class Teams implements TeamSource {
  readonly module: Module;
  readonly enough: Enough = ENOUGH;
  readonly #wide: boolean;
  readonly #surroundings: Surroundings;
  readonly #idle: number;
  #team: WorkerTeam | undefined;
  #failure: string | undefined;
  #workers = 0;
  #timer: { unref?(): void } | number | undefined;

  /**
   * @param module - the kernels for shared memories
   * @param idle - milliseconds
   */
  constructor(module: Module, wide: boolean, surroundings: Surroundings, idle: number = IDLE) {
    this.module = module;
    this.#wide = wide;
    this.#surroundings = surroundings;
    this.#idle = idle;
  }

  get cores(): number {
    return this.#surroundings.cores;
  }

  get failure(): string | undefined {
    return this.#failure;
  }

  get maySleep(): boolean {
    return this.#surroundings.maySleep;
  }

  team(workers: number): Team | undefined {
    if (this.#failure !== undefined) return undefined;
    if (this.#team !== undefined && this.#workers >= workers) return this.#team;
    this.stop();
    this.#workers = workers;
    try {
      this.#team = this.#start(workers);
    } catch (error) {
      this.#failure = `workers do not start: ${error}`;
      return undefined;
    }
    this.#watch(this.#team);
    return this.#team;
  }

  #start(workers: number): WorkerTeam {
    const { maySleep, spawn } = this.#surroundings;
    // A worker that ends before it has computed anything will not start next time, either.
    const ended = (reason: string): void => {
      if (this.#team === team && team.threads === 1) this.#failure = `workers do not start: ${reason}`;
    };
    const each = (): WorkerThread => spawn(ended);
    const team = new WorkerTeam({ workers, module: this.module, wide: this.#wide, maySleep, spawn: each });
    return team;
  }

  stop(): void {
    this.#team?.stop();
    this.#team = undefined;
    if (this.#timer !== undefined) clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Ends the workers once they get no more work. */
  #watch(team: WorkerTeam): void {
    let written = -1;
    this.#timer = setInterval?.(() => {
      if (team.written === written) this.stop();
      written = team.written;
    }, this.#idle);
    if (typeof this.#timer === 'object') this.#timer.unref?.();
  }
}
