// Sums and softmax in log space, for connectionist temporal classification.

import { exp } from '../kernels/exp.ts';
import { log, log1p } from '../kernels/log.ts';

const { max } = Math;

/** log(eᵃ + eᵇ + eᶜ) */
export function logSum(a: number, b: number, c: number): number {
  const largest = max(a, b, c);
  if (largest === -Infinity) return largest;
  if (largest === a) return a + log1p(exp(b - a) + exp(c - a));
  if (largest === b) return b + log1p(exp(a - b) + exp(c - b));
  return c + log1p(exp(a - c) + exp(b - c));
}

/** (CT1) Writes log p of the F classes of one row of logits, which begins at `from`. */
export function logSoftmax(logs: Float64Array, into: number, logits: ArrayLike<number>, from: number, F: number): void {
  let largest = -Infinity;
  for (let k = from; k < from + F; k++) largest = max(largest, logits[k]!);
  let sum = 0;
  for (let k = from; k < from + F; k++) sum += exp(logits[k]! - largest);
  const divisor = largest + log(sum);
  for (let k = 0; k < F; k++) logs[into + k] = logits[from + k]! - divisor;
}
