import { describe, test } from '@jest/globals';
import fc from 'fast-check';
import { assertGradients } from '../../lib/verify/index.ts';
import { nets } from '../support/combinations.ts';

describe('every gradient agrees with finite differences to 1e-9 of the largest, in any combination of options', () => {
  test.each(Object.entries(nets))('%s', (_, net) => {
    const property = fc.property(net, ({ layer, call }) => {
      assertGradients(layer, { ...call, cotangents: 1, maxEntries: 1 });
    });
    fc.assert(property, { numRuns: Number(process.env.COMBINATIONS ?? 1000) });
  });
});
