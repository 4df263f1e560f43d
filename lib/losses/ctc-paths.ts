// The probability of all paths that spell a sequence of labels, with its gradient, in log space (Graves et al. 2006).

import { exp } from '../kernels/exp.ts';
import type { FloatArray } from '../tensor/storage.ts';
import { logSoftmax, logSum } from './log-space.ts';

const { max } = Math;

/** Logits of one sequence in the heap: row t begins at `rowOf(t)`, for t below T. */
export interface Frames {
  readonly data: FloatArray;
  readonly T: number;
  /** Number of classes, the blank included. */
  readonly F: number;
  logitsOf(t: number): number;
  gradientOf(t: number): number;
}

/**
 * The paths of one sequence. A path has one class at each time step; it spells its labels, after runs of one class are
 * merged and blanks are removed. States 0 to 2L are blank, first label, blank, …, last label, blank: a path stays,
 * goes on to the next state, or skips a blank between two different labels.
 */
export class CTCPaths {
  /** (CT2) log α: by time step and state. */
  #alpha = new Float64Array(0);
  /** Class of each state. */
  #classes = new Int32Array(0);
  /** Whether a path may skip the state before each state. */
  #skips = new Uint8Array(0);
  #beta = new Float64Array(0);
  #next = new Float64Array(0);
  /** log p of the classes, by time step. */
  #logs = new Float64Array(0);
  #posterior = new Float64Array(0);

  /**
   * Computes −log of the sum of the probabilities of all paths, Infinity if there is none, and writes `scale` times its
   * gradient of the logits.
   */
  loss(frames: Frames, labels: ArrayLike<number>, from: number, count: number, blank: number, scale: number): number {
    const { T, F } = frames;
    const states = 2 * count + 1;
    this.#reserve(T, F, states);
    for (let s = 0; s < states; s++) {
      const label = s % 2 === 0 ? blank : labels[from + (s >> 1)]!;
      this.#classes[s] = label;
      this.#skips[s] = s > 1 && s % 2 === 1 && label !== labels[from + (s >> 1) - 1] ? 1 : 0;
    }
    for (let t = 0; t < T; t++) logSoftmax(this.#logs, t * F, frames.data, frames.logitsOf(t), F);
    const likelihood = this.#forward(T, F, states);
    this.#backward(frames, states, likelihood, scale);
    return likelihood === 0 ? 0 : -likelihood;
  }

  #reserve(T: number, F: number, states: number): void {
    const enough = (array: Float64Array<ArrayBuffer>, size: number): Float64Array<ArrayBuffer> =>
      array.length < size ? new Float64Array(size) : array;
    this.#alpha = enough(this.#alpha, T * states);
    this.#logs = enough(this.#logs, T * F);
    this.#posterior = enough(this.#posterior, F);
    this.#beta = enough(this.#beta, states);
    this.#next = enough(this.#next, states);
    if (this.#classes.length < states) {
      this.#classes = new Int32Array(states);
      this.#skips = new Uint8Array(states);
    }
  }

  /** (CT2) Returns the logarithm of the sum of all paths. */
  #forward(T: number, F: number, states: number): number {
    const alpha = this.#alpha;
    const [classes, skips, logs] = [this.#classes, this.#skips, this.#logs];
    if (T === 0) return states === 1 ? 0 : -Infinity;
    for (let s = 0; s < states; s++) alpha[s] = s < 2 ? logs[classes[s]!]! : -Infinity;
    for (let t = 1; t < T; t++) {
      const [now, before] = [t * states, (t - 1) * states];
      for (let s = 0; s < states; s++) {
        const stay = alpha[before + s]!;
        const step = s > 0 ? alpha[before + s - 1]! : -Infinity;
        const skip = skips[s] === 1 ? alpha[before + s - 2]! : -Infinity;
        alpha[now + s] = logs[t * F + classes[s]!]! + logSum(stay, step, skip);
      }
    }
    const last = T * states - 1;
    return logSum(alpha[last]!, states > 1 ? alpha[last - 1]! : -Infinity, -Infinity);
  }

  /** (CT3), (CT4) Writes the gradient, from the last time step to the first; zeros if there is no path. */
  #backward({ data, T, F, gradientOf }: Frames, states: number, likelihood: number, scale: number): void {
    const possible = likelihood > -Infinity;
    this.#beta.fill(-Infinity, 0, states);
    for (let s = max(0, states - 2); s < states; s++) this.#beta[s] = 0;
    for (let t = T - 1; t >= 0; t--) {
      if (t < T - 1) this.#stepBack(t + 1, F, states);
      const at = gradientOf(t);
      const total = possible ? this.#posteriorAt(t, F, states, likelihood) : 0;
      for (let k = 0; k < F; k++) {
        const p = exp(this.#logs[t * F + k]!);
        data[at + k] = possible ? scale * (p - this.#posterior[k]! / total) : 0;
      }
    }
  }

  /** (CT3) log β of the time step before t. */
  #stepBack(t: number, F: number, states: number): void {
    const [classes, skips, logs, next] = [this.#classes, this.#skips, this.#logs, this.#next];
    for (let s = 0; s < states; s++) next[s] = this.#beta[s]! + logs[t * F + classes[s]!]!;
    for (let s = 0; s < states; s++) {
      const step = s + 1 < states ? next[s + 1]! : -Infinity;
      const skip = s + 2 < states && skips[s + 2] === 1 ? next[s + 2]! : -Infinity;
      this.#beta[s] = logSum(next[s]!, step, skip);
    }
  }

  /** Adds up, for each class, the probabilities of its states at time step t. Returns their sum, 1 but for rounding. */
  #posteriorAt(t: number, F: number, states: number, likelihood: number): number {
    const posterior = this.#posterior.fill(0, 0, F);
    let total = 0;
    for (let s = 0; s < states; s++) {
      const share = exp(this.#alpha[t * states + s]! + this.#beta[s]! - likelihood);
      posterior[this.#classes[s]!]! += share;
      total += share;
    }
    return total;
  }
}
