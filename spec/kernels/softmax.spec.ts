import { test as ptest } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import { expectBits, largestDifference } from '../support/bits.ts';
import { dtype, Heap, seed, size } from '../support/heap.ts';

const { exp } = Math;
const TOLERANCE = { float32: 1e-6, float64: 1e-14 } as const;

function naiveSoftmax(a: ArrayLike<number>, N: number): Float64Array {
  const y = Float64Array.from(a);
  for (let row = 0; row < y.length; row += N) {
    const largest = y.subarray(row, row + N).reduce((x, v) => (v > x ? v : x));
    let sum = 0;
    for (let j = row; j < row + N; j++) sum += y[j] = exp(y[j]! - largest);
    for (let j = row; j < row + N; j++) y[j]! /= sum;
  }
  return y;
}

describe('softmaxForward', () => {
  ptest.prop([dtype, seed, size, size])('agrees with a naive one in float64', (type, seed, M, N) => {
    const heap = new Heap(type, 5 * M * N + 2 * M, seed);
    const at = heap.place(M * N);
    const before = heap.data.slice();
    heap.kernels.softmaxForward(at, M, N);
    expect(largestDifference(heap.read(at, M * N), naiveSoftmax(before.slice(at, at + M * N), N))).toBeLessThan(
      TOLERANCE[type],
    );
    before.set(heap.read(at, M * N), at);
    expectBits(heap.data, before, 'around it: ');
  });

  it.each([
    ['equal', [7, 7, 7, 7], [0.25, 0.25, 0.25, 0.25]],
    ['huge', [1e38, -1e38, 1e38, 0], [0.5, 0, 0.5, 0]],
    ['of large negative size', [-1e30, -1e30, -2e30, -2e30], [0.5, 0.5, 0, 0]],
    ['with -Infinity', [0, -Infinity, 0, -Infinity], [0.5, 0, 0.5, 0]],
  ])('of logits that are %s', (_, logits, expected) => {
    const heap = new Heap('float32', 16);
    const at = heap.place(4, logits);
    heap.kernels.softmaxForward(at, 1, 4);
    expectBits(heap.read(at, 4), expected);
  });

  it('keeps NaN in its row', () => {
    const heap = new Heap('float32', 16);
    const at = heap.place(6, [1, 1, Number.NaN, 1, 3, 3]);
    heap.kernels.softmaxForward(at, 3, 2);
    expectBits(heap.read(at, 6), [0.5, 0.5, Number.NaN, Number.NaN, 0.5, 0.5]);
  });
});

describe('softmaxBackward', () => {
  ptest.prop([dtype, seed, size, size])('is yᵢ(dyᵢ − Σ dyₖyₖ), in place too', (type, seed, M, N) => {
    const heap = new Heap(type, 5 * M * N + 2 * M, seed);
    const [y, dy, da] = [heap.place(M * N), heap.place(M * N), heap.place(M * N)];
    heap.kernels.softmaxForward(y, M, N);
    const [outputs, upstream] = [heap.read(y, M * N), heap.read(dy, M * N)];
    const expected = Float64Array.from({ length: M * N }, (_, at) => {
      const row = at - (at % N);
      let inner = 0;
      for (let j = row; j < row + N; j++) inner += upstream[j]! * outputs[j]!;
      return outputs[at]! * (upstream[at]! - inner);
    });
    heap.kernels.softmaxBackward(da, y, dy, M, N);
    const result = heap.read(da, M * N);
    expect(largestDifference(result, expected)).toBeLessThan(TOLERANCE[type]);
    expectBits(heap.read(y, M * N), outputs);
    expectBits(heap.read(dy, M * N), upstream);
    heap.kernels.softmaxBackward(dy, y, dy, M, N);
    expectBits(heap.read(dy, M * N), result);
  });
});
