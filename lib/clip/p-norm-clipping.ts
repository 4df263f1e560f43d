// Clipping of gradients by a p-norm of all of them together.

import { refuse, requireNumber } from '../checks.ts';
import { pow } from '../kernels/pow.ts';
import { readOptions, required, type Schema } from '../options.ts';
import type { ParameterRun } from '../parameters/parameter-run.ts';
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
  const runs = list.flatMap(normRuns);
  const largest = runs.reduce((most, run) => Math.max(most, largestOf(run)), 0); // NaN stays NaN
  if (p === Infinity || largest === 0 || !(largest < Infinity)) return largest;
  const sum = runs.reduce((total, run) => total + sumOfPowers(run, largest, p), 0);
  return largest * (p === 1 ? sum : pow(sum, 1 / p));
}

function largestOf({ arena: { data }, gradientsAt, size }: ParameterRun): number {
  let largest = 0;
  for (let j = gradientsAt; j < gradientsAt + size; j++) largest = Math.max(largest, Math.abs(data[j]!));
  return largest;
}

/** Σ(|g|/s)^p, by products where p is a small integer. */
function sumOfPowers({ arena: { data }, gradientsAt, size }: ParameterRun, s: number, p: number): number {
  const products = Number.isInteger(p) && p <= 8;
  let sum = 0;
  for (let j = gradientsAt; j < gradientsAt + size; j++) {
    const x = Math.abs(data[j]!) / s;
    let power = products ? x : pow(x, p);
    for (let k = 1; products && k < p; k++) power *= x;
    sum += power;
  }
  return sum;
}
