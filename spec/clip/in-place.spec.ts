import { fc, test as ptest } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import {
  clipByAverageNorm,
  clipByGlobalNorm,
  clipByNorm,
  clipByValue,
  randomNormal,
  Tensor,
  tensor,
} from '../../lib/index.ts';
import { expectBits, largestDifference } from '../support/bits.ts';

const inPlace = true;

describe('in place', () => {
  const view = (t: Tensor) => t.step(-2, -1).transpose(1, 0);
  const CLIPS = {
    clipByValue: (t: Tensor, options?: object) => clipByValue(t, -0.2, 0.3, options),
    clipByNorm: (t: Tensor, options?: object) => clipByNorm(t, 0.5, options),
    'clipByNorm with axes': (t: Tensor, options?: object) => clipByNorm(t, 0.5, { axes: [0], ...options }),
    clipByAverageNorm: (t: Tensor, options?: object) => clipByAverageNorm(t, 0.05, options),
    clipByGlobalNorm: (t: Tensor, options?: object) => clipByGlobalNorm([t], 0.5, options)[0][0],
  } as const;

  it.each(Object.entries(CLIPS))('%s works on strided and reversed views, and touches nothing else', (_, clip) => {
    const whole = randomNormal([5, 3], { seed: 1 });
    const before = whole.copy();
    const copy = clip(view(whole));
    expectBits(whole, before, 'the copy is one: ');
    const out = clip(view(whole), { inPlace });
    expectBits(view(whole), copy);
    expectBits(out, copy);
    expectBits(whole.lo(1, 0).step(2, 1), before.lo(1, 0).step(2, 1), 'rows between: ');
  });

  it('gives back the tensor itself, and a view of an ndarray', () => {
    const t = tensor([3, 4]);
    expect(clipByNorm(t, 1, { inPlace })).toBe(t);
    expect(clipByNorm(t, 1)).not.toBe(t);
    const array = { data: Float64Array.of(4, 9, 3), shape: [2], stride: [-2], offset: 2 };
    const out = clipByNorm(array, 1, { inPlace });
    expect(out).toBeInstanceOf(Tensor);
    expect(largestDifference(array.data, Float64Array.of(0.8, 9, 0.6))).toBeLessThan(1e-15);
  });

  ptest.prop([
    fc.nat(999),
    fc.constantFrom('float32' as const, 'float64' as const),
    fc.double({ min: 0.01, max: 3, noNaN: true }),
  ])('clipping twice is clipping once', (seed, dtype, clipNorm) => {
    const t = randomNormal([7], { seed, dtype });
    const once = clipByNorm(t, clipNorm);
    expectBits(clipByNorm(once, clipNorm), once);
    const [list] = clipByGlobalNorm([t, t.copy()], clipNorm);
    expectBits(clipByGlobalNorm(list, clipNorm)[0][0], list[0]);
  });
});
