// Types that the methods for Jacobians share.

import type { StepValues } from '../../cells/facts.ts';
import type { NormEstimate } from './spectral-norm.ts';

/** Slots i and t of ∂s_t/∂s_i, 0 ≤ i ≤ t ≤ T. */
export type Pair = readonly [from: number, to: number];

/** The computed result for ∂s_t/∂s_i. */
export interface Found extends NormEstimate {
  /** The matrix, row-major. */
  readonly matrix?: Float64Array;
}

/** The steps of one batch row, and the pairs whose Jacobians are computed. */
export interface Chain {
  /** Units. */
  readonly H: number;
  /** Number of states. */
  readonly states: number;
  readonly steps: readonly StepValues[];
  readonly pairs: readonly Pair[];
  /** Whether to keep the matrices. */
  readonly keep: boolean;
}
