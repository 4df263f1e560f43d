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

  /** Adds a sum of values of weight 1, and their number. */
  addSum(sum: number, count: number): void {
    this.#sum += sum;
    this.#weight += count;
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
