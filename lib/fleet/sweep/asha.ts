// ASHA: rungs at which a trial goes on as soon as it is among the best that have arrived.

import type { AshaPruner } from './pruners.ts';
import type { Referee, TrialVerdict } from './referee.ts';
import { compareValues, prune, scoreAt, type TrialState } from './trial-state.ts';

const { floor } = Math;

/** A rung: its step, who has arrived, from best to worst, and who went on. */
interface Rung {
  readonly step: number;
  readonly arrived: TrialState[];
  readonly promoted: Set<TrialState>;
}

/** Decides by arrival. */
export class AshaReferee implements Referee {
  readonly looksBack = false;
  readonly byArrival = true;
  readonly #factor: number;
  /** From the first to the last one below R. */
  readonly #rungs: Rung[] = [];

  constructor({ minSteps, maxSteps, factor }: AshaPruner) {
    this.#factor = factor;
    for (let step = minSteps; step < maxSteps; step *= factor)
      this.#rungs.push({ step, arrived: [], promoted: new Set() });
  }

  settled(): boolean {
    return true;
  }

  report(trial: TrialState): TrialVerdict {
    const { step } = trial.reports.at(-1)!;
    for (const rung of this.#rungs) {
      if (step < rung.step) break;
      if (rung.promoted.has(trial)) continue;
      arrive(trial, rung);
      if (!this.#best(rung).includes(trial)) {
        trial.state = 'waiting';
        return 'wait';
      }
      rung.promoted.add(trial);
    }
    return 'continue';
  }

  ended(): void {}

  next(): TrialState | undefined {
    for (let k = this.#rungs.length - 1; k >= 0; k--) {
      const rung = this.#rungs[k]!;
      const found = this.#best(rung).find((trial) => !rung.promoted.has(trial));
      if (found !== undefined) return found;
    }
    return undefined;
  }

  resumed(trial: TrialState): void {
    this.#rungs.find(({ arrived, promoted }) => arrived.includes(trial) && !promoted.has(trial))?.promoted.add(trial);
  }

  close(): void {
    for (const { arrived } of this.#rungs) {
      for (const trial of arrived) if (trial.state === 'waiting') prune(trial);
    }
  }

  /** The best 1/η of those that have arrived at a rung. */
  #best({ arrived }: Rung): TrialState[] {
    return arrived.slice(0, floor(arrived.length / this.#factor));
  }
}

/** Puts a trial in its place at a rung: by value, then by number. */
function arrive(trial: TrialState, { step, arrived }: Rung): void {
  const score = scoreAt(trial, step);
  const before = (other: TrialState): boolean =>
    (compareValues(score, scoreAt(other, step)) || trial.number - other.number) < 0;
  const k = arrived.findIndex(before);
  arrived.splice(k < 0 ? arrived.length : k, 0, trial);
}
