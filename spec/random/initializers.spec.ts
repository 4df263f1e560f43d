import { describe, expect, it } from '@jest/globals';
import type { Initializer } from '../../lib/random/initializers.ts';
import { initializers, runInitializer } from '../../lib/random/initializers.ts';
import { Random } from '../../lib/random/random.ts';
import { expectRefusals, untyped } from '../tensor/expect-refusals.ts';

function run(initializer: Initializer, shape: number[], seed = 1, gates = 1): number[] {
  return Array.from(runInitializer('spec', initializer, shape, new Random(seed), { gates }));
}

function statistics(values: readonly number[]): { mean: number; variance: number; low: number; high: number } {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length;
  const [low, high] = values.reduce(([a, b], x) => [Math.min(a, x), Math.max(b, x)], [Infinity, -Infinity]);
  return { mean, variance, low, high };
}

describe('initializers without randomness', () => {
  it('fill with one number', () => {
    expect(run(initializers.zeros, [2, 2])).toEqual([0, 0, 0, 0]);
    expect(run(initializers.ones, [3])).toEqual([1, 1, 1]);
    expect(run(initializers.constant(-2.5), [])).toEqual([-2.5]);
  });
});

describe('initializers with randomness', () => {
  const shape = [100, 200];
  const n = 20000;
  const glorotVariance = 2 / 300;
  const cases: [string, Initializer, number, number, number, number][] = [
    ['uniform', initializers.uniform(), 0, 0.1 ** 2 / 12, -0.05, 0.05],
    ['uniform, shifted', initializers.uniform({ low: 1, high: 3 }), 2, 4 / 12, 1, 3],
    ['normal', initializers.normal(), 0, 0.05 ** 2, -0.3, 0.3],
    ['normal, shifted', initializers.normal({ mean: 4, sd: 2 }), 4, 4, -8, 16],
    ['glorot uniform', initializers.glorotUniform(), 0, glorotVariance, -Math.sqrt(6 / 300), Math.sqrt(6 / 300)],
    ['glorot uniform, gain 2', initializers.glorotUniform({ gain: 2 }), 0, 4 * glorotVariance, -0.2829, 0.2829],
    ['glorot normal', initializers.glorotNormal(), 0, glorotVariance, -0.18564, 0.18564],
    ['glorot normal, gain 0.5', initializers.glorotNormal({ gain: 0.5 }), 0, glorotVariance / 4, -0.09282, 0.09282],
  ];

  it.each(cases)('%s: mean, variance and range', (_, initializer, mean, variance, low, high) => {
    const found = statistics(run(initializer, shape));
    expect(Math.abs(found.mean - mean)).toBeLessThan(4 * Math.sqrt(variance / n));
    expect(Math.abs(found.variance / variance - 1)).toBeLessThan(4 * Math.sqrt(2 / n));
    expect(found.low).toBeGreaterThanOrEqual(low);
    expect(found.high).toBeLessThanOrEqual(high);
  });

  it('glorot reaches its limits: a = √(6 / (fan in + fan out)), and two standard deviations', () => {
    const even = statistics(run(initializers.glorotUniform(), shape));
    const limit = Math.sqrt(6 / 300);
    expect(even.high).toBeGreaterThan(0.999 * limit);
    expect(even.low).toBeLessThan(-0.999 * limit);
    expect(statistics(run(initializers.glorotNormal(), shape)).high).toBeGreaterThan(0.995 * 0.1856);
  });

  it.each([
    [[50], 100],
    [[5, 6, 4], 50],
    [[2, 3, 10, 20], 180],
  ])('glorot fans of %p add up to %d', (rank, sum) => {
    const largest = Math.max(
      ...Array.from({ length: 40 }, (_, seed) => run(initializers.glorotUniform(), rank, seed)).flat(),
    );
    expect(largest).toBeLessThan(Math.sqrt(6 / sum));
    expect(largest).toBeGreaterThan(0.99 * Math.sqrt(6 / sum));
  });

  it('values are equal for equal generators, and differ for others', () => {
    for (const [, initializer] of cases) {
      expect(run(initializer, [3, 4], 7)).toEqual(run(initializer, [3, 4], 7));
      expect(run(initializer, [3, 4], 7)).not.toEqual(run(initializer, [3, 4], 8));
    }
  });

  it('make nothing for empty shapes', () => {
    for (const [, initializer] of cases) expect(run(initializer, [0, 0])).toEqual([]);
  });
});

