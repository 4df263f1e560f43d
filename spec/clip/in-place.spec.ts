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

  const shared = (shape: number[], stride: number[]) =>
    new Tensor({ data: new Float32Array(8).fill(1) }, shape, stride, 0);

  it.each(Object.entries(CLIPS))('%s refuses elements that share memory, at once', (_, clip) => {
    for (const view of [shared([4, 3], [1, 1]), shared([2, 2], [3, 0]), shared([2 ** 40, 3], [0, 1])]) {
      const before = view.data.slice();
      expect(() => clip(view, { inPlace })).toThrow(
        /"(t|list\[0\])" must have a separate memory location for each element/,
      );
      expectBits(view.data, before);
    }
    const windows = shared([4, 3], [1, 1]);
    expectBits(clip(windows), clip(windows.copy()));
  });

  it('clipByGlobalNorm refuses arrays that share memory with each other', () => {
    const t = tensor([3, 4, 5, 6]);
    const before = t.copy();
    for (const list of [
      [t, t],
      [t.hi(3), null, t.lo(2)],
      [tensor([1]), t.step(2), t.step(-3)],
    ]) {
      expect(() => clipByGlobalNorm(list, 1, { inPlace })).toThrow(
        'clipByGlobalNorm: "list" must have a separate memory location for each element, because it is written in place; received elements that share memory. Pass each array once, or omit inPlace',
      );
    }
    expectBits(t, before);
    clipByGlobalNorm([t.step(2), t.lo(1).step(2)], 1, { inPlace });
    expectBits(t, clipByGlobalNorm([before], 1)[0][0]);
    const [twice] = clipByGlobalNorm([before, before], 1);
    expectBits(twice[0], twice[1]);
  });

  it('works on the array as it was checked, and gives back the tensor itself, whatever becomes of its shape', () => {
    const t = tensor([3, 4]);
    const out = clipByNorm(t, 1, {
      get inPlace() {
        return true;
      },
    });
    expect(out).toBe(t);
    let reads = 0;
    const changing = {
      data: Float32Array.of(3, 4, 5, 6),
      stride: [1],
      offset: 0,
      get shape() {
        return reads++ === 0 ? [2] : [4];
      },
    };
    clipByNorm(changing, 1, { inPlace });
    expectBits(changing.data, Float32Array.of(0.6, 0.8, 5, 6));
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
