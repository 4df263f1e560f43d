// Decides when training may stop: after a streak of right predictions.

/** Results of the latest `size` training sequences, each predicted before its own update. */
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

  /** Length of the current run of right predictions, as a share of `size`, from 0 to 1. */
  get share() {
    return Math.min(1, this.#sinceWrong / this.#errors.length);
  }

  /** Whether all predictions are right and their mean error is below a limit. */
  isBelow(limit) {
    if (this.share < 1) return false;
    return this.#errors.reduce((sum, error) => sum + error, 0) / this.#errors.length < limit;
  }
}
