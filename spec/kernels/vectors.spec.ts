import { fc, test as ptest } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import { expectBits } from '../support/bits.ts';
import { dtype, Heap, rounding, seed, size } from '../support/heap.ts';

const ROOM = 3 * 67;

describe('vectors', () => {
  ptest.prop([dtype, seed, size])('sumOfSquares sums in float64, upwards', (type, seed, n) => {
    const heap = new Heap(type, ROOM, seed);
    const v = heap.place(n);
    let expected = 0;
    for (const value of heap.read(v, n)) expected += value * value;
    const before = heap.data.slice();
    expect(heap.kernels.sumOfSquares(v, n)).toBe(expected);
    expectBits(heap.data, before);
  });

  it.each([
    [3e38, 9e76],
    [1e-40, 1e-80],
  ])('sumOfSquares of %d in float32 is in range', (value, expected) => {
    const heap = new Heap('float32', ROOM);
    const v = heap.place(4, [value, 0, 0, 0]);
    expect(heap.kernels.sumOfSquares(v, 4) / expected).toBeCloseTo(1, 3);
  });

  ptest.prop([dtype, seed, size, fc.double({ min: -3, max: 3, noNaN: true })])(
    'scale rounds the factor, then the product',
    (type, seed, n, factor) => {
      const heap = new Heap(type, ROOM, seed);
      const round = rounding(type);
      const v = heap.place(n);
      const expected = heap.data.map((x, j) => (j >= v && j < v + n ? round(round(factor) * x) : x));
      heap.kernels.scale(v, factor, n);
      expectBits(heap.data, expected);
    },
  );

  ptest.prop([dtype, seed, size])('clamp keeps what is within, and NaN', (type, seed, n) => {
    const heap = new Heap(type, ROOM, seed);
    const v = heap.place(n);
    heap.data[v] = Number.NaN;
    const expected = heap.data.map((x, j) => (j >= v && j < v + n ? Math.min(Math.max(x, -0.5), 0.75) : x));
    heap.kernels.clamp(v, -0.5, 0.75, n);
    expectBits(heap.data, expected);
  });

  it('clamp takes infinities and keeps -0', () => {
    const heap = new Heap('float32', ROOM);
    const v = heap.place(4, [-Infinity, Infinity, -0, 5]);
    heap.kernels.clamp(v, -1, Infinity, 4);
    expectBits(heap.read(v, 4), [-1, Infinity, -0, 5]);
  });

  ptest.prop([dtype, seed, size])('accumulate adds, rounded', (type, seed, n) => {
    const heap = new Heap(type, ROOM, seed);
    const [y, x] = [heap.place(n), heap.place(n)];
    const round = rounding(type);
    const expected = heap.data.map((v, j) => (j >= y && j < y + n ? round(v + heap.data[j - y + x]!) : v));
    heap.kernels.accumulate(y, x, n);
    expectBits(heap.data, expected);
  });
});
