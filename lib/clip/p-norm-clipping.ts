// Clipping of gradients by a p-norm of all of them together.

import { refuse, requireNumber } from '../checks.ts';
import { pow } from '../kernels/pow.ts';
import { readOptions, required, type Schema } from '../options.ts';
import type { Parameters } from '../parameters/parameters.ts';
import { type ClippingFunction, normOfGradients, normRuns, scaleToNorm } from './clip-gradients.ts';

/** Options of `pNormClipping`. */
export interface PNormClippingOptions {
  /** p, at least 1; `Infinity` for the largest |g|. */
  readonly p: number;
}

const OPTIONS: Schema<PNormClippingOptions> = { p: required(requireP) };

function requireP(where: string, argument: string, value: unknown): number {
  return typeof value === 'number' && value >= 1 ? value : refuse(where, argument, 'be a number of at least 1', value);
}

/**
 * Returns a clipping that scales all gradients by one factor, so that their p-norm is at most c: (C5) g ← g·c / max(‖g‖ₚ, c),
 * ‖g‖ₚ = (Σ|gᵢ|^p)^(1/p), as `clip_grad_norm_` of PyTorch with `norm_type`. With p = 2 it is `{ globalNorm: c }`. Norms are
 * computed in float64. If a gradient is infinite or NaN, all become NaN.
 *
 * @param clipNorm - c, finite and above 0
 * @param options - `p`, at least 1; `Infinity` for the largest |g|
 * @returns a function for `clip` of `compile`, and for `clipGradients`
 * @throws ArgumentError
 *
 * @example
 * ```ts
 * const dense = new Dense({ units: 2, inputSize: 1 }).build();
 * dense.parameters.get('kernel').gradient.set(0, 0, 3);
 * dense.parameters.get('kernel').gradient.set(0, 1, -1);
 * clipGradients(dense.parameters, pNormClipping(2, { p: 1 }));
 * dense.parameters.get('kernel').gradient.toArray(); // [[1.5, -0.5]]
 * ```
 */
export function pNormClipping(clipNorm: number, options: PNormClippingOptions): ClippingFunction {
  const where = 'pNormClipping';
  const limit = requireNumber(where, 'clipNorm', clipNorm, { min: 0, minOpen: true });
  const { p } = readOptions(where, options, OPTIONS);
  return (list) => scaleToNorm(list, limit, p === 2 ? normOfGradients(list) : pNormOf(list, p));
}

/** (Σ|g|^p)^(1/p), scaled by the largest |g|, so that no power overflows. */
function pNormOf(list: readonly Parameters[], p: number): number {
  let largest = 0;
  eachGradient(list, (magnitude) => {
    largest = Math.max(largest, magnitude); // NaN stays NaN
  });
  if (p === Infinity || largest === 0 || !(largest < Infinity)) return largest;
  const power = powerOf(p);
  let sum = 0;
  eachGradient(list, (magnitude) => {
    sum += power(magnitude / largest);
  });
  return largest * (p === 1 ? sum : pow(sum, 1 / p));
}

/** x^p for 0 <= x <= 1: by products where p is a small integer. */
function powerOf(p: number): (x: number) => number {
  if (!(Number.isInteger(p) && p <= 8)) return (x) => pow(x, p);
  return (x) => {
    let product = x;
    for (let k = 1; k < p; k++) product *= x;
    return product;
  };
}

function eachGradient(list: readonly Parameters[], see: (magnitude: number) => void): void {
  for (const parameters of list) {
    const { data } = parameters.arena;
    for (const { gradientsAt, size } of normRuns(parameters)) {
      for (let j = gradientsAt; j < gradientsAt + size; j++) see(Math.abs(data[j]!));
    }
  }
}
