/** What one time step of one batch row computed, off the tape, in float64. */
export interface StepValues {
  /** [G·H], activations. */
  readonly gates: Float64Array;
  /** [savedBlocks·H] */
  readonly saved: Float64Array;
  /** [H] each, the states before the step. */
  readonly previous: readonly Float64Array[];
  /** [H] each, the states after it. */
  readonly next: readonly Float64Array[];
}

/**
 * A Jacobian-vector product of one step: δnext = ∂next/∂previous · δprevious, hand-written for a cell. Vectors are those
 * of all states one after the other, [S·H]; `next` is written and may not be `previous`.
 */
export type StepTangent = (values: StepValues, previous: Float64Array, next: Float64Array) => void;
