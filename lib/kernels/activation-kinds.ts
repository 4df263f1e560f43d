// The numbers by which kernels know activations.

import type { Offset } from './lane.ts';

/** φ(a) = a */
export const LINEAR: Offset = 0;
/** (A1) φ(a) = σ(a) */
export const SIGMOID: Offset = 1;
/** (A2) φ(a) = tanh(a) */
export const TANH: Offset = 2;
/** (A3) φ(a) = max(a, 0) */
export const RELU: Offset = 3;
/** (A4) φ(a) = a / (1 + |a|) */
export const SOFTSIGN: Offset = 4;
/** (A5) φ(a) = a/5 + 1/2, from 0 to 1 */
export const HARD_SIGMOID_FIFTH: Offset = 5;
/** (A6) φ(a) = a/6 + 1/2, from 0 to 1 */
export const HARD_SIGMOID_SIXTH: Offset = 6;
