// Clipping of a model's gradients in place.

import { refuse, requireInstance, requireNumber, requireRecord } from '../checks.ts';
import type { Arena } from '../memory/arena.ts';
import { type ParameterRun, runsOf } from '../parameters/parameter-run.ts';
import { Parameters } from '../parameters/parameters.ts';
import { clipFactors, globalClipFactors, globalNormOf, rangeNorm } from './norm.ts';

/** How to clip the gradients of a model: by value, by norm or by global norm. */
export type Clipping = ClipValue | ClipNorm | ClipGlobalNorm;

/** Clipping by value (C1). */
export interface ClipValue {
  /** Clips every entry to [−value, value]; above 0. */
  readonly value: number;
}

/** Clipping by norm (C2). */
export interface ClipNorm {
  /** Largest norm of each parameter's gradient; above 0. */
  readonly norm: number;
}

/** Clipping by global norm (C4). */
export interface ClipGlobalNorm {
  /** Largest norm of all gradients together; above 0. */
  readonly globalNorm: number;
}

/** Checks a clipping and returns the checked copy. */
export function requireClipping(where: string, argument: string, value: unknown): Clipping {
  const kinds = ['value', 'norm', 'globalNorm'] as const;
  if (typeof value !== 'object' || value === null) {
    refuse(where, argument, 'be one of { value }, { norm }, { globalNorm }', value);
  }
  const copy = requireRecord(where, argument, value as Clipping, kinds);
  const [kind, ...others] = Object.keys(copy);
  if (kind === undefined || others.length > 0) {
    refuse(where, argument, 'have exactly one of value, norm, globalNorm', Object.keys(copy));
  }
  requireNumber(where, `${argument}.${kind}`, Object.values(copy)[0], { min: 0, minOpen: true });
  return copy;
}

/**
 * Returns the global norm of the gradients, in float64.
 *
 * @param parameters - of a model, layer or cell
 * @throws ArgumentError
 *
 * @example
 * ```ts
 * const dense = new Dense({ units: 1, inputSize: 2 }).build();
 * dense.parameters.get('kernel').gradient.set(1, 0, 3);
 * gradientNorm(dense.parameters); // 3
 * ```
 */
export function gradientNorm(parameters: Parameters): number {
  return normOfGradients(requireParameters('gradientNorm', parameters));
}

function normOfGradients(parameters: Parameters): number {
  const list = [...parameters];
  const tables = list.some(({ sparse }) => sparse !== undefined);
  return normOf(parameters.arena, tables ? runsOf(parameters.arena, list, true) : parameters.runs);
}

function normOf(arena: Arena, runs: readonly ParameterRun[]): number {
  return globalNormOf(runs.map(({ gradientsAt, size }) => rangeNorm(arena, gradientsAt, size)));
}

function requireParameters(where: string, parameters: Parameters): Parameters {
  return requireInstance(where, 'parameters', parameters, Parameters, 'be the parameters of a model, layer or cell');
}

/**
 * Clips the gradients in place. Call it between a backward pass and the optimizer's step. Norms are computed in
 * float64. A gradient is multiplied by c/‖g‖ rounded to the element type. If this factor is subnormal, factors of 2⁻⁶⁴
 * are applied first, so that no precision is lost: each float32 result has a relative error of at most 2⁻²³ or an
 * absolute error of at most 2⁻¹⁴⁹.
 *
 * @param parameters - of a model, layer or cell
 * @param clipping - `{ value }` (C1), `{ norm }` (C2, each parameter separately) or `{ globalNorm }` (C4)
 * @returns the global norm before clipping
 * @throws ArgumentError; the gradients are then unchanged
 *
 * @example
 * ```ts
 * const dense = new Dense({ units: 1, inputSize: 2 }).build();
 * dense.parameters.get('kernel').gradient.set(1, 0, 3);
 * clipGradients(dense.parameters, { globalNorm: 1 });    // 3
 * dense.parameters.get('kernel').gradient.get(1, 0);     // 1
 * ```
 */
export function clipGradients(parameters: Parameters, clipping: Clipping): number {
  const norm = normOfGradients(requireParameters('clipGradients', parameters));
  applyClipping(parameters, requireClipping('clipGradients', 'clipping', clipping), norm);
  return norm;
}

/** Clips gradients with a known global norm. */
export function applyClipping(parameters: Parameters, clipping: Clipping, norm: number): void {
  const { arena, runs } = parameters;
  const { dtype, kernels } = arena;
  if ('value' in clipping) {
    for (const { gradientsAt, size } of runs)
      kernels.clamp(gradientsAt, size, -clipping.value, clipping.value, 1, size);
  } else if ('globalNorm' in clipping) {
    for (const factor of globalClipFactors(norm, clipping.globalNorm, dtype, dtype)) {
      for (const { gradientsAt, size } of runs) kernels.scale(gradientsAt, factor, size);
    }
  } else {
    for (const parameter of parameters) {
      const own = runsOf(arena, [parameter]);
      const ownNorm = normOf(arena, runsOf(arena, [parameter], true));
      for (const factor of clipFactors(ownNorm, clipping.norm, dtype, dtype)) {
        for (const { gradientsAt, size } of own) kernels.scale(gradientsAt, factor, size);
      }
    }
  }
}
