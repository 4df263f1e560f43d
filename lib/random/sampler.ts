// Draws classes from the softmax of their logits.

import { expectedNumber, refuse, requireNumber } from '../checks.ts';
import { exp } from '../kernels/exp.ts';
import { integer, number, optional, type Schema } from '../options.ts';

/** Options of drawing a class. */
export interface SamplingOptions {
  /** τ, above 0, which divides the logits; default 1. Below 1, probable classes become more probable. */
  readonly temperature?: number;
  /** Draws only from so many of the most probable classes, at least 1; default all. */
  readonly topK?: number;
  /**
   * Draws only from the fewest most probable classes whose probabilities, at this temperature and after `topK`, add up to
   * at least this number; above 0, at most 1; default 1: all.
   */
  readonly topP?: number;
}

/** @internal The schema of `SamplingOptions`. */
export const SAMPLING_OPTIONS: Schema<SamplingOptions, 'topK'> = {
  temperature: optional(requireTemperature, 1),
  topK: optional(integer()),
  topP: optional(number({ min: 0, minOpen: true, max: 1 }), 1),
};

function requireTemperature(where: string, argument: string, value: unknown): number {
  const bounds = { min: 0, minOpen: true };
  if (value !== 0) return requireNumber(where, argument, value, bounds);
  return refuse(where, argument, expectedNumber(bounds), value, 'For the most probable class give topK: 1');
}

/**
 * Draws one of `classes` by the inverse of the distribution function. Classes are in descending order of their logits; of
 * equal logits, the lower class number comes first. So a random number near 0 gives the most probable class.
 */
export class Sampler {
  readonly #temperature: number;
  readonly #topK: number;
  readonly #topP: number;
  readonly #logits: Float64Array;
  /** (SA1) w_j = e^((a_j − max a)/τ) */
  readonly #weights: Float64Array;
  /** The classes in order, the first `#ordered` of them; after them a heap of the others, which ends at the front. */
  readonly #heap: Int32Array;
  readonly #order: Int32Array;
  #ordered = 0;

  constructor(classes: number, { temperature = 1, topK = classes, topP = 1 }: SamplingOptions) {
    this.#temperature = temperature;
    this.#topK = topK;
    this.#topP = topP;
    this.#logits = new Float64Array(classes);
    this.#weights = new Float64Array(classes);
    this.#heap = new Int32Array(classes);
    this.#order = new Int32Array(classes);
  }

  /**
   * (SA2) The class for a random number u in [0, 1).
   *
   * @param logits - the logits of the classes begin at index `at`
   * @returns −1 for logits with NaN or Infinity, or of −Infinity alone
   */
  draw(logits: ArrayLike<number>, at: number, u: number): number {
    const total = this.#weigh(logits, at);
    if (total < 0) return -1;
    const count = this.#topK;
    let mass = count < this.#weights.length ? this.#massOf(count, Infinity) : total;
    if (this.#topP < 1) mass = this.#massOf(count, this.#topP * mass);
    let rest = u * mass;
    for (let k = 0; k < count; k++) {
      const drawn = this.#at(k);
      rest -= this.#weights[drawn]!;
      if (rest < 0) return drawn;
    }
    return this.#at(0); // the sums differ by roundings
  }

  /** Computes the weights, and returns their sum; −1 for logits without a distribution. */
  #weigh(logits: ArrayLike<number>, at: number): number {
    const own = this.#logits;
    let largest = -Infinity;
    for (let j = 0; j < own.length; j++) {
      const logit = logits[at + j]!;
      if (!(logit < Infinity)) return -1;
      own[j] = logit;
      if (logit > largest) largest = logit;
    }
    if (largest === -Infinity) return -1;
    let total = 0;
    for (let j = 0; j < own.length; j++) {
      const weight = exp((own[j]! - largest) / this.#temperature);
      this.#weights[j] = weight;
      total += weight;
      this.#heap[j] = j;
    }
    this.#ordered = 0;
    for (let k = (own.length >> 1) - 1; k >= 0; k--) this.#sink(k, own.length);
    return total;
  }

  /** (SA3) The sum of the largest weights: of `count` of them, or fewer if these add up to `enough`. */
  #massOf(count: number, enough: number): number {
    let mass = 0;
    for (let k = 0; k < count && mass < enough; k++) mass += this.#weights[this.#at(k)]!;
    return mass;
  }

  /** Class k in order. Orders only as many classes as are asked for: a heap gives one after the other. */
  #at(k: number): number {
    const heap = this.#heap;
    while (this.#ordered <= k) {
      const left = heap.length - this.#ordered - 1;
      this.#order[this.#ordered++] = heap[0]!;
      heap[0] = heap[left]!;
      this.#sink(0, left);
    }
    return this.#order[k]!;
  }

  /** Lets place k of a heap of `size` classes sink below those that come before it in order. */
  #sink(k: number, size: number): void {
    const heap = this.#heap;
    const moved = heap[k]!;
    for (let child = 2 * k + 1; child < size; child = 2 * k + 1) {
      if (child + 1 < size && this.#precedes(heap[child + 1]!, heap[child]!)) child++;
      if (!this.#precedes(heap[child]!, moved)) break;
      heap[k] = heap[child]!;
      k = child;
    }
    heap[k] = moved;
  }

  #precedes(a: number, b: number): boolean {
    const [first, second] = [this.#logits[a]!, this.#logits[b]!];
    return first > second || (first === second && a < b);
  }
}
