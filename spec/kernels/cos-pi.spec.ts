import { fc, test as ptest } from '@fast-check/jest';
import { expect, it } from '@jest/globals';
import { cosPi } from '../../lib/kernels/cos-pi.ts';
import { cosPiError } from '../support/exact.ts';

ptest.prop(
  [fc.oneof(fc.double({ min: 0, max: 0.4999, noNaN: true }), fc.double({ min: 0.2, max: 0.3, noNaN: true }))],
  {
    numRuns: 3000,
  },
)('has an error below 1 ulp', (x) => {
  fc.pre(x === 0 || x > 1e-30);
  expect(cosPiError(x, cosPi(x))).toBeLessThan(1);
});

ptest.prop([fc.integer({ min: 1, max: 30 })])('is precise near its zero', (n) => {
  const x = 0.5 - 2 ** -n / 2;
  expect(cosPiError(x, cosPi(x))).toBeLessThan(1);
});

// Where π of 53 bits alone would be wrong by more than 0.85 ulp.
it.each([0.24979574978351593, 0.23979651927947998, 0.33737367391586304])('rounds to nearest at %f', (x) => {
  expect(cosPiError(x, cosPi(x))).toBeLessThan(0.5);
});

it('falls', () => {
  for (const n of [7, 1000, 4096]) {
    for (let k = 0; k < n; k++) expect(cosPi((k + 1) / (2 * n))).toBeLessThan(cosPi(k / (2 * n)));
  }
});

it('is exact at its ends, and has the same bits everywhere', () => {
  expect([cosPi(0), cosPi(1 / 2), cosPi(1 / 4), cosPi(1 / 3), cosPi(0.1), cosPi(0.49)]).toEqual([
    1,
    0,
    Math.SQRT1_2,
    0.5,
    0.9510565162951535,
    0.03141075907812832,
  ]);
});
