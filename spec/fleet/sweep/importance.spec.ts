import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  choice,
  haltonSampler,
  type ImportanceOptions,
  integer,
  type ParameterImportance,
  parameterImportance,
  type Space,
  Study,
  uniform,
} from '../../../lib/fleet/index.ts';
import { type Feature, type Leaf, RegressionTree } from '../../../lib/fleet/sweep/regression-tree.ts';
import { varianceShares } from '../../../lib/fleet/sweep/variance-shares.ts';
import { Random } from '../../../lib/random/random.ts';

// biome-ignore lint/suspicious/noExplicitAny: values of any space
type Value = (values: any) => number;

function studyOf(space: Space, value: Value, trials: number): Study {
  const study = new Study(space, { trials, sampler: haltonSampler(), seed: 5 });
  for (let trial = study.ask(); trial !== undefined; trial = study.ask()) {
    study.tell(trial, value(trial.parameters as never));
  }
  return study;
}

function sharesOf({ parameters, interactions }: ParameterImportance): Record<string, number> {
  return { ...Object.fromEntries(parameters.map(({ name, share }) => [name, share])), interactions };
}

function shares(space: Space, value: Value, trials: number, options?: ImportanceOptions): Record<string, number> {
  return sharesOf(parameterImportance(studyOf(space, value, trials), options));
}

const unit = uniform(0, 1);
const three = { x: unit, y: unit, z: unit };
const { PI, sin } = Math;

// The tolerances are those of a forest of a few hundred trials; each is far below the distance to the shares of a wrong formula.
describe('functions with known shares', () => {
  it('a sum: 4/5, 1/5 and 0', () => {
    const found = shares(three, ({ x, y }) => 2 * x + y, 400);
    expect(found.x).toBeCloseTo(0.8, 1);
    expect(found.y).toBeCloseTo(0.2, 1);
    expect(found.z).toBeLessThan(0.01);
    expect(found.interactions).toBeLessThan(0.05);
  });

  it('a product around 0: nothing alone, all of it together', () => {
    const found = shares(three, ({ x, y }) => (x - 0.5) * (y - 0.5), 500);
    expect(found.x! + found.y! + found.z!).toBeLessThan(0.15);
    expect(found.interactions).toBeGreaterThan(0.85);
  });

  it('Ishigami: 0.31, 0.44, 0, and 0.24 for the first and third together', () => {
    const angle = uniform(-PI, PI);
    const found = shares(
      { a: angle, b: angle, c: angle },
      ({ a, b, c }) => sin(a) + 7 * sin(b) * sin(b) + 0.1 * (c * c * c * c) * sin(a),
      900,
    );
    expect(Math.abs(found.a! - 0.314)).toBeLessThan(0.1);
    expect(Math.abs(found.b! - 0.442)).toBeLessThan(0.15);
    expect(found.c).toBeLessThan(0.05);
    expect(Math.abs(found.interactions! - 0.244)).toBeLessThan(0.15);
  });

  it('choices in no order, of which one has an effect', () => {
    const space = { cell: choice(['b', 'c', 'a', 'd']), other: choice([1, 2, 3]), x: unit };
    const found = shares(space, ({ cell }) => ({ a: 0, b: 3, c: -1, d: 3 })[cell as 'a' | 'b' | 'c' | 'd'], 60);
    expect(found.cell).toBeGreaterThan(0.99);
  });

  it('a logarithm on a logarithmic axis is linear: 3² to 1²', () => {
    const rate = uniform(1e-6, 1, { log: true });
    const found = shares({ rate, other: rate }, ({ rate, other }) => 3 * Math.log10(rate) + Math.log10(other), 400);
    expect(found.rate).toBeCloseTo(0.9, 1);
    expect(found.other).toBeCloseTo(0.1, 1);
  });

  it('logarithms of values: of x³ y they are a sum', () => {
    const found = shares(
      { x: uniform(1, 100, { log: true }), y: uniform(1, 100, { log: true }) },
      ({ x, y }) => x * x * x * y,
      400,
      { valueScale: 'log' },
    );
    expect(found.x).toBeCloseTo(0.9, 1);
    expect(found.interactions).toBeLessThan(0.05);
  });

  it('steps and integers', () => {
    const space = { n: integer(1, 3), s: uniform(0, 1, { step: 0.25 }), units: integer(1, 64, { log: true }) };
    const found = shares(space, ({ n }) => n, 100);
    expect(found.n).toBeGreaterThan(0.99);
  });
});

