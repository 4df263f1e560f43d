// Mutants of sweeps: samplers, pruners, what trials may know, records.

const TABLES = { killedBy: 'spec/fleet/sweep/tables.spec.ts' };
const KNOWN = { killedBy: 'spec/fleet/sweep/known-answers.spec.ts' };
const IMPORTANCE = { killedBy: 'spec/fleet/sweep/importance.spec.ts' };
const FOLDS = { killedBy: 'spec/fleet/cross-validation.spec.ts' };
const TPE = { killedBy: 'spec/fleet/sweep/tpe.spec.ts' };

/** @type {Record<string, import('./list.mjs').Change[]>} */
export const sweeps = {
  'lib/fleet/sweep/study-state.ts': [
    {
      name: 'lag: a trial may know what happens to have ended',
      find: 'this.trials.slice(0, max(0, n - this.settings.lag + 1))',
      replace: 'this.trials.slice(0, max(0, n))',
      ...TABLES,
    },
    {
      name: 'lag: a trial does not wait for those that it may know',
      find: 'if (!this.#looksBack) return true;',
      replace: 'if (this.settings.lag > 0) return true;',
      ...TABLES,
    },
    {
      name: 'study: maximizes when it minimizes',
      find: "this.settings.direction === 'maximize' ? -value : value",
      replace: "this.settings.direction === 'maximize' ? value : -value",
      ...KNOWN,
    },
  ],
  'lib/fleet/sweep/hyperband.ts': [
    {
      name: 'Hyperband: the paper’s numbers rounded down',
      find: 'ceil(((S + 1) * power(factor, s)) / (s + 1))',
      replace: 'floor(((S + 1) * power(factor, s)) / (s + 1))',
      ...KNOWN,
    },
    {
      name: 'Hyperband: the worst go on',
      find: 'compareValues(score(a), score(b)) ||',
      replace: 'compareValues(score(b), score(a)) ||',
      ...KNOWN,
    },
    {
      name: 'Hyperband: the first rung is decided before it is full',
      find: '(bracket.rung > 0 || bracket.members.length === trials)',
      replace: '(bracket.rung > 0 || bracket.members.length > 0)',
      ...KNOWN,
    },
  ],
  'lib/fleet/sweep/asha.ts': [
    {
      name: 'ASHA: half of those that arrived go on',
      find: 'floor(arrived.length / this.#factor)',
      replace: 'floor(arrived.length / 2)',
      ...TABLES,
    },
    {
      name: 'ASHA: the worst come first',
      find: 'trial.number - other.number) < 0',
      replace: 'trial.number - other.number) > 0',
      ...TABLES,
    },
  ],
  'lib/fleet/sweep/referee.ts': [
    {
      name: 'median: the last value instead of the best',
      find: 'compareValues(score, a) < 0 ? score : a',
      replace: 'a === score ? a : score',
      ...KNOWN,
    },
    {
      name: 'median: ends trials at the median',
      find: 'medianOf(there.map(({ score }) => score))) <= 0',
      replace: 'medianOf(there.map(({ score }) => score))) < 0',
      ...KNOWN,
    },
  ],
  'lib/fleet/sweep/halton.ts': [
    {
      name: 'Halton: the digits in their own order',
      find: 'for (let k = digits.length - 1; k >= 0; k--) {',
      replace: 'for (let k = 0; k < digits.length; k++) {',
      ...KNOWN,
    },
  ],
  'lib/fleet/sweep/tpe.ts': [
    {
      name: 'TPE: prefers what bad trials had',
      find: 'const ratio = l.at(x) / g.at(x);',
      replace: 'const ratio = g.at(x) / l.at(x);',
      ...TPE,
    },
    {
      name: 'TPE: the worst count as good',
      find: 'compareValues(a.score, b.score));',
      replace: 'compareValues(b.score, a.score));',
      ...TPE,
    },
  ],
  'lib/fleet/sweep/parzen.ts': [
    {
      name: 'Parzen: kernels are not truncated',
      find: '1 / this.#mass(k, low - mean, high - mean)',
      replace: '1 / this.#mass(k, mean - high - high, high - low)',
      ...KNOWN,
    },
    {
      name: 'Parzen: no least width',
      find: 'min(high - low, max(least, width))',
      replace: 'min(high - low, width)',
      ...KNOWN,
    },
  ],
  'lib/fleet/sweep/suggest.ts': [
    {
      name: 'grid: the first parameter changes fastest',
      find: 'for (let j = names.length - 1; j >= 0; j--) {',
      replace: 'for (let j = 0; j < names.length; j++) {',
      ...KNOWN,
    },
  ],
  'lib/fleet/sweep/study.ts': [
    {
      name: 'study: what a trial reports again counts',
      find: 'trial.madeUpTo = this.#state.lastStep(trial);',
      replace: 'trial.madeUpTo = -1;',
      ...TABLES,
    },
  ],
  'lib/fleet/sweep/replay.ts': [
    {
      name: 'replay: does not compare',
      find: 'expected !== undefined && !sameEvent(event, expected)',
      replace: 'expected !== undefined && event.length > 9',
      ...TABLES,
    },
  ],
  'lib/fleet/sweep/importance.ts': [
    {
      name: 'importance: the smallest first',
      find: 'b.share - a.share',
      replace: 'a.share - b.share',
      ...IMPORTANCE,
    },
    {
      name: 'importance: trees predict what they learned',
      find: '!learned.has(row)',
      replace: 'learned.has(row)',
      ...IMPORTANCE,
    },
    {
      name: 'importance: pruned trials count',
      find: "state !== 'complete' || value === undefined",
      replace: 'value === undefined',
      ...IMPORTANCE,
    },
    {
      name: 'importance: parameters with log on a linear axis',
      find: 'toScale(of, parameters[name]!)',
      replace: "(of.kind === 'choice' ? toScale(of, parameters[name]!) : (parameters[name] as number))",
      ...IMPORTANCE,
    },
  ],
  'lib/fleet/sweep/variance-shares.ts': [
    {
      name: 'variance shares: distances from 0 in place of the mean',
      find: 'volumes[b]! * (leaf.mean - mean) * (leaf.mean - mean)',
      replace: 'volumes[b]! * leaf.mean * leaf.mean',
      ...IMPORTANCE,
    },
    {
      name: 'variance shares: boxes count alike',
      find: 'const weighted = leaves.map((leaf, b) => product(shares[b]!, j) * (leaf.mean - mean));',
      replace: 'const weighted = leaves.map((leaf) => (leaf.mean - mean) / leaves.length);',
      ...IMPORTANCE,
    },
    {
      name: 'variance shares: sum over choices in place of their mean',
      find: 'sum + a * a, 0) / choices',
      replace: 'sum + a * a, 0)',
      ...IMPORTANCE,
    },
  ],
  'lib/fleet/sweep/regression-tree.ts': [
    {
      name: 'regression tree: the cut that leaves the most variance',
      find: 'if (gain > (best?.gain ?? least))',
      replace: 'if (gain > least && gain < (best?.gain ?? Infinity))',
      ...IMPORTANCE,
    },
    {
      name: 'regression tree: choices in the order of their numbers',
      find: 'means[a]! - means[b]! || a - b',
      replace: 'a - b',
      ...IMPORTANCE,
    },
    {
      name: 'regression tree: thresholds at the lower value',
      find: 'below + (above - below) / 2 < above ? below + (above - below) / 2 : below',
      replace: 'below',
      ...IMPORTANCE,
    },
  ],
  'lib/fleet/cross-validation.ts': [
    {
      name: 'cross-validation: looks ahead by one point',
      find: 'const known = end - horizon - gap;',
      replace: 'const known = end - horizon - gap + 1;',
      ...FOLDS,
    },
    {
      name: 'cross-validation: the first window at the beginning',
      find: 'const end = length - (windows - 1 - k) * step;',
      replace: 'const end = least + k * step;',
      ...FOLDS,
    },
    {
      name: 'cross-validation: no gap',
      find: 'end - horizon - gap;',
      replace: 'end - horizon;',
      ...FOLDS,
    },
  ],
  'lib/fleet/k-fold.ts': [
    {
      name: 'k-fold: the tested rows are learned',
      find: '(fold === k ? [] : [row])',
      replace: '[row]',
      ...FOLDS,
    },
    {
      name: 'k-fold: classes are not dealt',
      find: 'byClass(order, labels).forEach',
      replace: 'order.forEach',
      ...FOLDS,
    },
    {
      name: 'k-fold: the seed does nothing',
      find: 'new Random(seed)',
      replace: 'new Random(0)',
      ...FOLDS,
    },
  ],
};
