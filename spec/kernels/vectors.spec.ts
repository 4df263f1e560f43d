import { fc, test as ptest } from '@fast-check/jest';
import { describe } from '@jest/globals';
import { expectBits } from '../support/bits.ts';
import { dtype, Heap, rounding, seed, size } from '../support/heap.ts';

const ROOM = 3 * 67;

describe('vectors', () => {
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

  ptest.prop([dtype, seed, size])('accumulate adds, rounded', (type, seed, n) => {
    const heap = new Heap(type, ROOM, seed);
    const [y, x] = [heap.place(n), heap.place(n)];
    const round = rounding(type);
    const expected = heap.data.map((v, j) => (j >= y && j < y + n ? round(v + heap.data[j - y + x]!) : v));
    heap.kernels.accumulate(y, x, n);
    expectBits(heap.data, expected);
  });
});
