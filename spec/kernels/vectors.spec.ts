import { fc, test as ptest } from '@fast-check/jest';
import { describe, it } from '@jest/globals';
import { referenceKernels } from '../../lib/kernels/reference.ts';
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

  ptest.prop([dtype, seed, size])('clamp keeps what is within, and NaN', (type, seed, n) => {
    const heap = new Heap(type, ROOM, seed);
    const v = heap.place(n);
    heap.data[v] = Number.NaN;
    const expected = heap.data.map((x, j) => (j >= v && j < v + n ? Math.min(Math.max(x, -0.5), 0.75) : x));
    heap.kernels.clamp(v, -0.5, 0.75, n);
    expectBits(heap.data, expected);
  });

  it.each([
    [-1, 0],
    [-1, -0],
    [0, 1],
    [-0, 1],
  ])('clamp to [%d, %d] has the bits of the reference for zeros of either sign', (low, high) => {
    const heap = new Heap('float32', ROOM);
    const v = heap.place(5, [-0, 0, -2, 2, 0.5]);
    const data = heap.data.slice();
    referenceKernels(data).clamp(0, v, low, high, 5);
    heap.kernels.clamp(v, low, high, 5);
    expectBits(heap.data, data);
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
