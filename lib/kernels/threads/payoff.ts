// Whether several threads are faster than one: `threads: 'auto'` watches how long they wait for each other.

import type { Watch } from './divided-calls.ts';

declare const performance: { now(): number };

/** Milliseconds of work after which it judges, and the shortest and the longest time on one thread. */
const [WINDOW, SHORTEST, LONGEST] = [10, 100, 3200];

/** Divided work pays if waiting takes less than this share of the work that other threads take over. */
const WORTH = 0.8;

/** Says for some time that one thread is faster, once waiting has cost more than the other threads brought. */
export class Payoff implements Watch {
  readonly #now: () => number;
  #began = 0;
  #waits = 0;
  #own = 0;
  #waited = 0;
  #brought = 0;
  #pause = SHORTEST;
  #until = 0;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Whether to divide work now. */
  get pays(): boolean {
    if (this.#until === 0) return true;
    if (this.#now() < this.#until) return false;
    this.#until = 0;
    return true;
  }

  begin(): void {
    this.#began = this.#now();
  }

  waiting(): void {
    this.#waits = this.#now();
  }

  done(parts: number): void {
    const own = this.#waits - this.#began;
    this.#own += own;
    this.#waited += this.#now() - this.#waits;
    this.#brought += own * (parts - 1);
    if (this.#own + this.#waited < WINDOW) return;
    if (this.#waited < WORTH * this.#brought) this.#pause = SHORTEST;
    else {
      this.#until = this.#now() + this.#pause;
      this.#pause = Math.min(2 * this.#pause, LONGEST);
    }
    this.#own = this.#waited = this.#brought = 0;
  }
}

/** Watches nothing. */
export const UNWATCHED: Watch = { begin() {}, waiting() {}, done() {} };
