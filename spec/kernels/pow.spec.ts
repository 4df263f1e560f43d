import { fc, test as ptest } from '@fast-check/jest';
import { expect, it } from '@jest/globals';
import { pow } from '../../lib/kernels/pow.ts';
import { powError } from '../support/exact.ts';

const base = fc.oneof(
  fc.double({ min: 1e-3, max: 1, noNaN: true }),
  fc.double({ min: 0.99, max: 1.01, noNaN: true }),
  fc.double({ min: 1, max: 1e6, noNaN: true }),
);

ptest.prop([base, fc.double({ min: -32, max: 32, noNaN: true })], { numRuns: 3000 })(
  'has an error below 1 ulp where |y·log₂ x| is at most 32',
  (x, share) => {
    const y = x === 1 ? share : share / Math.abs(Math.log2(x)) / (1 + 1e-9);
    fc.pre(Math.abs(y) < 1e15 && Math.abs(y) > 1e-15);
    expect(powError(x, y, pow(x, y))).toBeLessThan(1);
  },
);

ptest.prop([base, fc.double({ min: -1000, max: 1000, noNaN: true })], { numRuns: 2000 })(
  'has an error below 2 ulp everywhere',
  (x, share) => {
    const y = x === 1 ? share : share / Math.abs(Math.log2(x));
    fc.pre(Math.abs(y) < 1e15 && Math.abs(y) > 1e-15);
    expect(powError(x, y, pow(x, y))).toBeLessThan(2);
  },
);

ptest.prop([fc.integer({ min: 1, max: 200 }), fc.integer({ min: 0, max: 6 })])(
  'is exact where the power is',
  (x, n) => {
    expect(pow(x, n)).toBe(x ** n);
  },
);

it('has the same bits everywhere', () => {
  expect([pow(0.9, 100), pow(0.1, 0.5), pow(0.96, 7.25), pow(1.1, -33)]).toEqual([
    0.000026561398887587544, 0.31622776601683794, 0.7438175815715172, 0.043056764313424443,
  ]);
});

it('ends in 0 and Infinity', () => {
  expect([pow(0, 2), pow(0, 0), pow(0, -1), pow(1, 1e308), pow(2, 1024), pow(2, -1076), pow(2, -1074)]).toEqual([
    0,
    1,
    Infinity,
    1,
    Infinity,
    0,
    2 ** -1074,
  ]);
  expect([pow(5e-324, 1), pow(5e-324, 0.5), pow(Infinity, 2), pow(Infinity, -2), pow(NaN, 1), pow(-1, 2)]).toEqual([
    5e-324,
    2 ** -537,
    Infinity,
    0,
    NaN,
    NaN,
  ]);
  expect([pow(1e300, 1e300), pow(1e-300, 1e300), pow(1e300, -1e300)]).toEqual([Infinity, 0, 0]);
});
