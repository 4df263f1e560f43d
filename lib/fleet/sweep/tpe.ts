// The tree-structured Parzen estimator: see tpeSampler.

import type { Random } from '../../random/random.ts';
import type { ChoiceValue, Distribution } from './distributions.ts';
import { ChoiceDensity, type Density, NumberDensity } from './parzen.ts';
import type { TpeSampler } from './samplers.ts';
import { fromScale, type Space, scaleOf, toScale, valueFor } from './space.ts';
import { compareValues, type TrialState } from './trial-state.ts';

const { ceil, min } = Math;

/** Largest number of trials that count as good. */
const MOST_GOOD = 25;

/**
 * Trials from best to worst: complete ones by value; then those that were pruned or wait, the ones with more steps first,
 * by their last reported value. Failed ones, and those without a value, are left out.
 */
function ranked(trials: readonly TrialState[]): TrialState[] {
  const complete = trials.filter(({ state }) => state === 'complete').sort((a, b) => compareValues(a.score, b.score));
  const ended = trials
    .filter(({ state, reports }) => (state === 'pruned' || state === 'waiting') && reports.length > 0)
    .map((trial) => ({ trial, last: trial.reports.at(-1)! }))
    .sort((a, b) => b.last.step - a.last.step || compareValues(a.last.score, b.last.score));
  return [...complete, ...ended.map(({ trial }) => trial)];
}

/** The values of a trial after the `known` ones. */
export function suggestTpe(
  space: Space,
  { startupTrials, candidates, gamma }: TpeSampler,
  known: readonly TrialState[],
  random: Random,
): Record<string, ChoiceValue> {
  const order = ranked(known);
  if (order.length < startupTrials) return draw(space, random);
  const good = new Set(order.slice(0, min(ceil(gamma * order.length), MOST_GOOD)));
  const byNumber = [...order].sort((a, b) => a.number - b.number);
  const [best, rest] = [byNumber.filter((trial) => good.has(trial)), byNumber.filter((trial) => !good.has(trial))];
  return Object.fromEntries(
    Object.entries(space).map(([name, of]) => {
      const densityOf = (trials: readonly TrialState[]): Density =>
        densityAround(
          of,
          trials.map(({ parameters }) => toScale(of, parameters[name]!)),
        );
      return [name, bestOf(of, densityOf(best), densityOf(rest), candidates, random)];
    }),
  );
}

/** Independent random values. */
export function draw(space: Space, random: Random): Record<string, ChoiceValue> {
  return Object.fromEntries(Object.entries(space).map(([name, of]) => [name, valueFor(of, random.uniform())]));
}

function densityAround(of: Distribution, values: readonly number[]): Density {
  return of.kind === 'choice' ? new ChoiceDensity(values, of.choices.length) : new NumberDensity(values, scaleOf(of));
}

/** Of `candidates` values drawn from l, the one with the largest l(x) / g(x). */
function bestOf(of: Distribution, l: Density, g: Density, candidates: number, random: Random): ChoiceValue {
  let [chosen, largest] = [undefined as ChoiceValue | undefined, -1];
  for (let k = 0; k < candidates; k++) {
    const drawn = l.draw(random);
    const value = of.kind === 'choice' ? of.choices[drawn]! : fromScale(of, drawn);
    const x = of.kind !== 'choice' && of.step !== undefined && !of.log ? (value as number) : drawn;
    const ratio = l.at(x) / g.at(x);
    if (ratio > largest) [chosen, largest] = [value, ratio];
  }
  return chosen as ChoiceValue;
}
