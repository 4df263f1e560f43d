import type { Reduction } from '../losses/loss.ts';
import type { EpochLog } from './callbacks.ts';
import type { StepResult } from './train-step.ts';

/** One number for the values of many parts: their mean, weighted by the size of each part, or their sum. */
export class Total {
  readonly #reduction: Reduction;
  #sum = 0;
  #weight = 0;

  /** @param reduction - that of the loss; `'mean'` for everything that is no loss */
  constructor(reduction: Reduction) {
    this.#reduction = reduction;
  }

  /** Adds a value over `weight` rows, or time steps. */
  add(value: number, weight: number): void {
    this.#sum += this.#reduction === 'mean' ? value * weight : value;
    this.#weight += weight;
  }

  /** The mean or the sum; NaN without any part. */
  get value(): number {
    if (this.#weight === 0) return Number.NaN;
    return this.#reduction === 'mean' ? this.#sum / this.#weight : this.#sum;
  }
}

/** Adds up the steps of an epoch or a stream. */
export class StepTotals {
  readonly #loss: Total;
  readonly #gradientNorm: Total = new Total('mean');
  readonly #clippedNorm: Total = new Total('mean');
  #skipped = 0;

  constructor(reduction: Reduction) {
    this.#loss = new Total(reduction);
  }

  /** Adds a step over `weight` rows, or time steps; one that was skipped is only counted. */
  add({ loss, gradientNorm, clippedNorm, skipped }: StepResult, weight: number): void {
    if (skipped) {
      this.#skipped++;
      return;
    }
    this.#loss.add(loss, weight);
    this.#gradientNorm.add(gradientNorm, weight);
    this.#clippedNorm.add(clippedNorm, weight);
  }

  /** Over the steps that were taken, and how many were not. */
  get figures(): Pick<EpochLog, 'loss' | 'gradientNorm' | 'clippedNorm' | 'skipped'> {
    return {
      loss: this.#loss.value,
      gradientNorm: this.#gradientNorm.value,
      clippedNorm: this.#clippedNorm.value,
      skipped: this.#skipped,
    };
  }
}
