import { describe, expect, it } from '@jest/globals';
import { Random } from '../../lib/random/random.ts';
import { randomNormal, randomUniform } from '../../lib/random/random-tensors.ts';
import { expectRefusals, untyped } from '../tensor/expect-refusals.ts';

describe('randomUniform', () => {
  it('fills in row-major order with the numbers of Random', () => {
    const random = new Random(5);
    const x = randomUniform([2, 3], { low: -1, high: 3, seed: 5, dtype: 'float64' });
    expect(x.shape).toEqual([2, 3]);
    expect(Array.from(x.data)).toEqual(Array.from({ length: 6 }, () => random.uniform(-1, 3)));
  });

  it('is reproducible, float32 by default, and continues a Random', () => {
    expect(randomUniform([4])).toEqual(randomUniform([4], { seed: 0 }));
    expect(randomUniform([4]).dtype).toBe('float32');
    const random = new Random(1);
    expect(randomUniform([4], { seed: random }).toArray()).not.toEqual(randomUniform([4], { seed: random }).toArray());
    expect(randomUniform([0, 2]).size).toBe(0);
  });

  it('stays in its range when rounded to float32', () => {
    const low = 1;
    const high = 1 + 2 ** -22;
    const values = new Set(randomUniform([2000], { low, high }).data);
    expect([...values].sort()).toEqual([1, 1 + 2 ** -23]);
    const sample = randomUniform([2000], { low: 0.3, high: 0.7 }).data;
    expect(sample.every((x) => x >= Math.fround(0.3) && x < Math.fround(0.7))).toBe(true);
  });
});

describe('randomNormal', () => {
  it('fills in row-major order with the numbers of Random', () => {
    const random = new Random(5);
    const x = randomNormal([2, 3], { mean: 1, sd: 2, seed: 5, dtype: 'float64' });
    expect(Array.from(x.data)).toEqual(Array.from({ length: 6 }, () => random.normal(1, 2)));
    expect(randomNormal([3]).dtype).toBe('float32');
  });
});

describe('random tensors', () => {
  const both = [
    ['randomUniform', randomUniform],
    ['randomNormal', randomNormal],
  ] as const;
  expectRefusals([
    ...both.flatMap(([name, make]) => [
      [`no shape (${name})`, name, 'shape', () => make(untyped(undefined))] as const,
      [`a negative length (${name})`, name, 'shape', () => make([-1])] as const,
      [`a negative seed (${name})`, name, 'seed', () => make([1], { seed: -1 })] as const,
      [`a string seed (${name})`, name, 'seed', () => make([1], { seed: untyped('1') })] as const,
      [`an unknown dtype (${name})`, name, 'dtype', () => make([1], { dtype: untyped('int8') })] as const,
      [`an unknown option (${name})`, name, 'options', () => make([1], untyped({ std: 1 }))] as const,
    ]),
    ['NaN as low', 'randomUniform', 'low', () => randomUniform([1], { low: Number.NaN })],
    ['a high below low', 'randomUniform', 'high', () => randomUniform([1], { low: 2 })],
    ['a range that float32 lacks', 'randomUniform', 'high', () => randomUniform([1], { low: 1, high: 1 + 1e-12 })],
    ['a high beyond float32', 'randomUniform', 'high', () => randomUniform([1], { high: 1e300 })],
    ['an infinite mean', 'randomNormal', 'mean', () => randomNormal([1], { mean: Infinity })],
    ['a negative sd', 'randomNormal', 'sd', () => randomNormal([1], { sd: -1 })],
  ]);
});