describe('parameterImportance', () => {
  const study = studyOf(three, ({ x, y }) => 2 * x + y, 120);

  it('lists the largest first', () => {
    const list = parameterImportance(studyOf(three, ({ y, z }) => y + 3 * z, 120)).parameters;
    expect(list.map(({ name }) => name)).toEqual(['z', 'y', 'x']);
  });

  it('depends only on the results and the seed', () => {
    const whole = parameterImportance(study);
    const stored = { space: study.space, trials: JSON.parse(JSON.stringify([...study.trials].reverse())) };
    expect(parameterImportance(stored)).toEqual(whole);
    expect(parameterImportance(study, { seed: 1 })).not.toEqual(whole);
    expect(parameterImportance(study, { trees: 8 })).not.toEqual(whole);
    const maximized = { ...stored, direction: 'maximize' as const };
    expect(parameterImportance(maximized)).toEqual(whole);
  });

  it('has the same shares whatever the unit of the values', () => {
    for (const scale of [2 ** 1000, 2 ** -1000]) {
      const scaled = studyOf(three, ({ x, y }) => (2 * x + y) * scale, 120);
      expect(parameterImportance(scaled)).toEqual(parameterImportance(study));
    }
  });

  it('knows what it does not know', () => {
    const random = new Random(1);
    const noise = parameterImportance(studyOf(three, () => random.normal(), 120));
    expect(noise.rSquared).toBeLessThan(0.1);
    expect(parameterImportance(study).rSquared).toBeGreaterThan(0.95);
  });

  it('counts only complete trials with finite values', () => {
    const mixed = new Study(three, { trials: 12, sampler: haltonSampler() });
    for (let trial = mixed.ask(); trial !== undefined; trial = mixed.ask()) {
      const { number, parameters } = trial;
      if (number === 1) mixed.tell(trial, 'failed');
      else if (number === 2) mixed.tell(trial, Infinity);
      else if (number === 3) mixed.report(trial, 1, 7);
      else mixed.tell(trial, number === 4 ? -1 : parameters.x!);
    }
    expect(parameterImportance(mixed).trials).toBe(9);
    expect(parameterImportance(mixed, { valueScale: 'log' }).trials).toBe(8);
  });

  it('of equal values: 0 everywhere', () => {
    const equal = parameterImportance(studyOf(three, () => 3, 20));
    expect(sharesOf(equal)).toEqual({ x: 0, y: 0, z: 0, interactions: 0 });
    expect(equal.rSquared).toBe(0);
  });

  it('has no say with fewer than 4 trials', () => {
    expect(() => parameterImportance(studyOf(three, ({ x }) => x, 3))).toThrow(
      'parameterImportance: "study.trials" must have at least 4 complete trials with finite values; received 3',
    );
  });
});

/** Features of two numbers and one choice, with values that repeat. */
const arrangement = fc.record({
  rows: fc.array(
    fc.tuple(fc.integer({ min: 0, max: 8 }), fc.integer({ min: 0, max: 8 }), fc.nat({ max: 3 }), fc.integer()),
    { minLength: 4, maxLength: 40 },
  ),
});

