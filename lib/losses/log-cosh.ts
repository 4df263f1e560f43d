// The logarithm of the hyperbolic cosine of the error.

import { exp } from '../kernels/exp.ts';
import { log1p } from '../kernels/log.ts';
import { ElementwiseLoss } from './elementwise-loss.ts';
import type { LossOptions } from './loss.ts';

const { abs, sign } = Math;

const LN2 = Math.LN2;

/** Errors up to this size are computed by power series, because the difference of logarithms cancels near 0. */
const NEAR = 1;
/** Terms of the power series: the next one is below 2⁻⁵³ of the sum for |e| ≤ 1. */
const TERMS = 9;

/** Quotients of consecutive terms first! · xᵏ / (first + 2k)!, without x, for k from TERMS − 1 to 1. */
function quotients(first: number): readonly number[] {
  return Array.from({ length: TERMS - 1 }, (_, i) => {
    const n = first + 2 * (TERMS - 1 - i);
    return 1 / (n * (n - 1));
  });
}

const COSH = /* @__PURE__ */ quotients(2);
const SINH = /* @__PURE__ */ quotients(1);

/** The power series in x = e²: (sinh e)/e, or (cosh e − 1)·2/e². */
function series(x: number, factors: readonly number[]): number {
  let sum = 1;
  for (const factor of factors) sum = 1 + x * factor * sum;
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

  protected lossOf(y: number, t: number): number {
    const size = abs(y - t);
    const x = size * size;
    if (size <= NEAR) return log1p((x / 2) * series(x, COSH)); // cosh e − 1 = e²/2 + e⁴/24 + …
    return size + log1p(exp(-2 * size)) - LN2;
  }

  protected gradientOf(y: number, t: number): number {
    const e = y - t;
    const x = e * e;
    if (abs(e) <= NEAR) return (e * series(x, SINH)) / (1 + (x / 2) * series(x, COSH));
    const power = exp(-2 * abs(e));
    return (sign(e) * (1 - power)) / (1 + power);
  }
}
