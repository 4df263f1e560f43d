// Layer normalization of the pre-activations of a gated cell: of the two products, or of each gate.

import type { Kernels } from '../kernels/contract.ts';
import type { Parameter } from '../parameters/parameter.ts';
import { activationKinds } from './activations.ts';
import type { CellWeights } from './packed-weights.ts';
import type { BackwardStep, ForwardStep, InputBackward, InputForward, Segment } from './step.ts';

/** The part of a cell between its inputs and the activations of its gates. Rows of `saved` begin with its values. */
export interface GateNormalization {
  /** Values per row in `saved`. */
  readonly width: number;
  inputForward(input: InputForward): void;
  inputBackward(input: InputBackward): void;
  /** Completes the pre-activations. `savedWidth`: from one row of `saved` to the next. */
  forward(step: ForwardStep<'h'>, savedWidth: number): void;
  /** From da in `dGates`: writes the first G·H values of each row of `dSaved`, and dh'. */
  backward(step: BackwardStep<'h'>, savedWidth: number, gradientWidth: number): void;
  gradients(segment: Segment<'h'>, savedWidth: number, gradientWidth: number): void;
}

/** y [M, N] = gain ⊙ n, or y += gain ⊙ n. */
function scaled(
  k: Kernels,
  y: number,
  ldy: number,
  n: number,
  ldn: number,
  gain: number,
  accumulate: boolean,
  M: number,
  N: number,
): void {
  if (accumulate) k.multiplyAdd(y, ldy, n, ldn, gain, 0, M, N);
  else k.multiply(y, ldy, n, ldn, gain, 0, M, N);
}

/** (N2) a = γ_x ⊙ n(V x) + γ_h ⊙ n(U h') + b: both products are normalized over all gates. */
export class NormalizedProducts implements GateNormalization {
  readonly width: number;
  readonly #weights: CellWeights;
  readonly #inputGain: Parameter;
  readonly #recurrentGain: Parameter;
  readonly #epsilon: number;

  constructor(weights: CellWeights, inputGain: Parameter, recurrentGain: Parameter, epsilon: number) {
    this.width = weights.N + 1;
    this.#weights = weights;
    this.#inputGain = inputGain;
    this.#recurrentGain = recurrentGain;
    this.#epsilon = epsilon;
  }

