import { fc, test as ptest } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import ndarray from 'ndarray';
import { tensor, zeros } from '../../lib/tensor/create.ts';
import { expectRefusals, untyped } from './expect-refusals.ts';

describe('zeros', () => {
  it('makes zeros of either type, empty and rank 0 included', () => {
    expect(zeros([2, 2]).toArray()).toEqual([
      [0, 0],
      [0, 0],
    ]);
    expect(zeros([2, 0, 3]).size).toBe(0);
    expect(zeros([]).toArray()).toBe(0);
    expect(zeros([1]).dtype).toBe('float32');
    expect(zeros([1], { dtype: 'float64' }).data).toBeInstanceOf(Float64Array);
  });

  expectRefusals([
    ['a number as shape', 'zeros', 'shape', () => zeros(untyped(3))],
    ['no shape', 'zeros', 'shape', () => zeros(untyped(undefined))],
    ['a negative length', 'zeros', 'shape', () => zeros([2, -1])],
    ['a string length', 'zeros', 'shape', () => zeros(untyped(['2']))],
    ['a shape larger than memory', 'zeros', 'shape', () => zeros([2 ** 20, 2 ** 20, 2 ** 10])],
    ['an unknown dtype', 'zeros', 'dtype', () => zeros([1], { dtype: untyped('int32') })],
    ['an unknown option', 'zeros', 'options', () => zeros([1], untyped({ type: 'float32' }))],
    ['options that are no object', 'zeros', 'options', () => zeros([1], untyped(null))],
  ]);
});

describe('tensor', () => {
  it('reads nested arrays, typed arrays and numbers', () => {
    const rows = [
      [1, 2, 3],
      [4, 5, 6],
    ];
    expect(tensor(rows).toArray()).toEqual(rows);
    expect(tensor(rows.map((row) => new Uint8Array(row))).toArray()).toEqual(rows);
    expect(tensor(new Float64Array([1, 2])).shape).toEqual([2]);
    expect(tensor(7).shape).toEqual([]);
    expect(tensor([Number.NaN, -Infinity]).toArray()).toEqual([Number.NaN, -Infinity]);
  });

  it('keeps axes of length 0', () => {
    expect(tensor([]).shape).toEqual([0]);
    expect(tensor([[], []]).shape).toEqual([2, 0]);
  });

  it('rounds to float32 unless asked for float64', () => {
    expect(tensor(0.1).get()).toBe(Math.fround(0.1));
    expect(tensor(0.1, { dtype: 'float64' }).get()).toBe(0.1);
    expect(tensor(tensor(0.1, { dtype: 'float64' })).dtype).toBe('float32');
  });

  it('copies: the source does not change with it', () => {
    const source = tensor([1, 2]);
    tensor(source).set(0, 9);
    expect(source.get(0)).toBe(1);
  });

  ptest.prop([fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }), fc.nat(7)])(
    'copies strided and reversed ndarrays over any array',
    (shape, bits) => {
      const size = shape.reduce((a, b) => a * b, 1);
      const view = ndarray(
        Array.from({ length: size }, (_, i) => i),
        shape,
      )
        .step(...shape.map((_, axis) => ((bits >> axis) & 1 ? -1 : 2)))
        .transpose(...shape.map((_, axis) => shape.length - 1 - axis));
      const copy = tensor(view, { dtype: 'float64' });
      expect(copy.shape).toEqual(view.shape);
      const index = copy.shape.map((length) => length - 1);
      expect(copy.get(...index)).toBe(view.get(...index));
      expect(copy.get(...index.map(() => 0))).toBe(view.get(...index.map(() => 0)));
    },
  );

  const loop: unknown[] = [];
  loop.push(loop);
  expectRefusals([
    ['ragged rows', 'tensor', 'values', () => tensor([[1, 2], [3]])],
    [
      'ragged deeper',
      'tensor',
      'values',
      () =>
        tensor([
          [[1], [2]],
          [[3], [4, 5]],
        ]),
    ],
    ['a number beside a row', 'tensor', 'values', () => tensor([[1], 2])],
    ['a row beside a number', 'tensor', 'values', () => tensor([1, [2]])],
    ['an empty row first', 'tensor', 'values', () => tensor([[], [1]])],
    ['strings', 'tensor', 'values', () => tensor(untyped(['1']))],
    ['a hole', 'tensor', 'values', () => tensor(new Array(2))],
    ['null among numbers', 'tensor', 'values', () => tensor(untyped([[1, null]]))],
    ['a bigint', 'tensor', 'values', () => tensor(untyped([1n]))],
    ['bigints', 'tensor', 'values', () => tensor(untyped(new BigInt64Array(2)))],
    ['an array that contains itself', 'tensor', 'values', () => tensor(untyped(loop))],
    ['a string', 'tensor', 'values', () => tensor(untyped('12'))],
    ['null', 'tensor', 'values', () => tensor(untyped(null))],
    ['undefined', 'tensor', 'values', () => tensor(untyped(undefined))],
    ['an object', 'tensor', 'values', () => tensor(untyped({ length: 2 }))],
    ['an unknown dtype', 'tensor', 'dtype', () => tensor(1, { dtype: untyped('f32') })],
    ['an unknown option', 'tensor', 'options', () => tensor(1, untyped({ shape: [1] }))],
  ]);
});
