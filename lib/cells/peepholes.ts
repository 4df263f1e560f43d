// Peepholes of an LSTM: its gates also see the cell state.

import type { Kernels } from '../kernels/contract.ts';
import type { Parameter } from '../parameters/parameter.ts';
import type { Segment } from './step.ts';

/** Weights p [P, H] of the gates: the input and forget gate (one of them if they are coupled), then the output gate. */
export class Peepholes {
  readonly #p: Parameter;
  readonly #H: number;
  /** Number of gates that see c': all but the output gate, which sees the new c. */
  readonly #shares: number;

  constructor(p: Parameter, units: number) {
    this.#p = p;
    this.#H = units;
    this.#shares = p.size / units - 1;
  }

  /** (L7) a += p⊙c' for the gates that see c'. */
  forwardShares(k: Kernels, a: number, N: number, cPrev: number, B: number): void {
    const H = this.#H;
    for (let s = 0; s < this.#shares; s++) k.multiplyAdd(a + s * H, N, cPrev, H, this.#p.at + s * H, 0, B, H);
  }

  /** (L8) a_o += p_o⊙c */
  forwardOutput(k: Kernels, a: number, N: number, c: number, B: number): void {
    k.multiplyAdd(a, N, c, this.#H, this.#p.at + this.#shares * this.#H, 0, B, this.#H);
  }

  /** (L8′) dc += p_o⊙da_o */
  backwardOutput(k: Kernels, dc: number, da: number, N: number, B: number): void {
    k.multiplyAdd(dc, this.#H, da, N, this.#p.at + this.#shares * this.#H, 0, B, this.#H);
  }

  /** (L7′) dc' += p⊙da */
  backwardShares(k: Kernels, dcPrev: number, da: number, N: number, B: number): void {
    const H = this.#H;
    for (let s = 0; s < this.#shares; s++) k.multiplyAdd(dcPrev, H, da + s * H, N, this.#p.at + s * H, 0, B, H);
  }

  /** dp += Σ da⊙c' (L7′), dp_o += Σ da_o⊙c (L8′), over all rows from the last to the first. */
  gradient({ kernels: k, rows, N, previous, next, dGates }: Segment<'h' | 'c'>): void {
    const [H, shares, dp] = [this.#H, this.#shares, this.#p.gradientAt];
    for (let s = 0; s < shares; s++) k.multiplyAdd(dp + s * H, 0, dGates + s * H, N, previous.c, H, rows, H);
    const output = dGates + (shares + 1) * H; // after the candidate
    k.multiplyAdd(dp + shares * H, 0, output, N, next.c, H, rows, H);
  }
}
