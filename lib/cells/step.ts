// The records of offsets that the engine passes to a cell's methods.

import type { Kernels } from '../kernels/contract.ts';

/** Offsets of one time step of B rows in the arena. The engine moves one such record through time. */
export interface ForwardStep {
  /** What computes, on the arena's offsets. */
  readonly kernels: Kernels;
  /** Rows. */
  readonly B: number;
  /** [B, G·H], W_x x + b before the step, the gates' activations after it. */
  gates: number;
  /** [B, savedBlocks·H], other values that the backward step needs. */
  saved: number;
  /** The recurrent weights, one packed matrix per product of `Cell.products`; in the backward pass their transposes. */
  readonly weights: readonly number[];
  /** [B, H] each: the states before the step. */
  readonly previous: number[];
  /** [B, H] each: the states after the step. */
  readonly next: number[];
}

/**
 * Offsets of the same step in the backward pass. `gates`, `saved`, `previous` and `next` are the tape, which is
 * read-only.
 */
export interface BackwardStep extends ForwardStep {
  /** [B, G·H], gradient of the gates' pre-activations, to be written. */
  dGates: number;
  /** [B, gradientBlocks·H], further gradients that the weights need, to be written. */
  dSaved: number;
  /** [B, H] each: ∂L/∂next on entry, ∂L/∂previous on return. */
  readonly dStates: readonly number[];
}

/** Offsets of all steps at once, rows = T·B in time order, for the weight gradients. */
export interface Span {
  /** What computes, on the arena's offsets. */
  readonly kernels: Kernels;
  /** Scratch of `matmulGradient`. */
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
