import { fc, test as ptest } from '@fast-check/jest';
import { expect, it } from '@jest/globals';
import { exp } from '../../lib/kernels/exp.ts';
import { log } from '../../lib/kernels/log.ts';

const { abs, exp: mathExp } = Math;

/** Distance between float64 numbers around x, which is positive. */
function ulp(x: number): number {
  return x < 2 ** -1022 ? 2 ** -1074 : 2 ** (Math.floor(Math.log2(x)) - 52);
}

ptest.prop([fc.double({ min: -746, max: 710, noNaN: true })], { numRuns: 20_000 })(
  'is within 2 ulp of the engine’s exponential, whose own error is below 1 ulp',
  (x) => {
    const expected = mathExp(x);
    const error = abs(exp(x) - expected);
    expect(expected === Infinity ? exp(x) === Infinity : error <= 2 * ulp(expected)).toBe(true);
  },
);

ptest.prop([fc.double({ min: -745, max: 709, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })])(
  'is monotone',
  (x, step) => {
    expect(exp(x + step)).toBeGreaterThanOrEqual(exp(x));
  },
);

it('has the same bits everywhere', () => {
  expect([exp(0), exp(-0), exp(1), exp(-1), exp(2)]).toEqual([
    1,
    1,
    Math.E + 2 ** -51,
    0.36787944117144233,
    7.38905609893065,
  ]);
  expect([exp(709.782712893384), exp(-745.1332191019411)]).toEqual([1.7976931348622732e308, 5e-324]);
});

it('ends in 0 and Infinity', () => {
  expect([exp(710), exp(-746), exp(Infinity), exp(-Infinity), exp(NaN)]).toEqual([Infinity, 0, Infinity, 0, NaN]);
});

it('inverts the logarithm', () => {
  for (let x = 2 ** -1000; x < 2 ** 1000; x *= 1.7) expect(abs(exp(log(x)) / x - 1)).toBeLessThan(2e-13);
});
