// Hyperband: brackets, and rungs that are decided when they are full.

import type { HyperbandPruner } from './pruners.ts';
import type { Referee, TrialVerdict } from './referee.ts';
import { compareValues, hasEnded, prune, scoreAt, type TrialState } from './trial-state.ts';

const { ceil, floor, max, min } = Math;

/** A bracket of Hyperband: how many trials it has, the steps of its rungs, and how many go on at each. */
export interface Bracket {
  readonly trials: number;
  readonly rungs: readonly number[];
  readonly kept: readonly number[];
}

/** base^k for small integers. */
function power(base: number, k: number): number {
  let product = 1;
  for (let j = 0; j < k; j++) product *= base;
  return product;
}

/** The brackets of one round, s = S, …, 0: see hyperband. */
export function bracketsOf({ maxSteps, minSteps, factor }: Omit<HyperbandPruner, 'kind'>): Bracket[] {
  let S = 0;
  while (minSteps * power(factor, S + 1) <= maxSteps) S++;
  return Array.from({ length: S + 1 }, (_, k) => {
    const s = S - k;
    const trials = ceil(((S + 1) * power(factor, s)) / (s + 1));
    const rungs = Array.from({ length: s }, (_, i) => floor(maxSteps / power(factor, s - i)));
    return { trials, rungs, kept: rungs.map((_, i) => floor(trials / power(factor, i + 1))) };
  });
}

/** Number of trials of one round. */
export function roundOf(pruner: HyperbandPruner): number {
  return bracketsOf(pruner).reduce((sum, { trials }) => sum + trials, 0);
}

/** A bracket with its trials: those that have begun, and after a decision those that go on. */
interface Running extends Bracket {
  readonly first: number;
  rung: number;
  members: TrialState[];
}

/** Decides by full rungs. */
export class HyperbandReferee implements Referee {
  readonly looksBack = false;
  readonly byArrival = false;
  readonly #round: readonly Bracket[];
  readonly #size: number;
  readonly #running: Running[] = [];
  /** Waiting trials that go on. */
  readonly #queue = new Set<TrialState>();

  /** A study of `size` trials, so the last bracket may be smaller. */
  constructor(pruner: HyperbandPruner, size: number) {
    this.#round = bracketsOf(pruner);
    this.#size = size;
  }

  settled(trial: TrialState, by: number): boolean {
    return hasEnded(trial) || (trial.state === 'waiting' && this.#bracketOf(trial.number) === this.#bracketOf(by));
  }

  report(trial: TrialState): TrialVerdict {
    const bracket = this.#join(trial);
    if (!hasArrived(trial, bracket)) return 'continue';
    trial.state = 'waiting';
    this.#decide(bracket);
    if (hasEnded(trial)) return 'stop';
    if (!this.#queue.delete(trial)) return 'wait';
    trial.state = 'running';
    return 'continue';
  }

  ended(trial: TrialState): void {
    this.#decide(this.#join(trial));
  }

  next(): TrialState | undefined {
    let first: TrialState | undefined;
    for (const trial of this.#queue) if (first === undefined || trial.number < first.number) first = trial;
    return first;
  }

  resumed(trial: TrialState): void {
    this.#queue.delete(trial);
  }

  close(): void {}

  /** The bracket of a trial. */
  #bracketOf(number: number): Running {
    let first = 0;
    for (let k = 0; ; k++) {
      this.#running[k] ??= this.#begin(this.#round[k % this.#round.length]!, first);
      first += this.#running[k]!.trials;
      if (number < first) return this.#running[k]!;
    }
  }

  /** A bracket from trial `first` on. If fewer trials are left, the same share of them goes on, and at least one. */
  #begin({ trials, rungs, kept }: Bracket, first: number): Running {
    const left = max(1, min(trials, this.#size - first));
    const share = kept.map((count) => max(1, floor((count * left) / trials)));
    return { first, trials: left, rungs, kept: share, rung: 0, members: [] };
  }

  #join(trial: TrialState): Running {
    const bracket = this.#bracketOf(trial.number);
    if (bracket.rung === 0 && !bracket.members.includes(trial)) bracket.members.push(trial);
    return bracket;
  }

  /** Decides each rung that is full: its best go on, the others are pruned. */
  #decide(bracket: Running): void {
    const { rungs, kept, trials } = bracket;
    while (bracket.rung < rungs.length && (bracket.rung > 0 || bracket.members.length === trials)) {
      const { rung, members } = bracket;
      if (!members.every((trial) => hasEnded(trial) || (trial.state === 'waiting' && hasArrived(trial, bracket))))
        return;
      const score = (trial: TrialState): number => scoreAt(trial, rungs[rung]!);
      const order = [...members].sort((a, b) => compareValues(score(a), score(b)) || a.number - b.number);
      for (const trial of order.slice(kept[rung])) if (!hasEnded(trial)) prune(trial);
      bracket.rung++;
      bracket.members = order.slice(0, kept[rung]);
      for (const trial of bracket.members) {
        if (trial.state === 'waiting' && !hasArrived(trial, bracket)) this.#queue.add(trial);
      }
    }
  }
}

/** Whether a trial has reported the step of the rung that its bracket decides next. */
function hasArrived({ reports }: TrialState, { rung, rungs }: Running): boolean {
  return rung < rungs.length && reports.length > 0 && reports.at(-1)!.step >= rungs[rung]!;
}
