import { fc, it } from '@fast-check/jest';
import { describe, expect } from '@jest/globals';
import ndarray from 'ndarray';
import { argMax } from '../../lib/tensor/arg-max.ts';
import { tensor } from '../../lib/tensor/create.ts';
import { oneHot } from '../../lib/tensor/one-hot.ts';
import { softmax } from '../../lib/tensor/softmax.ts';

const { exp } = Math;
const finite = fc.double({ min: -50, max: 50, noNaN: true });
/** Rows of F numbers. */
const rowsOf = (element: fc.Arbitrary<number>) =>
  fc
    .integer({ min: 1, max: 9 })
    .chain((F) => fc.array(fc.array(element, { minLength: F, maxLength: F }), { minLength: 1, maxLength: 5 }));
const f64 = { dtype: 'float64' } as const;

describe('softmax', () => {
  it.prop([rowsOf(finite)])('is e^a / Σ e^a of each row', (rows) => {
    const p = softmax(rows, f64).toArray() as number[][];
    for (const [r, row] of rows.entries()) {
      const sum = row.reduce((total, a) => total + exp(a), 0);
      for (const [j, a] of row.entries()) expect(Math.abs(p[r]![j]! - exp(a) / sum)).toBeLessThan(1e-14); // roundings
    }
  });

  it('is exact at extreme logits', () => {
    expect(softmax([1e308, -1e308, 0]).toArray()).toEqual([1, 0, 0]);
    expect(softmax([-1e308, -1e308, -Infinity]).toArray()).toEqual([0.5, 0.5, 0]);
    expect(softmax([1000, 1000, 999], f64).toArray()).toEqual(softmax([1, 1, 0], f64).toArray());
    expect(softmax([5]).toArray()).toEqual([1]);
  });

  it('takes any strides and axes, and gives float32 by default', () => {
    const x = tensor([
      [1, 2, 3],
      [4, 5, 7],
    ]);
    expect(softmax(x.T).toArray()).toEqual(
      softmax([
        [1, 4],
        [2, 5],
        [3, 7],
      ]).toArray(),
    );
    expect(softmax(ndarray(new Float64Array([1, 2, 3, 4]), [2, 2]).step(1, -1) as never).toArray()).toEqual(
      softmax([
        [2, 1],
        [4, 3],
      ]).toArray(),
    );
    expect(softmax([[[1, 2]]]).shape).toEqual([1, 1, 2]);
    expect([softmax(x).dtype, softmax(x, f64).dtype]).toEqual(['float32', 'float64']);
    expect(softmax([1, 2]).toArray()).toEqual([Math.fround(1 / (1 + exp(1))), Math.fround(exp(1) / (1 + exp(1)))]);
    expect(x.toArray()).toEqual([
      [1, 2, 3],
      [4, 5, 7],
    ]);
  });
});

describe('argMax', () => {
  it.prop([rowsOf(fc.integer({ min: -3, max: 3 }))])('is the first of the largest numbers of each row', (rows) => {
    expect(argMax(rows).toArray()).toEqual(rows.map((row) => row.indexOf(Math.max(...row))));
  });

  it('has the shape without the last axis', () => {
    expect(argMax([1, 3, 2]).shape).toEqual([]);
    expect(argMax([1, 3, 3]).get()).toBe(1);
    expect(
      argMax([
        [
          [1, -Infinity],
          [0, Infinity],
        ],
      ]).toArray(),
    ).toEqual([[0, 1]]);
  });
});

describe('oneHot', () => {
  it.prop([fc.array(fc.integer({ min: 0, max: 6 }))])('is inverted by argMax', (classes) => {
    const rows = oneHot(classes, 7);
    expect(rows.shape).toEqual([classes.length, 7]);
    expect(rows.toArray()).toEqual(classes.map((c) => Array.from({ length: 7 }, (_, k) => (k === c ? 1 : 0))));
    expect(argMax(rows).toArray()).toEqual(classes);
  });

  it('adds an axis', () => {
    expect(oneHot(1, 2).toArray()).toEqual([0, 1]);
    expect(oneHot([[0], [1]], 2, f64)).toEqual(tensor([[[1, 0]], [[0, 1]]], f64));
  });
});
