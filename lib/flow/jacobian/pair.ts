import type { NormEstimate } from './spectral-norm.ts';

/** Slots i and t of ∂s_t/∂s_i, 0 ≤ i ≤ t ≤ T. */
export type Pair = readonly [from: number, to: number];

/** ∂s_t/∂s_i as far as it was computed. */
export interface Found extends NormEstimate {
  /** Row by row. */
  readonly matrix?: Float64Array;
}