  inputForward({ kernels: k, rows, I, N, x, gates, inputSaved: n, weights }: InputForward): void {
    const { bias } = this.#weights;
    const ld = this.width;
    k.matmul(n, ld, x, I, weights, rows, N, I, false);
    k.normalize(n, ld, n, ld, this.#epsilon, rows, N);
    if (bias !== undefined) k.repeatRow(gates, bias, rows, N);
    scaled(k, gates, N, n, ld, this.#inputGain.at, bias !== undefined, rows, N);
  }

  inputBackward({ kernels: k, rows, I, N, x, dGates: da, dx, inputSaved: n, weights, scratch }: InputBackward): void {
    const { dBias, dKernel } = this.#weights;
    const { at, gradientAt } = this.#inputGain;
    const ld = this.width;
    if (dBias !== undefined) k.columnSums(dBias, da, N, rows, N);
    k.multiplyAdd(gradientAt, 0, da, N, n, ld, rows, N); // (N2′)
    k.multiply(da, N, da, N, at, 0, rows, N);
    k.normalizeBackward(da, N, da, N, n, ld, rows, N);
    k.matmulGradient(dKernel, N, x, I, da, N, scratch, I, N, rows);
    k.matmul(dx, I, da, N, weights, rows, I, N, false);
  }

  forward({ kernels: k, B, H, N, gates, saved: n, weights, previous }: ForwardStep<'h'>, S: number): void {
    k.matmul(n, S, previous.h, H, weights.gates, B, N, H, false);
    k.normalize(n, S, n, S, this.#epsilon, B, N);
    k.multiplyAdd(gates, N, n, S, this.#recurrentGain.at, 0, B, N);
  }

  backward(step: BackwardStep<'h'>, S: number, D: number): void {
    const { kernels: k, B, H, N, saved: n, weights, dGates: da, dSaved: du, dStates } = step;
    k.multiply(du, D, da, N, this.#recurrentGain.at, 0, B, N);
    k.normalizeBackward(du, D, du, D, n, S, B, N);
    k.matmul(dStates.h, H, du, D, weights.gates, B, H, N, false);
  }

  gradients(segment: Segment<'h'>, S: number, D: number): void {
    const { kernels: k, scratch, rows, N, saved: n, previous, dGates: da, dSaved: du } = segment;
    const { K, dRecurrentKernel } = this.#weights;
    k.matmulGradient(dRecurrentKernel, N, previous.h, K, du, D, scratch, K, N, rows);
    k.multiplyAdd(this.#recurrentGain.gradientAt, 0, da, N, n, S, rows, N); // (N2′)
  }
}

/**
 * (N3) a = γ ⊙ n(V x + U h') + b for each gate. After the backward step, `dGates` holds the gradient of V x + U h', and
 * `dSaved` that of a.
 */
export class NormalizedGates implements GateNormalization {
  readonly width: number;
  readonly #weights: CellWeights;
  readonly #gain: Parameter;
  readonly #epsilon: number;
  readonly #count: number;

  constructor(weights: CellWeights, gain: Parameter, count: number, epsilon: number) {
    this.width = weights.N + count;
    this.#weights = weights;
    this.#gain = gain;
    this.#epsilon = epsilon;
    this.#count = count;
  }

  inputForward({ kernels: k, rows, I, N, x, gates, weights }: InputForward): void {
    k.matmul(gates, N, x, I, weights, rows, N, I, false);
  }

  inputBackward({ kernels: k, rows, I, N, x, dGates: du, dx, weights, scratch }: InputBackward): void {
    k.matmulGradient(this.#weights.dKernel, N, x, I, du, N, scratch, I, N, rows);
    k.matmul(dx, I, du, N, weights, rows, I, N, false);
  }

  forward({ kernels: k, B, H, N, gates, saved: n, weights, previous }: ForwardStep<'h'>, S: number): void {
    const { bias } = this.#weights;
    k.matmul(gates, N, previous.h, H, weights.gates, B, N, H, true);
    for (let g = 0; g < this.#count; g++) k.normalize(n + g * (H + 1), S, gates + g * H, N, this.#epsilon, B, H);
    if (bias !== undefined) k.repeatRow(gates, bias, B, N);
    for (let g = 0; g < this.#count; g++) {
      scaled(k, gates + g * H, N, n + g * (H + 1), S, this.#gain.at + g * H, bias !== undefined, B, H);
    }
  }

  backward(step: BackwardStep<'h'>, S: number, D: number): void {
    const { kernels: k, B, H, N, saved: n, weights, dGates: du, dSaved: da, dStates } = step;
    k.activationForward(activationKinds.linear, da, D, du, N, B, N); // a copy
    k.multiply(du, N, du, N, this.#gain.at, 0, B, N);
    for (let g = 0; g < this.#count; g++) {
      k.normalizeBackward(du + g * H, N, du + g * H, N, n + g * (H + 1), S, B, H);
    }
    k.matmul(dStates.h, H, du, N, weights.gates, B, H, N, false);
  }

  gradients(segment: Segment<'h'>, S: number, D: number): void {
    const { kernels: k, scratch, rows, H, N, saved: n, previous, dGates: du, dSaved: da } = segment;
    const { K, dBias, dRecurrentKernel } = this.#weights;
    k.matmulGradient(dRecurrentKernel, N, previous.h, K, du, N, scratch, K, N, rows);
    for (let g = 0; g < this.#count; g++) {
      k.multiplyAdd(this.#gain.gradientAt + g * H, 0, da + g * H, D, n + g * (H + 1), S, rows, H); // (N3′)
    }
    if (dBias !== undefined) k.columnSums(dBias, da, D, rows, N);
  }
}
