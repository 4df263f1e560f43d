// Progress on the standard error: one line that is rewritten on a terminal, and a line now and then elsewhere.

import type { Io } from './io.ts';

/** Milliseconds between two lines where there is no terminal. */
const PAUSE = 10_000;
/** Milliseconds between two versions of the line on a terminal. */
const REFRESH = 100;

/** A span of time for people: `45 s`, `3 min 20 s`, `2 h 5 min`. */
export function span(seconds: number): string {
  const whole = Math.round(seconds);
  const [h, min, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  if (h > 0) return `${h} h ${min} min`;
  return min > 0 ? `${min} min ${s} s` : `${s} s`;
}

/** A line of progress. */
export class StatusLine {
  readonly #io: Io;
  readonly #rewrites: boolean;
  #shown: number;
  #open = false;

  constructor(io: Io) {
    this.#io = io;
    this.#rewrites = process.stderr.isTTY;
    this.#shown = this.#rewrites ? 0 : performance.now();
  }

  /** Shows a text, if it is time for it. */
  show(text: () => string): void {
    const now = performance.now();
    if (now - this.#shown < (this.#rewrites ? REFRESH : PAUSE)) return;
    this.#shown = now;
    if (!this.#rewrites) {
      this.#io.err(`${text()}\n`);
      return;
    }
    const columns = process.stderr.columns ?? 80;
    this.#io.err(`\r${text().slice(0, columns - 1)}\x1b[K`);
    this.#open = true;
  }

  /** Writes a line that stays. */
  say(text: string): void {
    this.end();
    this.#io.err(`${text}\n`);
  }

  /** Removes the line. */
  end(): void {
    if (this.#open) this.#io.err('\r\x1b[K');
    this.#open = false;
  }
}
