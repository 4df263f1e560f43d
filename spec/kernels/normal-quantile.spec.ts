import { describe, expect, it } from '@jest/globals';
import { normalQuantile } from '../../lib/kernels/normal-quantile.ts';

describe('normalQuantile', () => {
  // CPython 3.11, statistics.NormalDist().inv_cdf: the same algorithm
  it.each([
    [1.1102230246251565e-16, -8.209536151601386],
    [1e-12, -7.034483825301132],
    [1e-10, -6.361340902404056],
    [1e-5, -4.2648907939228256],
    [0.0227, -2.0009293881015715],
    [0.05, -1.6448536269514726],
    [0.075, -1.4395314709384557],
    [0.0750001, -1.4395307645017297],
    [0.25, -0.6744897501960817],
    [0.5, 0],
    [0.6, 0.2533471031357998],
    [0.925, 1.439531470938456],
    [0.93, 1.4757910281791708],
    [0.975, 1.9599639845400536],
    [0.999, 3.090232306167813],
    [0.999999999999, 7.0344869100478356],
  ])('at %d is %d', (p, x) => {
    expect(Math.abs(normalQuantile(p) - x)).toBeLessThanOrEqual(4e-16 * Math.abs(x));
  });

  it('is odd about a half', () => {
    for (const q of [2 ** -10, 0.125, 0.375, 0.4375, 0.4990234375]) {
      expect(normalQuantile(0.5 + q)).toBe(-normalQuantile(0.5 - q));
    }
  });
});
