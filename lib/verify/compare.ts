// Compares analytic gradients with finite differences.

import type { Random } from '../random/random.ts';
import { type Cotangent, magnitude, project, upstreamOf } from './cotangents.ts';
import { type Block, elementAt, indexOf } from './elements.ts';
import type { CheckedEntry, CheckedVariable } from './report.ts';
import { type FlatSubject, gradientsOf, outputsOf } from './side-effects.ts';
import { type Differentiate, differentiate, refine } from './stencil.ts';

const { abs, max, min } = Math;

/** Least scale of errors, as a share of the larger of 1 and the output. */
const FLOOR = 1e-3;

/**
 * Largest multiple of the tolerance that the uncertainty of a numeric value may add to it. Of 50,000 random networks,
 * about five with weights of 8 needed it, because their steep gates amplify the rounding of the differences.
 */
const BENEFIT = 3;

/** Settings of a comparison. */
export interface CompareSettings {
  readonly step: number;
  readonly tolerance: number;
  readonly maxEntries: number;
  readonly random: Random;
}

/** A direction, and the result of the backward pass for it. */
interface Direction {
  readonly cotangent: Cotangent;
  readonly gradients: Float64Array;
  readonly magnitude: number;
}

/** Result of a comparison. */
export interface Comparison {
  readonly variables: CheckedVariable[];
  readonly worst: CheckedEntry | undefined;
}

/** Compares the gradients of all variables in all directions with finite differences. */
export function compare(flat: FlatSubject, cotangents: readonly Cotangent[], settings: CompareSettings): Comparison {
  const { tolerance } = settings;
  const base = outputsOf(flat, new Float64Array(flat.size));
  const directions = cotangents.map((cotangent) => ({
    cotangent,
    gradients: gradientsOf(flat, upstreamOf(cotangent, flat.outputs)),
    magnitude: magnitude(cotangent, base),
  }));
  let worst: CheckedEntry | undefined;
  const variables = flat.variables.map((variable): CheckedVariable => {
    const sample = sampleOf(variable.size, settings);
    const scales = scalesOf(variable, directions);
    let worstHere: CheckedEntry | undefined;
    for (const k of sample) {
      const derivative = derivativeOf(flat, variable, k);
      for (const direction of directions) {
        const entry = compareEntry(flat, variable, k, direction, scales, derivative, settings);
        worstHere = worse(worstHere, entry, tolerance);
      }
    }
    if (worstHere !== undefined) worst = worse(worst, worstHere, tolerance);
    const error = worstHere?.error ?? 0;
    const passed = worstHere === undefined || excess(worstHere, tolerance) <= tolerance;
    return { name: variable.name, entries: variable.size, checked: sample.length, worstError: error, passed };
  });
  return { variables, worst };
}

/** The part of an error that the uncertainty of the numeric value does not explain. */
function excess({ error, uncertainty }: CheckedEntry, tolerance: number): number {
  return error - min(uncertainty, BENEFIT * tolerance);
}

/** The entry with the larger excess; NaN counts as the largest. */
function worse(a: CheckedEntry | undefined, b: CheckedEntry, tolerance: number): CheckedEntry {
  if (a === undefined) return b;
  const known = excess(a, tolerance);
  return known !== known || excess(b, tolerance) <= known ? a : b;
}

/** Elements to check, in order: all, or at most `maxEntries`. */
function sampleOf(entries: number, { maxEntries, random }: CompareSettings): Uint32Array {
  if (entries <= maxEntries) return Uint32Array.from({ length: entries }, (_, k) => k);
  return random.permutation(entries).slice(0, maxEntries).sort();
}

/** The derivatives of all outputs with respect to element k, as a function of the step size. Results are kept. */
function derivativeOf(flat: FlatSubject, variable: Block, k: number): Differentiate {
  const array = flat.subject.variables[variable.name]!;
  const at = elementAt(array, k);
  const tried = new Map<number, Float64Array>();
  return (step) => {
    const known = tried.get(step);
    if (known !== undefined) return known;
    const fresh = differentiate(
      () => array.data,
      at,
      step,
      (into) => outputsOf(flat, into),
      flat.size,
    );
    tried.set(step, fresh);
    return fresh;
  };
}

function compareEntry(
  flat: FlatSubject,
  variable: Block,
  k: number,
  direction: Direction,
  scales: ReadonlyMap<string, number>,
  derivative: Differentiate,
  { step, tolerance }: CompareSettings,
): CheckedEntry {
  const { cotangent, gradients } = direction;
  const along = (values: Float64Array): number => project(cotangent, values);
  const scale = scales.get(cotangent.block)!;
  const analytic = gradients[variable.start + k]!;
  const first = along(derivative(step));
  const { value: numeric, uncertainty } =
    abs(first - analytic) <= tolerance * scale
      ? { value: first, uncertainty: 0 }
      : refine(derivative, along, step, direction.magnitude);
  return {
    ...place(flat, variable, k, cotangent),
    numeric,
    analytic,
    error: abs(numeric - analytic) / scale,
    scale,
    uncertainty: uncertainty / scale,
  };
}

/**
 * For each output, the scale of errors: the largest gradient of the variable, and at least a thousandth of the output.
 */
function scalesOf({ start, size }: Block, directions: readonly Direction[]): Map<string, number> {
  const scales = new Map<string, number>();
  for (const { cotangent, gradients, magnitude: outputs } of directions) {
    let largest = max(scales.get(cotangent.block) ?? 0, FLOOR, FLOOR * outputs);
    for (let k = start; k < start + size; k++) {
      const g = abs(gradients[k]!);
      if (g > largest && g < Infinity) largest = g;
    }
    scales.set(cotangent.block, largest);
  }
  return scales;
}

function place(
  { outputs }: FlatSubject,
  variable: Block,
  k: number,
  { block, entry }: Cotangent,
): Pick<CheckedEntry, 'variable' | 'index' | 'output'> {
  const at = { variable: variable.name, index: indexOf(k, variable.shape) };
  const output = entry === undefined ? undefined : outputs.find(({ name }) => name === block)!;
  if (output === undefined) return at;
  return { ...at, output: { name: block, index: indexOf(entry! - output.start, output.shape) } };
}
