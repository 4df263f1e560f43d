import { describe, expect, it } from '@jest/globals';
import {
  choice,
  gridSampler,
  haltonSampler,
  hyperband,
  integer,
  medianPruner,
  randomSampler,
  Study,
  sweep,
  uniform,
} from '../../../lib/fleet/index.ts';
import { fromBase64, toBase64 } from '../../../lib/fleet/sweep/base64.ts';
import { Halton, primes, radicalInverse } from '../../../lib/fleet/sweep/halton.ts';
import { bracketsOf } from '../../../lib/fleet/sweep/hyperband.ts';
import { normalCdf } from '../../../lib/fleet/sweep/normal-cdf.ts';
import { ChoiceDensity, NumberDensity, weightsOf, widthsOf } from '../../../lib/fleet/sweep/parzen.ts';
import { medianOf } from '../../../lib/fleet/sweep/referee.ts';
import { countOf, valueAt } from '../../../lib/fleet/sweep/space.ts';

describe('Halton points', () => {
  it('are the radical inverses in prime bases', () => {
    expect(primes(8)).toEqual([2, 3, 5, 7, 11, 13, 17, 19]);
    expect([1, 2, 3, 4, 5, 6, 7].map((n) => radicalInverse(n, 2))).toEqual([4, 2, 6, 1, 5, 3, 7].map((k) => k / 8));
    [1, 2, 3, 4, 5, 6, 7, 8].forEach((n, i) => {
      expect(radicalInverse(n, 3)).toBeCloseTo([3, 6, 1, 4, 7, 2, 5, 8][i]! / 9, 15);
    });
  });

  it('fill every part of a base alike, permuted too', () => {
    for (const scramble of [false, true]) {
      const halton = new Halton(3, 4, scramble);
      [2, 3, 5].forEach((base, j) => {
        const parts = base * base;
        const hit = Array.from({ length: parts }, (_, n) => Math.floor(halton.at(n + 1, j) * parts + 1e-9));
        expect(hit.sort((a, b) => a - b)).toEqual(hit.map((_, k) => k));
      });
    }
    expect(new Halton(1, 1, true).at(1, 0)).not.toBe(new Halton(1, 2, true).at(1, 0));
  });

  it('are what trials get', () => {
    const space = { x: uniform(0, 1), y: integer(0, 8) };
    const study = new Study(space, { sampler: haltonSampler({ scramble: false }), trials: 4 });
    const points = Array.from({ length: 4 }, () => study.ask()!.parameters);
    expect(points.map(({ x }) => x)).toEqual([0.5, 0.25, 0.75, 0.125]);
    expect(points.map(({ y }) => y)).toEqual([3, 6, 1, 4]);
  });
});

describe('Hyperband', () => {
  it('has the brackets of the paper for R = 81 and η = 3', () => {
    const brackets = bracketsOf({ maxSteps: 81, minSteps: 1, factor: 3 });
    const table = brackets.map(({ trials, rungs, kept }) => [trials, ...kept].map((n, i) => [n, [...rungs, 81][i]]));
    expect(table).toEqual([
      [
        [81, 1],
        [27, 3],
        [9, 9],
        [3, 27],
        [1, 81],
      ],
      [
        [34, 3],
        [11, 9],
        [3, 27],
        [1, 81],
      ],
      [
        [15, 9],
        [5, 27],
        [1, 81],
      ],
      [
        [8, 27],
        [2, 81],
      ],
      [[5, 81]],
    ]);
  });

  it('lets that many go on, the best ones', async () => {
    const calls: number[] = [];
    const study = await sweep(
      { x: uniform(0, 1) },
      async ({ number, parameters: { x }, report, resumedAt, checkpoint }) => {
        calls[number] = (calls[number] ?? 0) + 1;
        expect(checkpoint?.[0]).toBe(resumedAt);
        for (let step = (resumedAt ?? 0) + 1; step <= 9; step++)
          await report(step, x, { checkpoint: Uint8Array.of(step) });
        return x;
      },
      { sampler: randomSampler(), pruner: hyperband({ maxSteps: 9 }), concurrency: 3 },
    );
    expect(study.size).toBe(9 + 5 + 3);
    const steps = (from: number, to: number) => study.trials.slice(from, to).map((trial) => trial.steps.length);
    const count = (list: number[], least: number) => list.filter((n) => n >= least).length;
    expect([1, 3, 9].map((n) => count(steps(0, 9), n))).toEqual([9, 3, 1]);
    expect([3, 9].map((n) => count(steps(9, 14), n))).toEqual([5, 1]);
    expect(steps(14, 17)).toEqual([9, 9, 9]);
    const x = study.trials.slice(0, 9).map(({ parameters }) => parameters.x);
    const best = study.trials.slice(0, 9).filter(({ state }) => state === 'complete');
    expect(best.map(({ value }) => value)).toEqual([Math.min(...x)]);
    expect(Math.max(...calls)).toBeLessThanOrEqual(3);
    expect(study.trials.every((trial) => trial.steps.every(({ step }, k) => step === k + 1))).toBe(true);
  });

  it('passes over what a trial without checkpoint reports again, and keeps the largest when it maximizes', async () => {
    const study = await sweep(
      { x: uniform(0, 1) },
      async ({ parameters: { x }, report }) => {
        for (let step = 1; step <= 4; step++) await report(step, x);
        return x;
      },
      { sampler: randomSampler(), direction: 'maximize', pruner: hyperband({ maxSteps: 4, factor: 2 }), trials: 4 },
    );
    const x = study.trials.map(({ parameters }) => parameters.x);
    expect(study.best!.value).toBe(Math.max(...x));
    expect(study.trials.map((trial) => trial.steps.length).sort()).toEqual([1, 1, 2, 4]);
  });
});