describe('a tree', () => {
  const treeOf = (rows: readonly (readonly number[])[]): { features: Feature[]; tree: RegressionTree } => {
    const column = (j: number): number[] => rows.map((row) => row[j]!);
    const features = [
      { choices: 0, low: 0, high: 8, values: column(0) },
      { choices: 0, low: -2, high: 10, values: column(1) },
      { choices: 5, low: 0, high: 1, values: column(2) },
    ];
    const y = column(3).map((value) => value / 2 ** 31);
    return { features, tree: new RegressionTree(features, y, [...y.keys()]) };
  };
  const holds = ({ box: [a, b, c] }: Leaf, [x, y, k]: readonly number[]): boolean =>
    x! > a![0]! && x! < a![1]! && y! > b![0]! && y! < b![1]! && c!.includes(k!);
  const edges = (leaves: readonly Leaf[], j: number): number[] =>
    [...new Set(leaves.flatMap(({ box }) => box[j]!))].sort((a, b) => a - b);
  /** The middles of the intervals between edges, with their shares of the whole. */
  const middles = (of: readonly number[]): { at: number; share: number }[] =>
    of.slice(1).map((edge, i) => ({ at: (of[i]! + edge) / 2, share: (edge - of[i]!) / (of.at(-1)! - of[0]!) }));

  it('has the shares of the integrals, cell by cell', () => {
    fc.assert(
      fc.property(arrangement, ({ rows }) => {
        const { features, tree } = treeOf(rows);
        const { leaves } = tree;
        const axes = [middles(edges(leaves, 0)), middles(edges(leaves, 1))];
        axes.push([0, 1, 2, 3, 4].map((at) => ({ at, share: 1 / 5 })));
        const cells = axes[0]!.flatMap((a) => axes[1]!.flatMap((b) => axes[2]!.map((c) => [a, b, c] as const)));
        const values = cells.map((cell) => {
          const found = leaves.filter((leaf) =>
            holds(
              leaf,
              cell.map(({ at }) => at),
            ),
          );
          expect(found).toHaveLength(1); // boxes fill the space, without overlap
          return { cell, value: found[0]!.mean, share: cell.reduce((all, { share }) => all * share, 1) };
        });
        const mean = values.reduce((sum, { value, share }) => sum + value * share, 0);
        const whole = values.reduce((sum, { value, share }) => sum + (value - mean) ** 2 * share, 0);
        const found = varianceShares(features, leaves);
        if (leaves.length === 1) return expect(found).toBeUndefined();
        axes.forEach((axis, j) => {
          const alone = axis.reduce((sum, { at, share }) => {
            const on = values.filter(({ cell }) => cell[j]!.at === at);
            const marginal = on.reduce((all, each) => all + (each.value - mean) * (each.share / share), 0);
            return sum + marginal * marginal * share;
          }, 0);
          expect(Math.abs(found![j]! - alone / whole)).toBeLessThan(1e-9); // roundings of sums of 500 cells
        });
      }),
    );
  });

  it('predicts the mean of at least two rows', () => {
    fc.assert(
      fc.property(arrangement, ({ rows }) => {
        const { tree } = treeOf(rows);
        const groups = new Map<number, number[]>();
        rows.forEach((row, i) => {
          const mean = tree.predict(i);
          groups.set(mean, [...(groups.get(mean) ?? []), row[3]! / 2 ** 31]);
        });
        for (const [mean, group] of groups) {
          expect(group.length).toBeGreaterThanOrEqual(2);
          expect(group.reduce((a, b) => a + b, 0) / group.length).toBeCloseTo(mean, 9);
        }
      }),
    );
  });

  it('divides where the least variance is left', () => {
    const features = [
      { choices: 0, low: 0, high: 1, values: [0.1, 0.2, 0.3, 0.4, 0.6, 0.8] },
      { choices: 3, low: 0, high: 1, values: [0, 1, 2, 0, 1, 2] },
    ];
    const { leaves } = new RegressionTree(features, [5, 5, 5, 5, 9, 9], [0, 1, 2, 3, 4, 5]);
    expect(leaves).toEqual([
      {
        box: [
          [0, 0.5],
          [0, 1, 2],
        ],
        mean: 5,
      },
      {
        box: [
          [0.5, 1],
          [0, 1, 2],
        ],
        mean: 9,
      },
    ]);
    const bySet = new RegressionTree(features, [1, 7, 1, 1, 7, 1], [0, 1, 2, 3, 4, 5]);
    expect(bySet.leaves.map(({ box, mean }) => [box[1], mean])).toEqual([
      [[0, 2], 1],
      [[1], 7],
    ]);
  });
});
