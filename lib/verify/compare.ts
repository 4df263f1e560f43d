import type { Random } from '../tensor/random.ts';
import { type Cotangent, magnitude, project, upstreamOf } from './cotangents.ts';
import { type Block, indexOf, positionsOf } from './elements.ts';
import type { CheckedEntry, CheckedVariable } from './report.ts';
import { gradientsOf, type Laid, outputsOf } from './side-effects.ts';
import { differentiate, refine } from './stencil.ts';

const { abs, max } = Math;

/** Part of the largest output, and of 1, that the scale of errors never falls below. */
const FLOOR = 1e-3;

/** How to compare. */
export interface CompareSettings {
  readonly step: number;
  readonly tolerance: number;
  readonly maxEntries: number;
  readonly random: Random;
}

/** A direction with what the backward pass makes of it. */
interface Direction {
  readonly cotangent: Cotangent;
  readonly gradients: Float64Array;
  readonly magnitude: number;
}

/** What the comparison found. */
export interface Comparison {
  readonly variables: CheckedVariable[];
  readonly worst: CheckedEntry | undefined;
}

/** Compares the gradients of all variables in all directions with finite differences. */
export function compare(laid: Laid, cotangents: readonly Cotangent[], settings: CompareSettings): Comparison {
  const base = outputsOf(laid, new Float64Array(laid.size));
  const directions = cotangents.map((cotangent) => ({
    cotangent,
    gradients: gradientsOf(laid, upstreamOf(cotangent, laid.outputs)),
    magnitude: magnitude(cotangent, base),
  }));
  let worst: CheckedEntry | undefined;
  const variables = laid.variables.map((variable): CheckedVariable => {
    const { name, size: entries } = variable;
    const sample = sampleOf(entries, settings);
    let worstError = 0;
    for (const entry of compareVariable(laid, variable, sample, directions, settings)) {
      worstError = larger(worstError, entry.error);
      if (worst === undefined || larger(worst.error, entry.error) !== worst.error) worst = entry;
    }
    return { name, entries, checked: sample.length, worstError, passed: worstError <= settings.tolerance };
  });
  return { variables, worst };
}

/** The larger error, NaN being larger than any. */
function larger(a: number, b: number): number {
  return a !== a || b <= a ? a : b;
}

/** Elements to look at: all, or as many as asked for, in order. */
function sampleOf(entries: number, { maxEntries, random }: CompareSettings): Uint32Array {
  if (entries <= maxEntries) return Uint32Array.from({ length: entries }, (_, k) => k);
  return random.permutation(entries).slice(0, maxEntries).sort();
}

/** Yields the worst direction of each element. */
function* compareVariable(
  laid: Laid,
  variable: Block,
  sample: Uint32Array,
  directions: readonly Direction[],
  { step, tolerance }: CompareSettings,
): Generator<CheckedEntry> {
  const array = laid.subject.variables[variable.name]!;
  const positions = positionsOf(array);
  const scales = scalesOf(variable, directions);
  for (const k of sample) {
    const derivative = (h: number): Float64Array =>
      differentiate(
        () => array.data,
        positions[k]!,
        h,
        (into) => outputsOf(laid, into),
        laid.size,
      );
    const tried = new Map<number, Float64Array>();
    const remembered = (h: number): Float64Array => {
      if (!tried.has(h)) tried.set(h, derivative(h));
      return tried.get(h)!;
    };
    let worst: CheckedEntry | undefined;
    for (const direction of directions) {
      const { cotangent, gradients } = direction;
      const scale = scales.get(cotangent.block)!;
      const analytic = gradients[variable.start + k]!;
      let numeric = project(cotangent, remembered(step));
      let uncertainty = 0;
      if (!(abs(numeric - analytic) <= tolerance * scale)) {
        const estimate = refine(remembered, (values) => project(cotangent, values), step, direction.magnitude);
        numeric = estimate.value;
        uncertainty = estimate.uncertainty / scale;
      }
      const error = abs(numeric - analytic) / scale;
      if (worst !== undefined && larger(worst.error, error) === worst.error) continue;
      worst = { ...place(laid, variable, k, cotangent), numeric, analytic, error, scale, uncertainty };
    }
    if (worst !== undefined) yield worst;
  }
}

/** For each output: its largest gradient of the variable, or a thousandth of its size where that is more. */
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
  { outputs }: Laid,
  variable: Block,
  k: number,
  { block, entry }: Cotangent,
): Pick<CheckedEntry, 'variable' | 'index' | 'output'> {
  const at = { variable: variable.name, index: indexOf(k, variable.shape) };
  const output = entry === undefined ? undefined : outputs.find(({ name }) => name === block)!;
  if (output === undefined) return at;
  return { ...at, output: { name: block, index: indexOf(entry! - output.start, output.shape) } };
}
