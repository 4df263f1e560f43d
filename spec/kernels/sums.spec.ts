import { test as ptest } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import { log1p } from '../../lib/kernels/log.ts';
import { logisticLosses, rowMax, sum, sumOfProducts, weightedLosses } from '../../lib/kernels/sums.ts';
import { expectBits } from '../support/bits.ts';
import { dtype, Heap, seed, size } from '../support/heap.ts';

const ROOM = 67;

/** Σ of terms as sums.ts takes them. */
function inFours(terms: readonly number[]): number {
  const sums = [0, 0, 0, 0] as [number, number, number, number];
  let rest = 0;
  terms.forEach((term, j) => {
    if (j < terms.length - (terms.length % 4)) sums[j % 4]! += term;
    else rest += term;
  });
  return sums[0] + sums[2] + (sums[1] + sums[3]) + rest;
}

describe('sumOfSquares', () => {
  ptest.prop([dtype, seed, size])('sums in float64, element j into sum j mod 4, then the rest', (type, seed, n) => {
    const heap = new Heap(type, ROOM, seed);
    const v = heap.place(n);
    const before = heap.data.slice();
    expect(heap.kernels.sumOfSquares(v, n)).toBe(inFours(Array.from(before.slice(v, v + n), (value) => value * value)));
    expectBits(heap.data, before);
  });

  it.each([
    [3e38, 9e76],
    [1e-40, 1e-80],
  ])('of %d in float32 is in range, wherever it stands', (value, expected) => {
    for (let j = 0; j < 7; j++) {
      const heap = new Heap('float32', ROOM);
      const v = heap.place(7, [0, 0, 0, 0, 0, 0, 0]);
      heap.data[v + j] = value;
      expect(heap.kernels.sumOfSquares(v, 7) / expected).toBeCloseTo(1, 3);
    }
  });
});

describe('the sums of softmax and losses', () => {
  ptest.prop([dtype, seed, size])('take their terms in the same order', (type, seed, n) => {
    const heap = new Heap(type, 4 * ROOM, seed);
    const [a, b, e, each] = [heap.place(n), heap.place(n), heap.place(n), heap.place(n)];
    heap.data[b] = 0;
    heap.data.set(heap.read(e, n).map(Math.abs), e);
    const [left, right, powers] = [heap.read(a, n), heap.read(b, n), heap.read(e, n)];
    const terms = (of: (x: number, y: number, j: number) => number) => Array.from(left, (x, j) => of(x, right[j]!, j));
    const logistic = terms((x, y, j) => (x > 0 ? x : 0) - x * y + log1p(powers[j]!));
    expect(sum(heap.data, a, n)).toBe(inFours(terms((x) => x)));
    expect(sumOfProducts(heap.data, a, b, n)).toBe(inFours(terms((x, y) => x * y)));
    expect(weightedLosses(heap.data, b, a, 0.3, n)).toBe(inFours(terms((x, y) => y * (0.3 - x))));
    expect(logisticLosses(heap.data, each, a, b, e, n)).toBe(inFours(logistic));
    expectBits(heap.read(each, n), type === 'float32' ? Float32Array.from(logistic) : logistic);
    expect(rowMax(heap.data, a, n)).toBe(Math.max(...left));
  });

  it('count a class of weight 0 for nothing, and keep NaN', () => {
    const data = Float64Array.of(0, 1, -Infinity, 2, 3, Number.NaN);
    expect(weightedLosses(data, 0, 2, 5, 2)).toBe(3);
    expect(rowMax(data, 0, 5)).toBe(3);
    expect(rowMax(data, 0, 6)).toBeNaN();
    expect(sum(data, 0, 6)).toBeNaN();
    expect(sum(data, 3, 2)).toBe(5);
  });
});