describe('runInitializer', () => {
  it('hands over shape, generator and gates, and takes any array of numbers', () => {
    const random = new Random(1);
    const seen: unknown[] = [];
    const spy: Initializer = (...args) => {
      seen.push(...args);
      return [1, 2];
    };
    expect(runInitializer('f', spy, [2, 1], random, { gates: 4 })).toEqual(Float64Array.of(1, 2));
    expect(seen).toEqual([[2, 1], random, { gates: 4 }]);
    const float32 = new Float32Array([1, 2]);
    expect(runInitializer('f', () => float32, [2], random, { gates: 1 })).toBe(float32);
  });

  it('suggests to call an initializer that was not called', () => {
    expect(() => run(untyped(initializers.orthogonal), [2, 2])).toThrow(/options/);
    expect(() =>
      run(
        untyped(() => initializers.orthogonal()),
        [2, 2],
      ),
    ).toThrow(/Call it first/);
  });

  const fails = (result: unknown) => () =>
    runInitializer('LSTM', () => untyped(result), [2], new Random(1), { gates: 1 });
  const call = (initializer: Initializer, shape: unknown, random: unknown = new Random(1), gates: unknown = 1) =>
    initializer(untyped(shape), untyped(random), { gates: untyped(gates) });
  expectRefusals([
    ['no function', 'LSTM', 'initializer', () => runInitializer('LSTM', untyped(3), [2], new Random(1), { gates: 1 })],
    ['nothing returned', 'LSTM', 'initializer', fails(undefined)],
    ['integers returned', 'LSTM', 'initializer', fails(new Int32Array(2))],
    ['too few values', 'LSTM', 'initializer', fails([1])],
    ['too many values', 'LSTM', 'initializer', fails(new Float32Array(3))],
    ['NaN', 'LSTM', 'initializer', fails([1, Number.NaN])],
    ['an infinity', 'LSTM', 'initializer', fails(Float32Array.of(Infinity, 0))],
    ['a string', 'LSTM', 'initializer', fails([1, '2'])],
    ['nested arrays', 'LSTM', 'initializer', fails([[1], [2]])],
    ['constant NaN', 'initializers.constant', 'value', () => initializers.constant(Number.NaN)],
    ['no constant', 'initializers.constant', 'value', () => initializers.constant(untyped(undefined))],
    ['an infinite low', 'initializers.uniform', 'low', () => initializers.uniform({ low: -Infinity })],
    ['a high below low', 'initializers.uniform', 'high', () => initializers.uniform({ low: 1 })],
    ['options of others', 'initializers.uniform', 'options', () => initializers.uniform(untyped({ min: 1 }))],
    ['a mean that is a string', 'initializers.normal', 'mean', () => initializers.normal({ mean: untyped('0') })],
    ['a negative sd', 'initializers.normal', 'sd', () => initializers.normal({ sd: -1 })],
    ['a misspelt option', 'initializers.normal', 'options', () => initializers.normal(untyped({ std: 1 }))],
    ['a gain of 0', 'initializers.glorotUniform', 'gain', () => initializers.glorotUniform({ gain: 0 })],
    ['an infinite gain', 'initializers.glorotNormal', 'gain', () => initializers.glorotNormal({ gain: Infinity })],
    ['options null', 'initializers.glorotNormal', 'options', () => initializers.glorotNormal(untyped(null))],
    ['NaN as gain', 'initializers.orthogonal', 'gain', () => initializers.orthogonal({ gain: Number.NaN })],
    ['perGate 1', 'initializers.orthogonal', 'perGate', () => initializers.orthogonal({ perGate: untyped(1) })],
    ['a vector', 'initializers.orthogonal', 'shape', () => call(initializers.orthogonal(), [4])],
    [
      'gates that do not divide',
      'initializers.orthogonal',
      'shape',
      () => call(initializers.orthogonal({ perGate: true }), [2, 6], new Random(1), 4),
    ],
    [
      'no gates',
      'initializers.orthogonal',
      'gates',
      () => call(initializers.orthogonal({ perGate: true }), [2, 6], new Random(1), 0),
    ],
    ['zeros without a shape', 'initializers.zeros', 'shape', () => call(initializers.zeros, undefined)],
    ['ones without a generator', 'initializers.ones', 'random', () => call(initializers.ones, [1], null)],
    [
      'orthogonal without a generator',
      'initializers.orthogonal',
      'random',
      () => call(initializers.orthogonal(), [2, 2], null),
    ],
  ]);
});
