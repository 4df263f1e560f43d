// Losses and norms of many training steps, reduced to the figures of an epoch or a stream.

import type { Reduction } from '../losses/loss.ts';
import type { EpochLog } from './callbacks.ts';
import type { StepResult } from './train-step.ts';

/** The weighted mean, or the sum, of many values. */
export class Total {
  readonly #reduction: Reduction;
  #sum = 0;
  #weight = 0;
  #count = 0;

  /** @param reduction - of the loss; `'mean'` for other values */
  constructor(reduction: Reduction) {
    this.#reduction = reduction;
  }

  /** Adds the value of `weight` rows or time steps. */
  add(value: number, weight: number): void {
    this.#sum += this.#reduction === 'mean' ? value * weight : value;
    this.#weight += weight;
    this.#count++;
  }

  /** What was added: sum, weight and number of values. */
  get state(): readonly number[] {
    return [this.#sum, this.#weight, this.#count];
  }

  set state(state: readonly number[]) {
    [this.#sum, this.#weight, this.#count] = state as [number, number, number];
  }

  /** The mean or the sum, 0 if all weights are 0; NaN if nothing was added. */
  get value(): number {
    if (this.#count === 0) return Number.NaN;
    return this.#reduction === 'mean' ? this.#sum / (this.#weight || 1) : this.#sum;
  }
}

/** Adds up the steps of an epoch or a stream. */
export class StepTotals {
  readonly #loss: Total;
  readonly #gradientNorm: Total = new Total('mean');
  readonly #clippedNorm: Total = new Total('mean');
  #steps = 0;
  #clipped = 0;
  #skipped = 0;

  constructor(reduction: Reduction) {
    this.#loss = new Total(reduction);
  }

  /** Adds a step over `weight` rows or time steps. A skipped step is only counted. */
  add({ loss, gradientNorm, clippedNorm, skipped }: StepResult, weight: number): void {
    if (skipped) {
      this.#skipped++;
      return;
    }
    this.#steps++;
    if (clippedNorm < gradientNorm) this.#clipped++;
    this.#loss.add(loss, weight);
    this.#gradientNorm.add(gradientNorm, weight);
    this.#clippedNorm.add(clippedNorm, weight);
  }

  /** What was added, as numbers. */
  get state(): readonly number[] {
    return [...this.#totals.flatMap(({ state }) => state), this.#steps, this.#clipped, this.#skipped];
  }

  set state(state: readonly number[]) {
    for (const [k, total] of this.#totals.entries()) total.state = state.slice(3 * k, 3 * k + 3);
    [this.#steps, this.#clipped, this.#skipped] = state.slice(9) as [number, number, number];
  }

  get #totals(): readonly Total[] {
    return [this.#loss, this.#gradientNorm, this.#clippedNorm];
  }

  /** The figures of the steps that were not skipped, and the number of those that were. */
  get figures(): Pick<EpochLog, 'loss' | 'gradientNorm' | 'clippedNorm' | 'clippedShare' | 'skipped'> {
    return {
      loss: this.#loss.value,
      gradientNorm: this.#gradientNorm.value,
      clippedNorm: this.#clippedNorm.value,
      clippedShare: this.#clipped / Math.max(this.#steps, 1),
      skipped: this.#skipped,
    };
  }
}
