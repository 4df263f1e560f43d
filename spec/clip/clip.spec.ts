import { fc, test as ptest } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import {
  clipByAverageNorm,
  clipByGlobalNorm,
  clipByNorm,
  clipByNormBackward,
  clipByValue,
  clipByValueBackward,
  globalNorm,
  randomNormal,
  tensor,
  zeros,
} from '../../lib/index.ts';
import { expectBits, largestDifference } from '../support/bits.ts';

const { NaN: notANumber } = Number;
const { hypot } = Math;
const f64 = (values: number[] | number[][]) => tensor(values, { dtype: 'float64' });

// What TensorFlow does, case by case.
describe('clipByValue', () => {
  it.each([
    ['below, within, above', [-9, 0.25, 9], -1, 2, [-1, 0.25, 2]],
    ['at the bounds', [-1, 2], -1, 2, [-1, 2]],
    ['without a lower bound', [-9, 9], -Infinity, 2, [-9, 2]],
    ['without an upper bound', [-9, 9], -1, Infinity, [-1, 9]],
    ['to one value', [-9, 3, 9], 3, 3, [3, 3, 3]],
    ['infinities', [Infinity, -Infinity], -1, 2, [2, -1]],
    ['NaN, which stays', [notANumber, 5], -1, 2, [notANumber, 2]],
    ['-0, which stays', [-0], 0, 1, [-0]],
    ['nothing', [], -1, 2, []],
  ])('%s', (_, t, min, max, expected) => {
    expectBits(clipByValue(tensor(t), min, max), tensor(expected));
    expectBits(clipByValue(f64(t), min, max), f64(expected));
  });

  it('broadcasts bounds', () => {
    const t = tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expectBits(
      clipByValue(t, tensor([0, 3, 0]), 4),
      tensor([
        [1, 3, 3],
        [4, 4, 4],
      ]),
    );
    expectBits(
      clipByValue(t, tensor([[2], [5]]), tensor([[2.5], [5.5]])),
      tensor([
        [2, 2, 2.5],
        [5, 5, 5.5],
      ]),
    );
    expectBits(
      clipByValue(t, tensor(2), tensor([[3]])),
      tensor([
        [2, 2, 3],
        [3, 3, 3],
      ]),
    );
  });

  it('its gradient passes where nothing was clipped, bounds included', () => {
    const t = tensor([-2, -1, 0, 1, 2, notANumber]);
    expectBits(clipByValueBackward(tensor([1, 2, 3, 4, 5, 6]), t, -1, 1), tensor([0, 2, 3, 4, 0, 0]));
  });
});

describe('clipByNorm', () => {
  it.each([
    ['above', [3, 4], 1, [0.6, 0.8]],
    ['below: the same bits', [0.3, 0.4], 1, [0.3, 0.4]],
    ['at the threshold: the same bits', [3, 4], 5, [3, 4]],
    ['zero', [0, -0], 1, [0, -0]],
    ['an infinite entry', [Infinity, 1, -2], 1, [notANumber, 0, -0]],
    ['a NaN', [notANumber, 1], 1, [notANumber, notANumber]],
    ['1e200', [1e200, 0], 1, [1, 0]],
    ['1e200 by 1e100', [3e200, 4e200], 1e100, [0.6e100, 0.8e100]],
    ['1e-200 below', [3e-200, 4e-200], 1, [3e-200, 4e-200]],
    ['1e-200 above', [3e-200, 4e-200], 1e-200, [0.6e-200, 0.8e-200]],
    ['subnormals', [3e-310, 4e-310], 1, [3e-310, 4e-310]],
    ['nothing', [], 1, []],
  ])('%s', (_, t, clipNorm, expected) => {
    const got = clipByNorm(f64(t), clipNorm).data;
    const ratio = Float64Array.from(got, (v, j) =>
      Object.is(v, expected[j]) || Math.abs(v / expected[j]! - 1) < 1e-14 ? 0 : v,
    );
    expect(Array.from(ratio)).toEqual(expected.map(() => 0));
  });

  it('norms do not overflow in float32', () => {
    expectBits(clipByNorm(tensor([3e30, 4e30]), 5), tensor([3, 4]));
  });

  ptest.prop([fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 3 }), fc.nat(99), fc.boolean()])(
    'with axes: every slice by itself',
    (shape, seed, negative) => {
      const t = randomNormal(shape, { seed, sd: 3, dtype: 'float64' });
      for (let axis = 0; axis < shape.length; axis++) {
        const got = clipByNorm(t, 1, { axes: [negative ? axis - shape.length : axis] });
        const last = t.transpose(...others(shape.length, axis), axis).copy();
        const n = shape[axis]!;
        const expected = last.data.slice();
        for (let at = 0; at < expected.length; at += n) {
          const norm = hypot(...expected.subarray(at, at + n));
          if (norm > 1) for (let j = at; j < at + n; j++) expected[j]! /= norm;
        }
        expect(
          largestDifference(got.transpose(...others(shape.length, axis), axis).copy().data, expected),
        ).toBeLessThan(1e-15);
      }
    },
  );

  it('axes may be all, none, or named twice', () => {
    const t = tensor([
      [3, 4],
      [0, 12],
    ]);
    expectBits(clipByNorm(t, 1, { axes: [0, 1] }), clipByNorm(t, 1));
    expectBits(clipByNorm(t, 1, { axes: [1, -1] }), clipByNorm(t, 1, { axes: [1] }));
    expectBits(
      clipByNorm(t, 5, { axes: [] }),
      tensor([
        [3, 4],
        [0, 5],
      ]),
    );
  });

  ptest.prop([fc.integer({ min: 1, max: 6 }), fc.nat(99), fc.constantFrom(0.5, 2, 50)])(
    'its gradient is that of finite differences',
    (n, seed, clipNorm) => {
      const t = randomNormal([n], { seed, dtype: 'float64' });
      const dy = randomNormal([n], { seed: seed + 1, dtype: 'float64' });
      const objective = (j: number, h: number) => {
        const moved = t.copy();
        moved.data[j]! += h;
        return Array.from(clipByNorm(moved, clipNorm).data).reduce((sum, v, k) => sum + v * dy.data[k]!, 0);
      };
      const numeric = Float64Array.from(t.data, (_, j) => (objective(j, 1e-6) - objective(j, -1e-6)) / 2e-6);
      expect(largestDifference(clipByNormBackward(dy, t, clipNorm).data, numeric)).toBeLessThan(1e-6);
    },
  );

  it('its gradient is safe at zero norm, and goes by slices', () => {
    expectBits(clipByNormBackward(tensor([1, 2]), zeros([2]), 1), tensor([1, 2]));
    const got = clipByNormBackward(
      tensor([
        [1, 0],
        [1, 0],
      ]),
      tensor([
        [0, 4],
        [0, 0.5],
      ]),
      1,
      { axes: [1] },
    );
    expectBits(
      got,
      tensor([
        [0.25, 0],
        [1, 0],
      ]),
    );
  });
});

