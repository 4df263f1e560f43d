// A weighted mean.

/** Accumulates a weighted mean in float64. */
export class Mean {
  #sum = 0;
  #weight = 0;

  /** Adds a value. */
  add(value: number, weight: number): void {
    if (weight === 0) return; // an infinite value of weight 0 does not count
    this.#sum += weight * value;
    this.#weight += weight;
  }

  /** The mean; NaN if nothing was added. */
  get value(): number {
    return this.#sum / this.#weight;
  }

  /** Sum and weight. */
  get sums(): readonly number[] {
    return [this.#sum, this.#weight];
  }

  set sums([sum = 0, weight = 0]: readonly number[]) {
    this.#sum = sum;
    this.#weight = weight;
  }

  /** Forgets all values. */
  reset(): void {
    this.#sum = 0;
    this.#weight = 0;
  }
}
