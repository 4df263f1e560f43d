// Clipping of a model's gradients in place.

import { refuse, requireNumber, requireRecord } from '../checks.ts';
import type { Arena } from '../memory/arena.ts';
import type { Parameter } from '../parameters/parameter.ts';
import { type ParameterRun, runsOf } from '../parameters/parameter-run.ts';
import type { Parameters } from '../parameters/parameters.ts';
import { requireParametersList } from '../parameters/require-parameters.ts';
import { clipFactors, globalClipFactors, globalNormOf, rangeNorm } from './norm.ts';

/**
 * How to clip the gradients of a model: by value, by norm, by global norm, or by a function: `pNormClipping`,
 * `adaptiveClipping`, `groupClipping`, or your own.
 */
export type Clipping = ClipValue | ClipNorm | ClipGlobalNorm | ClippingFunction;

/**
 * Changes gradients in place. Training calls it with the trained parameters of the model, `clipGradients` with those that it
 * is given, as an array.
 */
export type ClippingFunction = (parameters: readonly Parameters[]) => void;

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
  if (typeof value === 'function') return value as ClippingFunction;
  const kinds = ['value', 'norm', 'globalNorm'] as const;
  if (typeof value !== 'object' || value === null) {
    refuse(where, argument, 'be one of { value }, { norm }, { globalNorm }, a function', value);
  }
  const copy = requireRecord(where, argument, value as ClipValue, kinds);
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
 * @param parameters - of a model, layer or cell, or an array of these
 * @throws ArgumentError
 *
 * @example
 * ```ts
 * const dense = new Dense({ units: 1, inputSize: 2 }).build();
 * dense.parameters.get('kernel').gradient.set(1, 0, 3);
 * gradientNorm(dense.parameters); // 3
 * ```
 */
export function gradientNorm(parameters: Parameters | readonly Parameters[]): number {
  return normOfGradients(requireParametersList('gradientNorm', 'parameters', parameters));
}

/** The global norm of the gradients of checked parameters. */
export function normOfGradients(list: readonly Parameters[]): number {
  return globalNormOf(list.flatMap((each) => normsOf(each.arena, normRuns(each))));
}

/** The runs over which a norm adds up: rows of a table by themselves, whatever order a step used them in. */
export function normRuns(parameters: Parameters): readonly ParameterRun[] {
  const all = [...parameters];
  const tables = all.some(({ sparse }) => sparse !== undefined);
  return tables ? runsOf(parameters.arena, all, true) : parameters.runs;
}

function normsOf(arena: Arena, runs: readonly ParameterRun[]): number[] {
  return runs.map(({ gradientsAt, size }) => rangeNorm(arena, gradientsAt, size));
}

/**
 * Clips the gradients in place. Call it between a backward pass and the optimizer's step. Norms are computed in
 * float64. A gradient is multiplied by c/‖g‖ rounded to the element type. If this factor is subnormal, factors of 2⁻⁶⁴
 * are applied first, so that no precision is lost: each float32 result has a relative error of at most 2⁻²³ or an
 * absolute error of at most 2⁻¹⁴⁹.
 *
 * @param parameters - of a model, layer or cell, or an array of these, whose global norm is one
 * @param clipping - `{ value }` (C1), `{ norm }` (C2, each parameter separately) or `{ globalNorm }` (C4), or a function:
 *   `pNormClipping`, `adaptiveClipping`, `groupClipping`
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
export function clipGradients(parameters: Parameters | readonly Parameters[], clipping: Clipping): number {
  const list = requireParametersList('clipGradients', 'parameters', parameters);
  const checked = requireClipping('clipGradients', 'clipping', clipping);
  const norm = normOfGradients(list);
  applyClipping(list, checked, norm);
  return norm;
}

/** Clips gradients with a known global norm. */
export function applyClipping(list: readonly Parameters[], clipping: Clipping, norm: number): void {
  if (typeof clipping === 'function') clipping(list);
  else if ('globalNorm' in clipping) scaleToNorm(list, clipping.globalNorm, norm);
  else {
    for (const parameters of list) {
      const { arena, runs } = parameters;
      if ('value' in clipping) {
        for (const { gradientsAt, size } of runs)
          arena.kernels.clamp(gradientsAt, size, -clipping.value, clipping.value, 1, size);
      } else for (const parameter of parameters) clipOne(arena, parameter, clipping.norm);
    }
  }
}

/** Scales all gradients by one factor, so that a norm of them is at most `clipNorm`. */
export function scaleToNorm(list: readonly Parameters[], clipNorm: number, norm: number): void {
  for (const { arena, runs } of list) {
    const { dtype, kernels } = arena;
    for (const factor of globalClipFactors(norm, clipNorm, dtype, dtype)) {
      for (const { gradientsAt, size } of runs) kernels.scale(gradientsAt, factor, size);
    }
  }
}

function clipOne(arena: Arena, parameter: Parameter, clipNorm: number): void {
  const { dtype, kernels } = arena;
  const own = runsOf(arena, [parameter]);
  const norm = globalNormOf(normsOf(arena, runsOf(arena, [parameter], true)));
  for (const factor of clipFactors(norm, clipNorm, dtype, dtype)) {
    for (const { gradientsAt, size } of own) kernels.scale(gradientsAt, factor, size);
  }
}
