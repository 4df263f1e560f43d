import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LSTM, type Tensor, tensor } from '../../lib/index.ts';
import { arbitraries } from '../../lib/verify/index.ts';
import { LayerPool } from '../../lib/verify/layer-pool.ts';
import { type RecurrentCase, recurrentCase } from '../../lib/verify/recurrent-case.ts';

const { fround } = Math;

describe('arbitraries.shape', () => {
  const shapes = fc.sample(arbitraries.shape(), { numRuns: 2000, seed: 1 });

  it('stays within its bounds, from 1 on', () => {
    const seen = (pick: 'T' | 'B' | 'I' | 'H'): number[] =>
      [...new Set(shapes.map((shape) => shape[pick]))].sort((a, b) => a - b);
    expect(seen('T')).toEqual(Array.from({ length: 40 }, (_, k) => k + 1));
    expect(seen('B')).toEqual([1, 2, 3, 4]);
    expect(seen('I')).toEqual([1, 2, 3, 4]);
    expect(seen('H')).toEqual([1, 2, 3, 4, 5]);
    const small = fc.sample(arbitraries.shape({ maxT: 3, maxB: 1, maxI: 1, maxH: 1 }), 100);
    expect(small.every(({ T, B, I, H }) => T <= 3 && B === 1 && I === 1 && H === 1)).toBe(true);
  });

  it('favours the lengths where blocks end', () => {
    for (const length of [1, 2, 7, 8, 9, 31, 33]) {
      expect(shapes.filter(({ T }) => T === length).length).toBeGreaterThan(100);
    }
  });

  it('refuses bounds below 1 and unknown ones', () => {
    expect(() => arbitraries.shape({ maxT: 0 })).toThrow('arbitraries.shape: "maxT" must be an integer of at least 1');
    expect(() => arbitraries.shape({ maxX: 1 } as never)).toThrow('maxX');
  });
});

describe('arbitraries.number', () => {
  it('generates finite numbers that are exact in float32', () => {
    const numbers = arbitraries.number({ scale: 0.1, special: 'all' });
    fc.assert(
      fc.property(numbers, (v) => fround(v) === v && Number.isFinite(v)),
      { numRuns: 2000 },
    );
  });

  it('yields the special numbers it is asked for, and no others', () => {
    const drawn = (special: 'none' | 'small' | 'all', dtype: 'float32' | 'float64'): number[] =>
      fc.sample(arbitraries.number({ special, dtype }), { numRuns: 2000, seed: 3 });
    for (const dtype of ['float32', 'float64'] as const) {
      const tiny = dtype === 'float32' ? 2 ** -149 : 2 ** -1074;
      const has = (numbers: number[]): boolean[] => [
        numbers.some((v) => Object.is(v, -0)),
        numbers.includes(tiny),
        numbers.some((v) => Math.abs(v) > 1),
      ];
      expect(has(drawn('none', dtype))).toEqual([false, false, false]);
      expect(has(drawn('small', dtype))).toEqual([true, true, false]);
      expect(has(drawn('all', dtype))).toEqual([true, true, true]);
    }
  });

  it('spreads over the whole range', () => {
    const numbers = fc.sample(arbitraries.number({ scale: 8 }), { numRuns: 4000, seed: 1 });
    expect(Math.max(...numbers)).toBeGreaterThan(7.9);
    expect(Math.min(...numbers)).toBeLessThan(-7.9);
    expect(numbers.filter((v) => Math.abs(v) > 4).length).toBeGreaterThan(1000);
  });

  it('refuses a scale, type or kind of specials that is none', () => {
    expect(() => arbitraries.number({ scale: 0 })).toThrow('"scale"');
    expect(() => arbitraries.number({ dtype: 'float16' as never })).toThrow('"dtype"');
    expect(() => arbitraries.number({ special: 'some' as never })).toThrow('"special"');
  });
});

