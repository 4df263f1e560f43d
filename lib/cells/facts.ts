// Optional declarations of a cell about its equations. `bptt/flow` reads them; the forward and backward passes do not.

import type { ActivationName } from './activations.ts';

/** Activations by the name of a gate or a state. */
export type Activations = Readonly<Record<string, ActivationName>>;

/**
 * The memory state, s = keep⊙s' + write⊙candidate, and its gates. A missing gate is 1 minus the other.
 *
 * @example
 * ```ts
 * const lstm: CellMemory = { state: 'c', keep: 'forget', write: 'input' }; // c = f⊙c' + i⊙g
 * const gru: CellMemory = { state: 'h', write: 'update' };                 // h = (1−z)⊙h' + z⊙h̃
 * ```
 */
export interface CellMemory<S extends string = string> {
  /** One of `states`. */
  readonly state: S;
  /** The gate that multiplies the previous state. */
  readonly keep?: string;
  /** The gate that multiplies the new candidate. */
  readonly write?: string;
}

/** The values of one time step of one batch row, in float64. */
export interface StepValues {
  /** [G·H], as written by `forwardStep`. */
  readonly gates: Float64Array;
  /** [savedWidth] */
  readonly saved: Float64Array;
  /** [H] each, the states before the step, in the order of `states`. */
  readonly previous: readonly Float64Array[];
  /** [H] each, the states after the step. */
  readonly next: readonly Float64Array[];
}

/**
 * The Jacobian-vector product of one step, δnext = ∂next/∂previous · δprevious. Both vectors are concatenations of all
 * states, [S·H]. The function writes `next`, which is never the same array as `previous`.
 */
export type StepTangent = (values: StepValues, previous: Float64Array, next: Float64Array) => void;
