import { test as ptest } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import { expectBits } from '../support/bits.ts';
import { dtype, Heap, seed, size } from '../support/heap.ts';

const ROOM = 67;

describe('sumOfSquares', () => {
  ptest.prop([dtype, seed, size])('sums in float64, element j into sum j mod 4, then the rest', (type, seed, n) => {
    const heap = new Heap(type, ROOM, seed);
    const v = heap.place(n);
    const sums = [0, 0, 0, 0] as [number, number, number, number];
    let rest = 0;
    heap.read(v, n).forEach((value, j) => {
      if (j < n - (n % 4)) sums[j % 4]! += value * value;
      else rest += value * value;
    });
    const before = heap.data.slice();
    expect(heap.kernels.sumOfSquares(v, n)).toBe(sums[0] + sums[2] + (sums[1] + sums[3]) + rest);
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
