import { fc, test as ptest } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import { Random } from '../../lib/random/random.ts';
import { expectRefusals, untyped } from '../tensor/expect-refusals.ts';

const N = 20000;

/** Largest distance between the sample's distribution function and the given one, times √N; 1.95 is the 0.1 % limit. */
function kolmogorovSmirnov(sample: number[], distribution: (x: number) => number): number {
  const sorted = Float64Array.from(sample).sort();
  let distance = 0;
  sorted.forEach((x, i) => {
    const share = distribution(x);
    distance = Math.max(distance, share - i / sorted.length, (i + 1) / sorted.length - share);
  });
  return distance * Math.sqrt(sorted.length);
}

/** Distribution function of the standard normal by its Taylor series (Marsaglia 2004). */
function normalShare(x: number): number {
  let sum = x;
  let term = x;
  for (let i = 3; sum !== sum + term && i < 500; i += 2) {
    term *= (x * x) / i;
    sum += term;
  }
  return 0.5 + (sum * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI);
}

function moment(sample: readonly number[], power: number, about = 0): number {
  return sample.reduce((sum, x) => sum + (x - about) ** power, 0) / sample.length;
}

describe('Random', () => {
  const draw = <T>(n: number, next: () => T): T[] => Array.from({ length: n }, next);
  const seeds = fc.maxSafeNat();

  // from an independent implementation in Python: Threefry by the paper, statistics.NormalDist for the normal numbers
  it('draws the same numbers for ever', () => {
    const random = new Random(42);
    expect(draw(3, () => random.uniform())).toEqual([0.6097989034285818, 0.29121536177591545, 0.8779076337409832]);
    expect(draw(3, () => random.normal())).toEqual([2.0201048040076963, 0.012462930486203764, 0.08790716852195493]);
    expect(draw(6, () => random.integer(100))).toEqual([39, 95, 62, 88, 55, 49]);
    expect(Array.from(random.permutation(8))).toEqual([7, 5, 3, 6, 2, 4, 1, 0]);
    expect(random.fork(3).uniform()).toBe(0.052551197364670066);
    expect(random.state).toEqual({ seed: 42, stream: 0, counter: 19 });
  });

  it('draws uniform numbers', () => {
    const random = new Random(1);
    const sample = draw(N, () => random.uniform());
    expect(Math.min(...sample)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...sample)).toBeLessThan(1);
    expect(Math.abs(moment(sample, 1) - 0.5)).toBeLessThan(4 * Math.sqrt(1 / 12 / N));
    expect(Math.abs(moment(sample, 2, 0.5) - 1 / 12)).toBeLessThan(4 * Math.sqrt(1 / 180 / N));
    expect(kolmogorovSmirnov(sample, (x) => x)).toBeLessThan(1.95);
  });

  it('draws normal numbers', () => {
    const random = new Random(2);
    const sample = draw(N, () => random.normal());
    expect(Math.abs(moment(sample, 1))).toBeLessThan(4 / Math.sqrt(N));
    expect(Math.abs(moment(sample, 2) - 1)).toBeLessThan(4 * Math.sqrt(2 / N));
    expect(Math.abs(moment(sample, 3))).toBeLessThan(4 * Math.sqrt(15 / N));
    expect(Math.abs(moment(sample, 4) - 3)).toBeLessThan(4 * Math.sqrt(96 / N));
    expect(kolmogorovSmirnov(sample, normalShare)).toBeLessThan(1.95);
  });

  it('moves and stretches', () => {
    const x = new Random(3).normal();
    expect(new Random(3).normal(10, 2)).toBe(10 + 2 * x);
    expect(new Random(3).normal(7, 0)).toBe(7);
    expect(new Random(3).uniform(-2, 2)).toBe(-2 + 4 * new Random(3).uniform());
  });

  ptest.prop([seeds])('stays below the upper end however narrow the range', (seed) => {
    const random = new Random(seed);
    const high = 1 + 2 * Number.EPSILON;
    for (let i = 0; i < 8; i++) {
      const x = random.uniform(1, high);
      expect(x >= 1 && x < high).toBe(true);
    }
  });

  it('has 53 random bits', () => {
    const random = new Random(4);
    const bits = draw(64, () => random.uniform() * 2 ** 53);
    expect(bits.every(Number.isInteger)).toBe(true);
    for (let bit = 0; bit < 53; bit++) {
      expect(new Set(bits.map((x) => Math.floor(x / 2 ** bit) % 2)).size).toBe(2);
    }
  });

  it('draws every integer equally often', () => {
    const random = new Random(5);
    for (const n of [2, 3, 7, 10]) {
      const counts = new Array<number>(n).fill(0);
      for (let i = 0; i < N; i++) counts[random.integer(n)]! += 1;
      const chi2 = counts.reduce((sum, count) => sum + (count - N / n) ** 2 / (N / n), 0);
      expect(chi2).toBeLessThan(n - 1 + 4 * Math.sqrt(2 * (n - 1)));
    }
  });

  it('does not favour small integers for an n near 2^53', () => {
    // A mere remainder of 53 bits would fall below 2^51 in half of the cases.
    const random = new Random(6);
    const n = 3 * 2 ** 51;
    const low = draw(2000, () => random.integer(n)).filter((x) => x < n / 3).length;
    expect(Math.abs(low - 2000 / 3)).toBeLessThan(4 * Math.sqrt((2000 * 2) / 9));
    expect(new Random(0).integer(1)).toBe(0);
    expect(new Random(0).integer(Number.MAX_SAFE_INTEGER)).toBeLessThan(Number.MAX_SAFE_INTEGER);
  });

  ptest.prop([seeds, fc.integer({ min: 0, max: 60 })])('permutes', (seed, n) => {
    const order = new Random(seed).permutation(n);
    expect(Array.from(order).sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
  });

  it('makes every permutation equally likely', () => {
    const random = new Random(7);
    const counts = new Map<string, number>();
    for (let i = 0; i < 6000; i++) {
      const order = random.permutation(3).join();
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    const chi2 = [...counts.values()].reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
    expect(chi2).toBeLessThan(5 + 4 * Math.sqrt(10));
  });

  ptest.prop([seeds, fc.maxSafeNat(), fc.array(fc.boolean(), { maxLength: 20 })])(
    'keeps streams apart, in whatever order they are drawn from',
    (seed, stream, order) => {
      const alone = [new Random(seed, stream), new Random(seed).fork(1)];
      const expected = alone.map((random) => draw(order.length, () => random.uniform()));
      const parent = new Random(seed);
      const mixed = [new Random(seed, stream), parent.fork(1)];
      const found: number[][] = [[], []];
      for (const second of order) {
        parent.normal();
        const which = second ? 1 : 0;
        found[which]!.push(mixed[which]!.uniform());
      }
      found.forEach((drawn, i) => {
        expect(drawn).toEqual(expected[i]!.slice(0, drawn.length));
      });
    },
  );

  it('gives each seed, stream and fork numbers of its own', () => {
    const big = Number.MAX_SAFE_INTEGER;
    const generators = [0, 1, 2 ** 32, big].flatMap((n) => [
      new Random(n),
      new Random(0, n + (n === 0 ? 5 : 0)),
      new Random(n, 9).fork(0),
      new Random(0).fork(n),
      new Random(0).fork(1).fork(n),
    ]);
    const first = generators.map((random) => random.uniform());
    expect(new Set(first).size).toBe(first.length);
  });

  it('has uncorrelated streams', () => {
    const a = new Random(8, 0);
    const b = new Random(8, 1);
    const product = draw(N, () => a.normal() * b.normal());
    expect(Math.abs(moment(product, 1))).toBeLessThan(4 / Math.sqrt(N));
  });

  ptest.prop([seeds, fc.nat(5), fc.nat(20)])('goes on from a saved state', (seed, stream, drawn) => {
    const random = new Random(seed, stream);
    for (let i = 0; i < drawn; i++) random.integer(7);
    const saved = JSON.parse(JSON.stringify(random.state)) as typeof random.state;
    const restored = new Random(saved.seed, saved.stream, saved.counter);
    expect(draw(5, () => restored.normal())).toEqual(draw(5, () => random.normal()));
    expect(restored.fork(2).uniform()).toBe(random.fork(2).uniform());
  });

  const random = new Random(0);
  expectRefusals([
    ['no seed', 'Random', 'seed', () => new Random(untyped(undefined))],
    ['a negative seed', 'Random', 'seed', () => new Random(-1)],
    ['a fractional seed', 'Random', 'seed', () => new Random(0.5)],
    ['too large a seed', 'Random', 'seed', () => new Random(2 ** 53)],
    ['a string seed', 'Random', 'seed', () => new Random(untyped('1'))],
    ['a negative stream', 'Random', 'stream', () => new Random(1, -1)],
    ['a negative counter', 'Random', 'counter', () => new Random(1, 0, -1)],
    ['an infinite low', 'Random.uniform', 'low', () => random.uniform(-Infinity)],
    ['a high that is not above low', 'Random.uniform', 'high', () => random.uniform(1, 1)],
    ['NaN as high', 'Random.uniform', 'high', () => random.uniform(0, Number.NaN)],
    ['too wide a range', 'Random.uniform', 'high', () => random.uniform(-1e308, 1e308)],
    ['NaN as mean', 'Random.normal', 'mean', () => random.normal(Number.NaN)],
    ['a negative sd', 'Random.normal', 'sd', () => random.normal(0, -1)],
    ['n = 0', 'Random.integer', 'n', () => random.integer(0)],
    ['a fractional n', 'Random.integer', 'n', () => random.integer(2.5)],
    ['a negative n', 'Random.permutation', 'n', () => random.permutation(-1)],
    ['too large an n', 'Random.permutation', 'n', () => random.permutation(2 ** 32)],
    ['a negative fork', 'Random.fork', 'stream', () => random.fork(-1)],
    ['a fork without a number', 'Random.fork', 'stream', () => random.fork(untyped(undefined))],
  ]);
});
