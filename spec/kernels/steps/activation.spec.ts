import { test as ptest } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import { expectBits } from '../../support/bits.ts';
import { dtype, Heap, seed, size } from '../../support/heap.ts';
import { laid, sigmoid, wrongAfter } from './steps.ts';

const { tanh } = Math;

/** φ, and φ′ from the output. */
const ACTIVATIONS = {
  sigmoid: [sigmoid, (y: number) => y * (1 - y)],
  tanh: [tanh, (y: number) => 1 - y * y],
  relu: [(a: number) => (a > 0 ? a : 0), (y: number) => (y > 0 ? 1 : 0)],
} as const;

describe.each(['sigmoid', 'tanh', 'relu'] as const)('%s', (name) => {
  const [activation, derivative] = ACTIVATIONS[name];
  const [forward, backward] = [`${name}Forward`, `${name}Backward`] as const;

  ptest.prop([dtype, seed, size])('forwards, in place too', (type, seed, n) => {
    const { heap, at, values } = laid(type, seed, { y: n, a: n });
    const before = heap.data.slice();
    heap.kernels[forward](at.y, at.a, n);
    expect(wrongAfter(heap, at, before, { y: Array.from(values.a, activation) })).toBe('');
    heap.kernels[forward](at.a, at.a, n);
    expectBits(heap.read(at.a, n), heap.read(at.y, n));
  });

  ptest.prop([dtype, seed, size])('backwards from the output, in place too', (type, seed, n) => {
    const { heap, at, values } = laid(type, seed, { da: n, y: n, dy: n });
    const before = heap.data.slice();
    heap.kernels[backward](at.da, at.y, at.dy, n);
    const expected = Array.from(values.dy, (d, j) => d * derivative(values.y[j]!));
    expect(wrongAfter(heap, at, before, { da: expected })).toBe('');
    heap.kernels[backward](at.dy, at.y, at.dy, n);
    expectBits(heap.read(at.dy, n), heap.read(at.da, n));
  });

  it('lets NaN through and takes infinities', () => {
    const heap = new Heap('float32', 16);
    const a = heap.place(3, [Number.NaN, Infinity, -Infinity]);
    heap.kernels[forward](a, a, 3);
    expectBits(heap.read(a, 3), [Number.NaN, activation(Infinity), activation(-Infinity)]);
  });
});