describe('arbitrary tensors', () => {
  it('generates the requested shapes and types', () => {
    const shape = { T: 3, B: 2, I: 4, H: 5 };
    const [x] = fc.sample(arbitraries.sequence(shape), 1);
    expect([x!.shape, x!.dtype]).toEqual([[2, 3, 4], 'float32']);
    const [state] = fc.sample(arbitraries.state(['h', 'c'], shape, { dtype: 'float64' }), 1);
    expect(Object.entries(state!).map(([name, array]) => [name, array.shape, array.dtype])).toEqual([
      ['h', [2, 5], 'float64'],
      ['c', [2, 5], 'float64'],
    ]);
    const [wide] = fc.sample(arbitraries.state({ h: 1, c: 3 }, { B: 2 }), 1);
    expect([wide!.h!.shape, wide!.c!.shape]).toEqual([
      [2, 1],
      [2, 3],
    ]);
    const [dy] = fc.sample(arbitraries.cotangent([2, 1]), 1);
    expect(dy!.shape).toEqual([2, 1]);
    const scales = fc
      .sample(arbitraries.weights({ W: [20, 20], b: [5] }), { numRuns: 100, seed: 2 })
      .map(({ W }) => Math.max(...[...W!.data].map(Math.abs)));
    expect(Math.min(...scales)).toBeLessThan(0.11);
    expect(Math.max(...scales)).toBeGreaterThan(7);
    const [fixed] = fc.sample(arbitraries.weights({ W: [9] }, { scale: 1e-3 }), 1);
    expect(fixed!.W!.data.every((v) => Math.abs(v) <= fround(1e-3))).toBe(true);
  });

  it('shrink to zeros and print as they are typed', () => {
    const { counterexample } = fc.check(fc.property(arbitraries.tensor([2, 2], { special: 'all' }), () => false));
    const [zero] = counterexample as [Tensor];
    expect([...zero.data]).toEqual([0, 0, 0, 0]);
    expect(fc.stringify(zero)).toBe('tensor([[0, 0], [0, 0]])');
  });
});

describe('arbitrary masks', () => {
  const shape = { B: 3, T: 4 };

  it('covers right, left and inner gaps, rows without a masked step and rows without any other', () => {
    const rows = fc.sample(arbitraries.mask(shape), { numRuns: 400, seed: 1 }).flat();
    const seen = new Set(rows.map((row) => row.map(Number).join('')));
    expect(seen.size).toBe(2 ** 4);
    const share = (pattern: RegExp): number =>
      rows.filter((row) => pattern.test(row.map(Number).join(''))).length / rows.length;
    for (const pattern of [/^1+0+$/, /^0+1+$/, /^0+$/, /^1+$/, /10+1/]) expect(share(pattern)).toBeGreaterThan(0.05);
  });

  it('covers all lengths from 0 to T', () => {
    const lengths = fc.sample(arbitraries.lengths(shape), { numRuns: 100, seed: 1 });
    expect(lengths.every((list) => list.length === 3)).toBe(true);
    expect([...new Set(lengths.flat())].sort()).toEqual([0, 1, 2, 3, 4]);
  });

  it('shrinks to a batch without a masked step', () => {
    const shrunk = (masks: fc.Arbitrary<unknown>): unknown =>
      fc.check(fc.property(masks, () => false)).counterexample![0];
    expect(shrunk(arbitraries.mask(shape))).toEqual(Array(3).fill([true, true, true, true]));
    expect(shrunk(arbitraries.lengths(shape))).toEqual([4, 4, 4]);
  });
});

describe('recurrentCase', () => {
  const passes = recurrentCase(new LayerPool((options) => new LSTM(options), 'float32'), { maxT: 9 });

  it('shrinks to one step of one unit on zeros', () => {
    const [pass] = fc.check(fc.property(passes, () => false)).counterexample as [RecurrentCase];
    expect(pass.shape).toEqual({ T: 1, B: 1, I: 1, H: 1 });
    expect(fc.stringify(pass)).toBe(
      '{ T: 1, B: 1, I: 1, H: 1, dtype: float32, weights: { recurrentKernel: [[0, 0, 0, 0]], ' +
        'kernel: [[0, 0, 0, 0]], bias: [0, 0, 0, 0] }, x: [[[0]]], initialState: { h: [[0]], c: [[0]] }, ' +
        'dy: [[[0]]], dState: { h: [[0]], c: [[0]] } }',
    );
  });

  it('runs on the weights of the case, whatever ran before', () => {
    const [one, other] = fc.sample(passes, { numRuns: 2, seed: 7 });
    const before = one!.run().output.toArray();
    other!.run();
    expect(one!.run().output.toArray()).toEqual(before);
    expect(
      one!
        .with({ x: tensor(one!.x) })
        .run()
        .output.toArray(),
    ).toEqual(before);
  });
});
