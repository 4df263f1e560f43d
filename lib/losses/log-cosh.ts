// The logarithm of the hyperbolic cosine of the error.

import { exp } from '../kernels/exp.ts';
import { log1p } from '../kernels/log.ts';
import { ElementwiseLoss } from './elementwise-loss.ts';
import type { LossOptions } from './loss.ts';

const { LN2, abs, sign } = Math;

/** Errors up to this size are computed by power series, because the difference of logarithms cancels near 0. */
const NEAR = 1;
/** Terms of the power series: the next one is below 2⁻⁵³ of the sum for |e| ≤ 1. */
const TERMS = 9;

/** Σ first! · xᵏ / (first + 2k)! for k from 0 to TERMS − 1, where x = e²: (sinh e)/e for 1, (cosh e − 1)·2/e² for 2. */
function series(x: number, first: number): number {
  let sum = 1;
  for (let k = TERMS - 1; k > 0; k--) {
    const n = first + 2 * k;
    sum = 1 + (x / (n * (n - 1))) * sum;
  }
  return sum;
}

/**
 * Log-cosh loss of the error e = y − t of each element: (E7) log cosh e, with gradient tanh e. It is near e²/2 for small
 * errors and near |e| − log 2 for large ones, and it is smooth everywhere.
 *
 * Targets have the prediction's shape: [B, F], or [B, T, F] with a target for each time step.
 *
 * @example
 * ```ts
 * new LogCosh().evaluate(tensor([0, 1000]), tensor([0, 0])).each.get(1); // 1000 − ln 2, rounded to float32
 * ```
 */
export class LogCosh extends ElementwiseLoss {
  readonly kind = 'LogCosh';

  /** @throws ArgumentError for an unknown option or reduction */
  constructor(options: LossOptions = {}) {
    super(options, 'LogCosh');
  }

  /** @internal */
  lossOf(y: number, t: number): number {
    const size = abs(y - t);
    const x = size * size;
    if (size <= NEAR) return log1p((x / 2) * series(x, 2)); // cosh e − 1 = e²/2 + e⁴/24 + …
    return size + log1p(exp(-2 * size)) - LN2;
  }

  /** @internal */
  gradientOf(y: number, t: number): number {
    const e = y - t;
    const x = e * e;
    if (abs(e) <= NEAR) return (e * series(x, 1)) / (1 + (x / 2) * series(x, 2));
    const power = exp(-2 * abs(e));
    return (sign(e) * (1 - power)) / (1 + power);
  }
}
