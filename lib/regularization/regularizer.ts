// Regularizers: what they add to the loss and to gradients.

import { requireOneOf } from '../checks.ts';
import { number, type Schema } from '../options.ts';
import type { FloatArray } from '../tensor/storage.ts';
import { requireDescription } from './description.ts';

/** The description of a regularizer; `l2` makes one. It is a plain object, which a saved model keeps. */
export type Regularizer = {
  /** Its kind. */
  readonly name: 'l2';
  /** λ, at least 0. */
  readonly factor: number;
};

/** Required here: `l2` has the default. */
const L2: Schema<Regularizer> = {
  name: { check: (where, argument, value) => requireOneOf(where, argument, value, ['l2']) },
  factor: { check: number({ min: 0 }) },
};

/** Returns a checked copy of a regularizer. */
export function requireRegularizer(where: string, argument: string, value: unknown): Regularizer {
  return requireDescription<Regularizer>(where, argument, value, 'be a regularizer: l2(0.01)', { l2: L2 });
}

/** (W1) the penalty λΣw², from Σw² */
export function penaltyFrom({ factor }: Regularizer, sumOfSquares: number): number {
  return factor * sumOfSquares;
}

/** (W1′) dw ← dw + 2λw, for n elements */
export function addPenaltyGradient({ factor }: Regularizer, data: FloatArray, dw: number, w: number, n: number): void {
  for (let j = 0; j < n; j++) data[dw + j]! += 2 * factor * data[w + j]!;
}