describe('the median rule', () => {
  it('ends a trial whose best value is worse than the median at its step', () => {
    expect([medianOf([3, 1, 2]), medianOf([4, 1, 2, 3]), medianOf([Infinity, 1, Number.NaN])]).toEqual([
      2,
      2.5,
      Infinity,
    ]);
    const study = new Study({ x: uniform(0, 1) }, { pruner: medianPruner({ startupTrials: 4 }), lag: 1, trials: 7 });
    for (const value of [1, 2, 3, 4]) {
      const trial = study.ask()!;
      expect(study.report(trial, 1, value)).toBe('continue');
      expect(study.report(trial, 2, value + 1)).toBe('continue');
      study.tell(trial, value);
    }
    const at = study.ask()!;
    expect([study.report(at, 1, 2.5), study.report(at, 2, 9)]).toEqual(['continue', 'continue']); // best 2.5, below 3.5
    study.tell(at, 9);
    const above = study.ask()!;
    expect(study.report(above, 1, 2.51)).toBe('stop');
    expect(study.trials[5]!.state).toBe('pruned');
    const nan = study.ask()!;
    expect(study.report(nan, 1, Number.NaN)).toBe('stop');
  });
});

describe('the Parzen estimator', () => {
  it('has the normal distribution function', () => {
    const known = [
      [0, 0.5],
      [1, 0.8413447460685429],
      [-1.96, 0.024997895148220435],
      [-8, 6.220960574271786e-16],
      [3, 0.9986501019683699],
    ];
    for (const [z, p] of known) expect(Math.abs(normalCdf(z!) - p!)).toBeLessThan(1e-15);
    expect([normalCdf(-40), normalCdf(40)]).toEqual([0, 1]);
  });

  it('has the weights and widths of Optuna', () => {
    expect(weightsOf(3)).toEqual([0.25, 0.25, 0.25, 0.25]);
    const long = weightsOf(27);
    expect(long[0]! / long[26]!).toBeCloseTo(1 / 27, 12);
    expect(long[1]).toBe(long[27]);
    const scale = { low: 0, high: 10, step: 0 };
    expect(widthsOf([1, 4, 5], scale)).toEqual([3, 3, 10].map((w, k) => (k < 2 ? Math.max(w, 2.5) : w)));
    expect(widthsOf([5], scale)).toEqual([10]);
    expect(widthsOf([5, 5.001, 5], scale)[0]).toBe(2.5); // at least range / (n + 2)
  });

  it('is a density', () => {
    const scale = { low: -1, high: 3, step: 0 };
    const density = new NumberDensity([-1, 0, 0.1, 2.9], scale);
    const n = 4000;
    let sum = 0;
    for (let k = 0; k < n; k++) sum += (density.at(-1 + (4 * (k + 0.5)) / n) * 4) / n;
    expect(sum).toBeCloseTo(1, 5);
    const steps = new NumberDensity([1, 3], { low: 0.5, high: 5.5, step: 1 });
    expect([1, 2, 3, 4, 5].reduce((total, x) => total + steps.at(x), 0)).toBeCloseTo(1, 12);
    const choices = new ChoiceDensity([0, 0, 2], 3);
    expect([0, 1, 2].reduce((total, x) => total + choices.at(x), 0)).toBeCloseTo(1, 12);
    expect(choices.at(0) > choices.at(2) && choices.at(2) > choices.at(1)).toBe(true);
  });
});

describe('a grid', () => {
  it('has every combination, the last parameter fastest', () => {
    const space = { a: choice(['x', 'y']), b: integer(1, 5, { step: 2 }), c: uniform(1, 100, { log: true }) };
    const study = new Study(space, { sampler: gridSampler({ points: 3 }) });
    expect(study.size).toBe(18);
    const rows = Array.from({ length: 18 }, () => study.ask()!.parameters);
    expect(rows[0]).toEqual({ a: 'x', b: 1, c: 1 });
    expect(rows[1]!.c).toBeCloseTo(10, 12);
    expect([rows[2]!.c, rows[3]!.b, rows[9]!.a, rows[17]]).toEqual([100, 3, 'y', { a: 'y', b: 5, c: 100 }]);
    expect(new Set(rows.map((row) => JSON.stringify(row))).size).toBe(18);
    expect(study.ask()).toBeUndefined();
  });

  it('counts decimal steps exactly', () => {
    const of = uniform(0, 0.3, { step: 0.1 });
    expect([countOf(of), valueAt(of, 3)]).toEqual([4, 0.3]);
  });
});

it('writes bytes as base64', () => {
  for (const text of ['', 'f', 'fo', 'foo', 'foob', 'fooba', 'foobar\u00ff\u0000']) {
    const bytes = Buffer.from(text, 'latin1');
    expect(toBase64(new Uint8Array(bytes))).toBe(bytes.toString('base64'));
    expect(Buffer.from(fromBase64('f', 'x', bytes.toString('base64'))).equals(bytes)).toBe(true);
  }
});
