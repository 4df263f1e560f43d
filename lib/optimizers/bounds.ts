// Upper bounds of gradients, state and weights: from them an optimizer knows that an update cannot overflow.

import type { DType } from '../tensor/storage.ts';
import type { Member } from './members.ts';

/** Half a unit in the last place of the largest finite number: adding less to it does not overflow. */
export const HALF_LAST_PLACE: Readonly<Record<DType, number>> = { float32: 2 ** 103, float64: 2 ** 970 };

/** Upper bound of the factor by which rounding enlarges a sum of two float32. */
const ROUNDING = 1 + 2 ** -23;

/** The bounds before an update. */
export interface Bound {
  /** Of |g + λw|, in this step and all before. */
  readonly largest: number;
  /** Of the growth of |w|. */
  readonly growth: number;
}

/** Bounds over all steps so far. */
export class Bounds {
  /** Upper bound of |g + λw| over all entries and steps so far; it bounds the state. */
  #largest = 0;
  /** Upper bound of |w| over all parameters at `#version`; used only if λ > 0. */
  #weights = 0;
  /** Version of the arena after the last step. */
  #version = -1;

  /** Gradients of unknown size enter the state. */
  forget(): void {
    this.#largest = Infinity;
  }

  /**
   * The bounds of the next step, measured if need be.
   *
   * @param gradientNorm - a bound of |g|
   * @param decay - λ, if λw is added to the gradient that enters the state
   * @param growthOf - the bound of the growth for a bound of |g + λw|
   */
  of(member: Member, gradientNorm: number, decay: number, growthOf: (largest: number) => number): Bound {
    const { arena } = member.parameters;
    const bound = (): Bound => {
      const largest = Math.max(this.#largest, gradientNorm + decay * this.#weights);
      return { largest, growth: growthOf(largest) };
    };
    const first = bound();
    const unknown = this.#largest === Infinity || (decay > 0 && this.#version !== arena.version);
    if (!unknown && !(decay > 0 && !(first.growth < HALF_LAST_PLACE[arena.dtype]))) return first;
    this.#measure(member);
    return bound();
  }

  /** Keeps the bounds of a step that was taken. */
  keep({ largest, growth }: Bound, { parameters: { arena } }: Member, decay: number): void {
    this.#largest = largest;
    if (decay > 0) this.#weights = (this.#weights + growth) * ROUNDING;
    this.#version = arena.version;
  }

  /** Derives `#weights` and `#largest` from the norms of the parameters and of the state. */
  #measure({ trained: { arena, extents, size }, slots: { places } }: Member): void {
    const { kernels } = arena;
    this.#weights = Math.sqrt(extents.reduce((sum, each) => sum + kernels.sumOfSquares(each.at, each.size), 0));
    const largest = places.reduce((most, place) => Math.max(most, kernels.sumOfSquares(place, size)), 0);
    this.#largest = Math.sqrt(largest);
  }
}
