// The calls of one arena, divided between threads where that pays.

import type { RawKernels } from '../bound-kernels.ts';
import { isByRows, partsOf } from './divisions.ts';
import { Share } from './shares.ts';
import type { Team } from './team.ts';

/** What divided calls need of their arena. */
export interface SharedRoom {
  /** Number of the memory, for workers. */
  readonly number: number;
  readonly memory: object;
  /** Where the scratch of the workers begins. */
  readonly scratch: number;
  readonly raw: RawKernels;
}

/** From which size on work is divided. */
export interface Enough {
  /** Multiply-adds for each thread of a call by itself. */
  readonly inCall: number;
  /** Those of a time step. */
  readonly inStep: number;
  /** Elements of an arena. */
  readonly elements: number;
}

/** Who divides calls. */
export interface Crew {
  /** The most threads that compute a call. */
  readonly threads: number;
  readonly enough: Enough;
  /** Milliseconds that it waits for a worker. */
  readonly timeout: number;
  /** The team; undefined while one thread is faster. The first call starts it. */
  readonly team: () => Team | undefined;
  /** Called before parts are computed, and before and after waiting for the others. */
  readonly watch: Watch;
  /** Called when a worker has failed; returns the error to throw. */
  readonly failed: (failure: unknown) => unknown;
}

/** Watches whether waiting costs more than other threads bring. */
export interface Watch {
  begin(): void;
  waiting(): void;
  done(parts: number): void;
}

/** Divides calls between the threads of a team. */
export class DividedCalls {
  readonly #crew: Crew;
  readonly #room: SharedRoom;
  readonly #own: Share;
  /** Multiply-adds of a call that is worth two threads. */
  readonly #least: number;
  #team: Team | undefined;
  /** Rows of the batch while calls are by rows, and the parts of these calls. */
  #rows = 0;
  #parts = 1;

  constructor(room: SharedRoom, crew: Crew) {
    this.#crew = crew;
    this.#room = room;
    this.#least = 2 * crew.enough.inCall;
    this.#own = new Share(room.raw);
  }

  /** See `Kernels.byRows`. */
  byRows(rows: number, work: number): void {
    if (rows === this.#rows) return;
    if (this.#parts > 1) this.#join(this.#parts);
    this.#rows = rows;
    this.#parts = rows > 1 ? this.#partsFor(rows, work, this.#crew.enough.inStep) : 1;
    if (this.#parts > 1) this.#crew.watch.begin();
  }

  /** The number of threads that such work is divided between. */
  #partsFor(most: number, work: number, enough: number): number {
    if (work < 2 * enough) return 1;
    this.#team = this.#crew.team();
    return Math.min(most, this.#crew.threads, Math.floor(work / enough), this.#team?.threads ?? 1);
  }

  /** Called as a pass begins: workers need some 50 µs to wake. */
  wake(): void {
    this.#team?.wake();
  }

  /** Whether the caller computes a call of so many multiply-adds alone. */
  alone(work: number): boolean {
    return this.#parts === 1 && (work < this.#least || this.#rows > 0);
  }

  /** Computes a call of kernel `kernel` that is not `alone`; false if the caller has to compute it after all. */
  // biome-ignore format: the arguments of any kernel
  divide(kernel: number, work: number, a: number, b: number, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0, i = 0, j = 0, k = 0, l = 0, m = 0, n = 0, o = 0, p = 0): boolean {
    if (this.#parts === 1 && !this.#mayDivide()) return false;
    const at = this.#begin();
    const { commands } = this.#team!;
    commands[at] = a; commands[at + 1] = b; commands[at + 2] = c; commands[at + 3] = d;
    commands[at + 4] = e; commands[at + 5] = f; commands[at + 6] = g; commands[at + 7] = h;
    commands[at + 8] = i; commands[at + 9] = j; commands[at + 10] = k; commands[at + 11] = l;
    commands[at + 12] = m; commands[at + 13] = n; commands[at + 14] = o; commands[at + 15] = p;
    return this.#parts > 1 ? this.#between(kernel, at) : this.#apart(kernel, work, at);
  }

  /** Whether there are other threads. */
  #mayDivide(): boolean {
    this.#team = this.#crew.team();
    return this.#team !== undefined && this.#team.threads > 1;
  }

  /** A call between others that depend on the same rows: nobody waits. */
  #between(kernel: number, at: number): boolean {
    if (isByRows(kernel, this.#team!.commands, at, this.#rows)) {
      this.#compute(kernel, at, this.#rows, this.#parts);
      return true;
    }
    this.#join(this.#parts);
    this.#crew.watch.begin();
    return false;
  }

  /** A call by itself. */
  #apart(kernel: number, work: number, at: number): boolean {
    const most = partsOf(kernel, this.#team!.commands, at);
    const parts = Math.min(most, this.#crew.threads, Math.floor(work / this.#crew.enough.inCall), this.#team!.threads);
    if (parts <= 1) return false;
    this.#crew.watch.begin();
    this.#compute(kernel, at, 0, parts);
    this.#join(parts);
    return true;
  }

  /** Returns where the arguments of the next call go. */
  #begin(): number {
    const { number, memory, scratch } = this.#room;
    const { timeout } = this.#crew;
    try {
      this.#team!.attach(number, memory, scratch, timeout);
      return this.#team!.room(timeout);
    } catch (error) {
      throw this.#failed(error);
    }
  }

  #compute(kernel: number, at: number, rows: number, parts: number): void {
    const team = this.#team!;
    team.write(this.#room.number, kernel, rows, parts);
    this.#own.run(kernel, team.commands, at, rows, 0, parts);
  }

  #join(parts: number): void {
    const { watch, timeout } = this.#crew;
    watch.waiting();
    try {
      this.#team!.join(timeout);
    } catch (error) {
      throw this.#failed(error);
    }
    watch.done(parts);
  }

  #failed(failure: unknown): unknown {
    this.#parts = 1;
    this.#rows = 0;
    return this.#crew.failed(failure);
  }
}
