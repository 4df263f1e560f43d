// Layer normalization of the cell state of an LSTM: where the output reads it, or as it is carried.

import type { Kernels } from '../kernels/contract.ts';
import type { Parameter } from '../parameters/parameter.ts';
import { activationKinds } from './activations.ts';

/** A gain and an offset, and the step that applies them. M rows of H units; rows of n are `ldn` apart. */
export class StateNormalization {
  readonly #gain: Parameter;
  readonly #offset: Parameter;
  readonly #epsilon: number;
  readonly #H: number;

  constructor(gain: Parameter, offset: Parameter, epsilon: number) {
    this.#gain = gain;
    this.#offset = offset;
    this.#epsilon = epsilon;
    this.#H = gain.size;
  }

  /** y = γ_c ⊙ n(c) + β_c; y may be c. */
  forward(k: Kernels, y: number, n: number, ldn: number, c: number, M: number): void {
    const H = this.#H;
    k.normalize(n, ldn, c, H, this.#epsilon, M, H);
    k.repeatRow(y, this.#offset.at, M, H);
    k.multiplyAdd(y, H, n, ldn, this.#gain.at, 0, M, H);
  }

  /** dc from dy, in place; copies dy to `kept`, whose rows are `ld` apart, for the gradients of gain and offset. */
  backward(k: Kernels, dy: number, kept: number, ld: number, n: number, ldn: number, M: number): void {
    const H = this.#H;
    k.activationForward(activationKinds.linear, kept, ld, dy, H, M, H);
    k.multiply(dy, H, dy, H, this.#gain.at, 0, M, H);
    k.normalizeBackward(dy, H, dy, H, n, ldn, M, H);
  }

  /** dγ_c += Σ dy ⊙ n(c), dβ_c += Σ dy, over all rows from the last to the first. */
  gradients(k: Kernels, kept: number, ld: number, n: number, ldn: number, rows: number): void {
    const H = this.#H;
    k.multiplyAdd(this.#gain.gradientAt, 0, kept, ld, n, ldn, rows, H);
    k.columnSums(this.#offset.gradientAt, kept, ld, rows, H);
  }
}
