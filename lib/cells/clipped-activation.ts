// An activation of a cell, whose pre-activations may be clipped.

import type { Kernels } from '../kernels/contract.ts';
import { type Heap, roundLike } from '../kernels/lane.ts';
import { activationForward } from '../kernels/steps/activation.ts';
import type { DType } from '../tensor/storage.ts';
import { type ActivationName, activationKinds } from './activations.ts';

/** φ on blocks [M, N], whose argument is clipped to ±clip if there is a clip. */
export class ClippedActivation {
  readonly #kind: number;
  readonly #clip: number | undefined;
  /** φ(−clip) and φ(clip), with the bits of the kernels. */
  readonly #low: number = 0;
  readonly #high: number = 0;

  constructor(name: ActivationName, clip: number | undefined, dtype: DType) {
    this.#kind = activationKinds[name];
    this.#clip = clip;
    if (clip === undefined) return;
    const ends = dtype === 'float64' ? new Float64Array([-clip, clip]) : new Float32Array([-clip, clip]);
    [this.#low, this.#high] = this.#applied(ends);
  }

  #applied(heap: Heap): [number, number] {
    roundLike(heap);
    activationForward(heap, this.#kind, 0, 2, 0, 2, 1, 2);
    return [heap[0]!, heap[1]!];
  }

  /** y = φ(a), (A1) to (A7); y may be a. Clips a itself. */
  forward(kernels: Kernels, y: number, ldy: number, a: number, lda: number, M: number, N: number): void {
    if (this.#clip !== undefined) kernels.clamp(a, lda, -this.#clip, this.#clip, M, N);
    kernels.activationForward(this.#kind, y, ldy, a, lda, M, N);
  }

  /** da = dy ⊙ φ′ from the output y, (A1′) to (A7′); da may be dy. */
  backward(
    kernels: Kernels,
    da: number,
    ldda: number,
    y: number,
    ldy: number,
    dy: number,
    lddy: number,
    M: number,
    N: number,
  ): void {
    kernels.activationBackward(this.#kind, da, ldda, y, ldy, dy, lddy, M, N);
    if (this.#clip !== undefined) kernels.clipBackward(da, ldda, y, ldy, this.#low, this.#high, M, N);
  }
}
