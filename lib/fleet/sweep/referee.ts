// What decides whether trials go on: the interface, no pruner, and the median rule.

import type { MedianPruner } from './pruners.ts';
import { compareValues, hasEnded, prune, type TrialState } from './trial-state.ts';

const { floor } = Math;

/** What a trial does after a report: it goes on, ends until it is asked for again, or ends. */
export type TrialVerdict = 'continue' | 'wait' | 'stop';

/** Decides whether trials go on. */
export interface Referee {
  /** Whether decisions depend on the final values of earlier trials, which have to be settled before a trial begins. */
  readonly looksBack: boolean;
  /** Whether decisions depend on the order in which results arrive. */
  readonly byArrival: boolean;
  /** Whether trial `by`, which begins, sees this earlier trial as it would in any other order of results. */
  settled(trial: TrialState, by: number): boolean;
  /** Decides after the last report of a trial, and sets its state. It may prune others. */
  report(trial: TrialState, known: () => readonly TrialState[]): TrialVerdict;
  /** Is told that a trial is complete or failed. */
  ended(trial: TrialState): void;
  /** A waiting trial that goes on. */
  next(): TrialState | undefined;
  /** Is told that this trial runs again. */
  resumed(trial: TrialState): void;
  /** Is told that nothing runs and nothing will begin. */
  close(): void;
}

/** Lets all trials end by themselves. */
export class NoReferee implements Referee {
  readonly looksBack: boolean = false;
  readonly byArrival = false;

  settled(trial: TrialState): boolean {
    return hasEnded(trial);
  }

  report(_trial: TrialState, _known: () => readonly TrialState[]): TrialVerdict {
    return 'continue';
  }

  ended(): void {}

  next(): undefined {}

  resumed(): void {}

  close(): void {}
}

/** The median of numbers, of which there is at least one. */
export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort(compareValues);
  const half = floor(sorted.length / 2);
  if (sorted.length % 2 === 1) return sorted[half]!;
  const [below, above] = [sorted[half - 1]!, sorted[half]!];
  return below === above ? below : below / 2 + above / 2;
}

/** The median rule: see medianPruner. */
export class MedianReferee extends NoReferee {
  override readonly looksBack = true;
  readonly #startupTrials: number;
  readonly #warmupSteps: number;

  constructor({ startupTrials, warmupSteps }: MedianPruner) {
    super();
    this.#startupTrials = startupTrials;
    this.#warmupSteps = warmupSteps;
  }

  override report(trial: TrialState, known: () => readonly TrialState[]): TrialVerdict {
    const { step } = trial.reports.at(-1)!;
    if (step < this.#warmupSteps) return 'continue';
    const complete = known().filter(({ state }) => state === 'complete');
    if (complete.length < this.#startupTrials) return 'continue';
    const there = complete.flatMap(({ reports }) => reports.filter((report) => report.step === step));
    if (there.length === 0) return 'continue';
    const best = trial.reports.reduce((a, { score }) => (compareValues(score, a) < 0 ? score : a), Number.NaN);
    if (compareValues(best, medianOf(there.map(({ score }) => score))) <= 0) return 'continue';
    prune(trial);
    return 'stop';
  }
}
