// The values of trial n: those of the sampler, as a function of the seed, n and the trials that it may know.

import { Random } from '../../random/random.ts';
import type { ChoiceValue, Distribution } from './distributions.ts';
import { Halton } from './halton.ts';
import type { GridSampler, SweepSampler } from './samplers.ts';
import { countOf, fromScale, type Space, scaleOf, valueAt, valueFor } from './space.ts';
import { draw, suggestTpe } from './tpe.ts';
import type { TrialState } from './trial-state.ts';

/** Suggests the values of trial n. */
export type Suggest = (n: number, known: () => readonly TrialState[]) => Record<string, ChoiceValue>;

/** The values of each parameter in a grid. */
function gridOf(space: Space, { points }: GridSampler): ChoiceValue[][] {
  return Object.values(space).map((of) => axisOf(of, points));
}

function axisOf(of: Distribution, points: number): ChoiceValue[] {
  const count = countOf(of);
  if (of.kind === 'choice' || (count < Infinity && !of.log))
    return Array.from({ length: count }, (_, k) => valueAt(of, k));
  const { low, high } = of.kind === 'integer' ? { low: of.low, high: of.high } : of;
  const scale = scaleOf(of);
  const values = Array.from({ length: points }, (_, k) => {
    if (k === 0) return low;
    return k === points - 1 ? high : fromScale(of, scale.low + ((scale.high - scale.low) * k) / (points - 1));
  });
  return [...new Set(values)];
}

/** Number of trials that a sampler has; Infinity without a limit. */
export function sizeOf(space: Space, sampler: SweepSampler): number {
  if (sampler.kind !== 'grid') return Infinity;
  return gridOf(space, sampler).reduce((size, { length }) => size * length, 1);
}

/** Combination n of a grid: the last parameter changes fastest. */
function combination(names: readonly string[], grid: readonly ChoiceValue[][], n: number): Record<string, ChoiceValue> {
  let rest = n;
  const values = new Array<ChoiceValue>(names.length);
  for (let j = names.length - 1; j >= 0; j--) {
    const { length } = grid[j]!;
    values[j] = grid[j]![rest % length]!;
    rest = (rest - (rest % length)) / length;
  }
  return Object.fromEntries(names.map((name, j) => [name, values[j]!]));
}

/** The suggestions of a sampler. */
export function suggestionsOf(space: Space, sampler: SweepSampler, seed: number): Suggest {
  const names = Object.keys(space);
  if (sampler.kind === 'grid') {
    const grid = gridOf(space, sampler);
    return (n) => combination(names, grid, n);
  }
  if (sampler.kind === 'halton') {
    const halton = new Halton(names.length, seed, sampler.scramble);
    return (n) => Object.fromEntries(names.map((name, j) => [name, valueFor(space[name]!, halton.at(n + 1, j))]));
  }
  if (sampler.kind === 'random') return (n) => draw(space, new Random(seed, n));
  return (n, known) => suggestTpe(space, sampler, known(), new Random(seed, n));
}
