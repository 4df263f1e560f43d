// The projection of an LSTM: its output has fewer features than its cell state.

import type { Parameter } from '../parameters/parameter.ts';
import { activationKinds } from './activations.ts';
import type { Places } from './places.ts';
import type { BackwardStep, ForwardStep, Segment } from './step.ts';

/**
 * (L11) h = W_p m, m = o⊙tanh(c). m lies in the scratch room of a step. Rows of `dSaved` hold dh [P] and m [H], from which the
 * gradient of W_p is computed for all steps at once.
 */
export class Projection {
  readonly #weights: Parameter;
  readonly #P: number;

  /** @param weights - W_pᵀ [H, P] */
  constructor(weights: Parameter) {
    this.#weights = weights;
    this.#P = weights.value.shape[1]!;
  }

  /** h from m. */
  forward({ kernels: k, B, H, weights, next, stepScratch: m }: ForwardStep<'h' | 'c'>): void {
    const { projection } = weights as Places<string> as Places<'projection'>;
    k.matmul(next.h, this.#P, m, H, projection, B, this.#P, H, false);
  }

  /** (L11′) dm from dh, in place of m; keeps dh, and m = o⊙φ(c) computed again. `o` is the block of the output gate. */
  backward(step: BackwardStep<'h' | 'c'>, o: number): void {
    const { kernels: k, B, H, N, weights, saved, dSaved, dStates, stepScratch: dm } = step;
    const { projection } = weights as Places<string> as Places<'projection'>;
    const P = this.#P;
    k.activationForward(activationKinds.linear, dSaved, P + H, dStates.h, P, B, P); // a copy
    k.multiply(dSaved + P, P + H, o, N, saved, H, B, H);
    k.matmul(dm, H, dStates.h, P, projection, B, H, P, false);
  }

  /** (L11′) dW_p += Σ dh mᵀ, over all rows from the last to the first. */
  gradient({ kernels: k, scratch, rows, H, dSaved }: Segment): void {
    const P = this.#P;
    k.matmulGradient(this.#weights.gradientAt, P, dSaved + P, P + H, dSaved, P + H, scratch, H, P, rows);
  }
}
