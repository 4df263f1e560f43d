import { describe, expect, it } from '@jest/globals';
import {
  choice,
  integer,
  randomSampler,
  type SweepSampler,
  sweep,
  tpeSampler,
  uniform,
} from '../../../lib/fleet/index.ts';

const { PI, abs, cos, exp, log, sqrt } = Math;
const square = (x: number): number => x * x;

// Standard functions of global optimization; least value 0.
const sphere = () => {
  const space = Object.fromEntries(['a', 'b', 'c', 'd'].map((name) => [name, uniform(-5, 5)]));
  return (sampler: SweepSampler, seed: number) =>
    sweep(
      space,
      ({ parameters }) => Object.values(parameters).reduce<number>((sum, x) => sum + square(x as number), 0),
      { sampler, seed, trials: 80 },
    );
};
const branin = () => (sampler: SweepSampler, seed: number) =>
  sweep(
    { x: uniform(-5, 10), y: uniform(0, 15) },
    ({ parameters: { x, y } }) =>
      square(y - (5.1 / (4 * PI * PI)) * x * x + (5 / PI) * x - 6) +
      10 * (1 - 1 / (8 * PI)) * cos(x) +
      10 -
      0.39788735772973816,
    { sampler, seed, trials: 80 },
  );
const ackley = () => (sampler: SweepSampler, seed: number) =>
  sweep(
    { x: uniform(-32, 32), y: uniform(-32, 32) },
    ({ parameters: { x, y } }) =>
      20 + Math.E - 20 * exp(-0.2 * sqrt((x * x + y * y) / 2)) - exp((cos(2 * PI * x) + cos(2 * PI * y)) / 2),
    { sampler, seed, trials: 80 },
  );
const mixed = () => (sampler: SweepSampler, seed: number) =>
  sweep(
    {
      rate: uniform(1e-6, 1, { log: true }),
      units: integer(4, 256, { log: true }),
      cell: choice(['a', 'b', 'c', 'd', 'e', 'f']),
      drop: uniform(0, 0.9, { step: 0.05 }),
    },
    ({ parameters: { rate, units, cell, drop } }) =>
      square(log(rate / 3e-3)) + square(log(units / 50)) + (cell === 'c' ? 0 : 3) + 10 * abs(drop - 0.35),
    { sampler, seed, trials: 80 },
  );

const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length / 2]!;

describe('tpe finds better values than random search, of 20 seeds', () => {
  it.each([
    ['sphere', sphere()],
    ['Branin', branin()],
    ['Ackley', ackley()],
    ['a mixed space', mixed()],
  ] as const)('%s', async (_, search) => {
    const seeds = Array.from({ length: 20 }, (_, seed) => seed);
    const best = async (sampler: SweepSampler) =>
      Promise.all(seeds.map(async (seed) => (await search(sampler, seed)).best!.value!));
    const [tpe, random] = [await best(tpeSampler()), await best(randomSampler())];
    const wins = seeds.filter((seed) => tpe[seed]! < random[seed]!).length;
    expect(wins).toBeGreaterThanOrEqual(15); // p = 0.02 for equal ones, for a single function
    expect(median(tpe)).toBeLessThan(0.7 * median(random));
  });
});
