import type { Kernels } from '../kernels/contract.ts';

/** Where one time step of B rows lies in the arena; the engine moves one such record through time. */
export interface ForwardStep {
  /** What computes, on the arena's offsets. */
  readonly kernels: Kernels;
  /** Rows. */
  readonly B: number;
  /** [B, G·H], W_x x + b before the step, the gates' activations after it. */
  gates: number;
  /** [B, savedBlocks·H], whatever else the backward step needs. */
  saved: number;
  /** The recurrent weights, one packed matrix a product of `Cell.products`; on the way back their transposes. */
  readonly weights: readonly number[];
  /** [B, H] each: the states before the step. */
  readonly previous: number[];
  /** [B, H] each: the states after the step. */
  readonly next: number[];
}

/** The same step on the way back. gates, saved, previous and next are the tape: read-only. */
export interface BackwardStep extends ForwardStep {
  /** [B, G·H], gradient of the gates' pre-activations, to be written. */
  dGates: number;
  /** [B, gradientBlocks·H], further gradients that the weights need, to be written. */
  dSaved: number;
  /** [B, H] each: ∂L/∂next on entry, ∂L/∂previous on return. */
  readonly dStates: readonly number[];
}

/** All steps at once, rows = T·B in order of time: what the weight gradients are made of. */
export interface Span {
  /** What computes, on the arena's offsets. */
  readonly kernels: Kernels;
  /** Room for `matmulGradient`. */
  readonly scratch: number;
  /** T·B */
  readonly rows: number;
  /** [rows, H] each: the states before each step. */
  readonly previous: readonly number[];
  /** [rows, savedBlocks·H] */
  readonly saved: number;
  /** [rows, G·H] */
  readonly dGates: number;
  /** [rows, gradientBlocks·H] */
  readonly dSaved: number;
}
