// Repeats the record of an earlier sweep: every event waits for its turn.

import { StateError } from '../../errors.ts';
import type { StudyEvent } from './events.ts';

const { is, keys } = Object;

/** The events that are still to come, and trials that wait for their turn. */
export class Replay {
  readonly #events: readonly StudyEvent[];
  #at = 0;
  readonly #waiting = new Map<number, () => void>();

  constructor(events: readonly StudyEvent[]) {
    this.#events = events;
  }

  /** Whether the next event is that a trial begins or goes on, or the record has ended. */
  get isForAsk(): boolean {
    const kind = this.#events[this.#at]?.[0];
    return kind === undefined || kind === 'begin' || kind === 'resume';
  }

  /** Whether events are still to come. */
  get isOpen(): boolean {
    return this.#at < this.#events.length || this.#waiting.size > 0;
  }

  /** Waits for the turn of a trial. */
  turn<T>(trial: number, act: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#waiting.set(trial, () => {
        try {
          resolve(act());
        } catch (error) {
          reject(error);
        }
      });
    });
  }

  /** Lets the trial act whose event is the next one; after the end of the record, any. Returns whether one acted. */
  admit(): boolean {
    const next = this.#events[this.#at];
    const trial = next === undefined ? [...this.#waiting.keys()][0] : next[1];
    const act = trial === undefined ? undefined : this.#waiting.get(trial);
    if (act === undefined || (next !== undefined && this.isForAsk)) return false;
    this.#waiting.delete(trial!);
    act();
    return true;
  }

  /** Compares an event with the record, and takes the next one. */
  happened(event: StudyEvent): void {
    const expected = this.#events[this.#at++];
    if (expected !== undefined && !sameEvent(event, expected)) refuseRecord(expected, inWords(event));
  }

  /** Throws, because nothing is left that could be the next event. */
  stuck(): never {
    return refuseRecord(this.#events[this.#at], 'a sweep in which this cannot happen');
  }
}

function refuseRecord(expected: StudyEvent | undefined, received: string): never {
  throw new StateError({
    where: 'sweep',
    argument: 'replay',
    expected: `be the record of this sweep${expected === undefined ? '' : `: ${inWords(expected)}`}`,
    received,
    remedy: 'A replay needs the same space, options and objective, and an objective with the same results',
  });
}

function sameEvent(a: StudyEvent, b: StudyEvent): boolean {
  return a.every((part, k) => {
    const other: unknown = b[k];
    if (typeof part !== 'object') return is(part, other);
    const [values, others] = [part, other as object] as unknown as Record<string, unknown>[];
    return keys(values!).every((name) => is(values![name], others![name]));
  });
}

/** An event for a message: "trial 3 reports 1: 0.25". */
function inWords([kind, trial, ...rest]: StudyEvent): string {
  const what = { begin: 'begins', resume: 'goes on', report: 'reports', complete: 'ends with', fail: 'fails:' }[kind];
  const listed = rest.map((part) => (typeof part === 'object' ? JSON.stringify(part) : String(part)));
  return `trial ${trial} ${what} ${listed.join(': ')}`.trim().slice(0, 300);
}
