// The rounding errors of norms.

import type { DType } from './storage.ts';

/**
 * The relative difference between a norm and a bound that may result from rounding. Such a norm counts as equal to the
 * bound, so that scaling to a norm twice equals scaling once.
 */
export const SLACK: Readonly<Record<DType, number>> = { float32: 2 ** -22, float64: 2 ** -51 };
