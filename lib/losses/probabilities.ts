// Logarithms of predicted probabilities, limited so that losses and gradients stay finite.

import { log, log1p } from '../kernels/log.ts';

/** What predictions of a cross entropy are. */
export type PredictionKind = 'logits' | 'probabilities';

/** The smallest logarithm of a probability, and the smallest divisor of a gradient, as in PyTorch. */
const [SMALLEST_LOG, SMALLEST_DIVISOR] = [-100, 1e-12];

/** log p, at least −100. */
export function logProbability(p: number): number {
  return Math.max(log(p), SMALLEST_LOG);
}

/** log(1 − p), at least −100. */
export function logComplement(p: number): number {
  return Math.max(log1p(-p), SMALLEST_LOG);
}

/** A divisor of a gradient, at least 10⁻¹². */
export function probabilityDivisor(p: number): number {
  return Math.max(p, SMALLEST_DIVISOR);
}
