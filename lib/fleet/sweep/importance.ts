// How much each parameter of a study matters.

import { refuse } from '../../checks.ts';
import { jsonable } from '../../json.ts';
import { log } from '../../kernels/log.ts';
import { integer, oneOf, optional, readOptions, type Schema } from '../../options.ts';
import { Random } from '../../random/random.ts';
import { type Feature, RegressionTree } from './regression-tree.ts';
import { type Space, scaleOf, toScale } from './space.ts';
import { type ReadTrial, requireResults, type StudyResults } from './study-results.ts';
import { varianceShares } from './variance-shares.ts';

const { abs, max, min } = Math;

/** Options of `parameterImportance`. */
export interface ImportanceOptions {
  /** Whether the variance is that of values or of their logarithms, where values of 0 or below do not count; default `'linear'`. */
  readonly valueScale?: 'linear' | 'log';
  /** Number of regression trees, at least 1; default 64. */
  readonly trees?: number;
  /** Seed of the draws of trials for each tree; default 0. */
  readonly seed?: number;
}

const OPTIONS: Schema<ImportanceOptions> = {
  valueScale: optional(oneOf('linear', 'log'), 'linear'),
  trees: optional(integer(1, 2 ** 16), 64),
  seed: optional(integer(0), 0),
};

/** The share of a parameter. */
export interface ParameterShare {
  /** Name of the parameter. */
  readonly name: string;
  /** Share of the variance of the value, from 0 to 1. */
  readonly share: number;
}

/** How much each parameter matters. */
export interface ParameterImportance {
  /** The share that each parameter explains alone, largest first. */
  readonly parameters: readonly ParameterShare[];
  /** The rest: what only several parameters together explain, from 0 to 1. */
  readonly interactions: number;
  /**
   * 1 − (squared errors of the trees on trials that they did not learn) / (squared distances to the mean value): at most 1.
   * If it is not well above 0, the trees know nothing of the value, and the shares mean nothing.
   */
  readonly rSquared: number;
  /** Number of trials that count: the complete ones with a finite value. */
  readonly trials: number;
}

/** Largest number of trials that a tree learns. */
const MOST_ROWS = 1000;

/**
 * The share of the variance of the value over the whole space that each parameter explains: functional ANOVA of a random forest.
 * Each regression tree learns as many trials as there are (at most 1000), drawn with replacement. The shares are exact for
 * each tree, and their mean is returned. Parameters with `log` are uniform on the logarithmic scale. The same bits on every engine.
 *
 * Only complete trials with finite values count. The trees know little of regions where few trials were: a sampler that
 * explores, such as `haltonSampler`, gives better shares than many trials at one place.
 *
 * Source: Hutter, Hoos and Leyton-Brown, An Efficient Approach for Assessing Hyperparameter Importance, 2014.
 *
 * @param study - a `Study`, or `{ space, direction, trials }` of one
 * @param options - see ImportanceOptions
 * @throws ArgumentError, also if fewer than 4 trials count
 *
 * @example
 * ```ts
 * const space = { x: uniform(0, 1), y: uniform(0, 1), z: uniform(0, 1) };
 * const study = await sweep(space, ({ parameters: { x, y } }) => 2 * x + y, { sampler: haltonSampler(), trials: 200 });
 * const { parameters, rSquared } = parameterImportance(study);
 * parameters.map(({ name }) => name); // ['x', 'y', 'z']
 * parameters[0].share > 0.75; // true: 4 / 5 of the variance
 * rSquared > 0.9; // true
 * ```
 */
export function parameterImportance(study: StudyResults, options: ImportanceOptions = {}): ParameterImportance {
  const where = 'parameterImportance';
  const { valueScale, trees: count, seed } = readOptions(where, options, OPTIONS);
  const { space, trials } = requireResults(where, study);
  const scaled = trials.map((trial) => ({ trial, y: scaledValue(trial, valueScale) }));
  const counted = scaled.filter(({ y }) => Number.isFinite(y)).sort((a, b) => a.trial.number - b.trial.number);
  if (counted.length < 4) {
    const finite = valueScale === 'log' ? 'values above 0' : 'finite values';
    refuse(where, 'study.trials', `have at least 4 complete trials with ${finite}`, counted.length);
  }
  const largest = counted.reduce((most, each) => max(most, abs(each.y)), 0) || 1;
  const y = counted.map((each) => each.y / largest); // so that squares are finite
  const features = featuresOf(
    space,
    counted.map(({ trial }) => trial),
  );
  const random = new Random(seed);
  const trees = Array.from({ length: count }, () => {
    const rows = Array.from({ length: min(MOST_ROWS, y.length) }, () => random.integer(y.length));
    return { tree: new RegressionTree(features, y, rows), learned: new Set(rows) };
  });
  return jsonable({
    ...meanShares(Object.keys(space), features, trees),
    rSquared: rSquaredOf(y, trees),
    trials: y.length,
  });
}

interface Grown {
  readonly tree: RegressionTree;
  readonly learned: ReadonlySet<number>;
}

/** The number whose variance is explained; NaN for trials that do not count. */
function scaledValue({ state, value }: ReadTrial, scale: 'linear' | 'log'): number {
  if (state !== 'complete' || value === undefined) return Number.NaN;
  if (scale === 'linear') return value;
  return value > 0 && value < Infinity ? log(value) : Number.NaN;
}

function featuresOf(space: Space, trials: readonly ReadTrial[]): Feature[] {
  return Object.entries(space).map(([name, of]) => {
    const values = trials.map(({ parameters }) => toScale(of, parameters[name]!));
    if (of.kind === 'choice') return { choices: of.choices.length, low: 0, high: 1, values };
    const { low, high } = scaleOf(of);
    return { choices: 0, low, high, values };
  });
}

/** Means over the trees that have a variance. */
function meanShares(
  names: readonly string[],
  features: readonly Feature[],
  trees: readonly Grown[],
): Pick<ParameterImportance, 'parameters' | 'interactions'> {
  const found = trees.map(({ tree }) => varianceShares(features, tree.leaves)).filter((each) => each !== undefined);
  const shares = names.map((name, j) => {
    const sum = found.reduce((all, each) => all + each[j]!, 0);
    return { name, share: sum / max(1, found.length) };
  });
  const alone = shares.reduce((sum, { share }) => sum + share, 0);
  const parameters = shares.sort((a, b) => b.share - a.share); // stable: equal ones in the order of the space
  return { parameters, interactions: found.length === 0 ? 0 : max(0, 1 - alone) };
}

/** R² of predictions for trials by the trees that did not learn them; 0 if all values are equal. */
function rSquaredOf(y: readonly number[], trees: readonly Grown[]): number {
  const mean = y.reduce((sum, each) => sum + each, 0) / y.length;
  let [errors, distances] = [0, 0];
  y.forEach((value, row) => {
    const unseen = trees.filter(({ learned }) => !learned.has(row));
    if (unseen.length === 0) return;
    const predicted = unseen.reduce((sum, { tree }) => sum + tree.predict(row), 0) / unseen.length;
    errors += (value - predicted) * (value - predicted);
    distances += (value - mean) * (value - mean);
  });
  return distances > 0 ? 1 - errors / distances : 0;
}