describe('clipByAverageNorm', () => {
  it.each([
    ['above', [3, 4], 1, [1.2, 1.6]],
    ['below', [0.3, 0.4], 1, [0.3, 0.4]],
    ['at the threshold', [3, 4], 2.5, [3, 4]],
    ['zero', [0, 0], 1, [0, 0]],
    ['nothing', [], 1, []],
  ])('%s', (_, t, clipNorm, expected) => {
    expect(largestDifference(clipByAverageNorm(f64(t), clipNorm), f64(expected))).toBeLessThan(1e-15);
  });
});

describe('clipByGlobalNorm', () => {
  it('scales everything by one factor and tells the norm before', () => {
    const [[a, b], norm] = clipByGlobalNorm([f64([3]), f64([[4]])], 1);
    expect(norm).toBe(5);
    expect([a.get(0), b.get(0, 0)].map((v) => v.toFixed(12))).toEqual(['0.600000000000', '0.800000000000']);
  });

  it('leaves the bits at or below the threshold, and zeros', () => {
    const list = [tensor([3, -0]), tensor([4])];
    const [same, norm] = clipByGlobalNorm(list, 5);
    expect(norm).toBe(5);
    same.forEach((t, i) => {
      expectBits(t!, list[i]!);
    });
    expect(clipByGlobalNorm([zeros([2])], 1)[1]).toBe(0);
    expect(clipByGlobalNorm([], 1)).toEqual([[], 0]);
  });

  it('skips missing entries, and keeps them missing', () => {
    const [clipped, norm] = clipByGlobalNorm([null, tensor([6]), undefined, tensor([8])] as const, 5);
    expect(norm).toBe(10);
    expect([clipped[0], clipped[2]]).toEqual([null, undefined]);
    expectBits(clipped[1], tensor([3]));
    expect(clipByGlobalNorm([null, undefined], 1)).toEqual([[null, undefined], 0]);
  });

  it.each([Infinity, notANumber])('turns everything into NaN for a norm of %d', (bad) => {
    const [[a, b], norm] = clipByGlobalNorm([tensor([1, bad]), tensor([2])], 1);
    expect(norm).toBe(bad);
    expectBits(a, tensor([notANumber, notANumber]));
    expectBits(b, tensor([notANumber]));
  });

  it('uses a norm it is told', () => {
    expectBits(clipByGlobalNorm([tensor([3, 4])], 1, { useNorm: 10 })[0][0], tensor([3 * 0.1, 4 * 0.1]));
    expectBits(clipByGlobalNorm([tensor([3, 4])], 1, { useNorm: 0.5 })[0][0], tensor([3, 4]));
    expectBits(clipByGlobalNorm([tensor([3, 4])], 1, { useNorm: Infinity })[0][0], tensor([notANumber, notANumber]));
  });

  it.each([
    [1e200, 4e200, 3e200],
    [1e-200, 4e-200, 3e-200],
  ])('norms of %d neither overflow nor underflow', (unit, a, b) => {
    const [[x], norm] = clipByGlobalNorm([f64([a]), f64([b])], unit);
    expect(norm / (5 * unit)).toBeCloseTo(1, 14);
    expect(x.get(0) / (0.8 * unit)).toBeCloseTo(1, 14);
    expect(globalNorm([f64([a]), null, f64([b])]) / (5 * unit)).toBeCloseTo(1, 14);
  });

  it('sums float32 in float64', () => {
    expect(globalNorm([tensor([3e38]), tensor([3e38])]) / (3e38 * Math.SQRT2)).toBeCloseTo(1, 6);
  });
});

function others(rank: number, axis: number): number[] {
  return Array.from({ length: rank }, (_, k) => k).filter((k) => k !== axis);
}
