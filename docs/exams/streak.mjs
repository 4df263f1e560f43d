/** The last `size` training sequences, each marked by the prediction before its own update. */
export class Streak {
  #errors;
  #seen = 0;
  #sinceWrong = 0;

  constructor(size) {
    this.#errors = new Float64Array(size);
  }

  add({ error, right }) {
    this.#errors[this.#seen++ % this.#errors.length] = error;
    this.#sinceWrong = right ? this.#sinceWrong + 1 : 0;
  }

  /** How much of the size has been right without a break, from 0 to 1. */
  get share() {
    return Math.min(1, this.#sinceWrong / this.#errors.length);
  }

  /** Whether all of them are right and their mean error is below a limit. */
  isBelow(limit) {
    if (this.share < 1) return false;
    return this.#errors.reduce((sum, error) => sum + error, 0) / this.#errors.length < limit;
  }
}
