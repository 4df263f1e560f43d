import { test as ptest } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import { type ActivationName, activationKinds, activationRanges } from '../../../lib/cells/activations.ts';
import { expectBits } from '../../support/bits.ts';
import { dtype, Heap, seed, size } from '../../support/heap.ts';
import { laid, sigmoid, wrongAfter } from './steps.ts';

const { fround, tanh } = Math;

const { abs, max, min } = Math;
const clip01 = (a: number): number => min(max(a, 0), 1);
const between = (y: number): number => (y > 0 && y < 1 ? 1 : 0);

type Slope = (value: number) => number;

/** φ, and φ′ from the output. */
const ACTIVATIONS: Readonly<Record<ActivationName, readonly [Slope, Slope]>> = {
  linear: [(a: number) => a, () => 1],
  sigmoid: [sigmoid, (y: number) => y * (1 - y)],
  tanh: [tanh, (y: number) => 1 - y * y],
  relu: [(a: number) => (a > 0 ? a : 0), (y: number) => (y > 0 ? 1 : 0)],
  softsign: [(a: number) => a / (1 + abs(a)), (y: number) => (1 - abs(y)) ** 2],
  hardSigmoidFifth: [(a: number) => clip01(a / 5 + 0.5), (y: number) => between(y) / 5],
  hardSigmoidSixth: [(a: number) => clip01(a / 6 + 0.5), (y: number) => between(y) / 6],
};

describe.each(Object.keys(ACTIVATIONS) as ActivationName[])('%s', (name) => {
  const [activation, derivative] = ACTIVATIONS[name];
  const kind = activationKinds[name];

  ptest.prop([dtype, seed, size])('forwards, in place too', (type, seed, n) => {
    const { heap, at, values } = laid(type, seed, { y: n, a: n });
    const before = heap.data.slice();
    heap.kernels.activationForward(kind, at.y, n, at.a, n, 1, n);
    expect(wrongAfter(heap, at, before, { y: Array.from(values.a, activation) })).toBe('');
    heap.kernels.activationForward(kind, at.a, n, at.a, n, 1, n);
    expectBits(heap.read(at.a, n), heap.read(at.y, n));
  });

  ptest.prop([dtype, seed, size])('backwards from the output, in place too', (type, seed, n) => {
    const { heap, at, values } = laid(type, seed, { da: n, y: n, dy: n });
    const before = heap.data.slice();
    heap.kernels.activationBackward(kind, at.da, n, at.y, n, at.dy, n, 1, n);
    const expected = Array.from(values.dy, (d, j) => d * derivative(values.y[j]!));
    expect(wrongAfter(heap, at, before, { da: expected })).toBe('');
    heap.kernels.activationBackward(kind, at.dy, n, at.y, n, at.dy, n, 1, n);
    expectBits(heap.read(at.dy, n), heap.read(at.da, n));
  });

  ptest.prop([dtype, seed, size])('on rows of a wider matrix, and leaves the rest of it', (type, seed, n) => {
    const [M, wide] = [3, n + 4];
    const { heap, at } = laid(type, seed, { y: M * wide, a: M * wide, da: M * wide });
    const expected = heap.data.slice();
    const { kernels, data } = heap;
    for (let i = 0; i < M; i++) {
      const [y, a, da] = [at.y + i * wide, at.a + i * wide, at.da + i * wide];
      kernels.activationForward(kind, y, n, a, n, 1, n);
      kernels.activationBackward(kind, da, n, y, n, a, n, 1, n);
      for (const row of [y, da]) expected.set(data.subarray(row, row + n), row);
    }
    const before = expected.slice();
    data.set(expected);
    kernels.activationForward(kind, at.y, wide, at.a, wide, M, n);
    kernels.activationBackward(kind, at.da, wide, at.y, wide, at.a, wide, M, n);
    expectBits(data, before);
  });

  it('lets NaN through and takes infinities', () => {
    const heap = new Heap('float32', 16);
    const a = heap.place(3, [Number.NaN, Infinity, -Infinity]);
    heap.kernels.activationForward(kind, a, 3, a, 3, 1, 3);
    expectBits(heap.read(a, 3), [Number.NaN, activation(Infinity), activation(-Infinity)]);
  });

  it('has its range, and its value at 0 and beyond the kinks', () => {
    const heap = new Heap('float32', 32);
    const inputs = [0, 1e30, -1e30, 2.5, -2.5, 3, -3];
    const a = heap.place(7, inputs);
    heap.kernels.activationForward(kind, a, 7, a, 7, 1, 7);
    const values = [...heap.read(a, 7)];
    const [low, high] = activationRanges[name];
    for (const value of values) expect(value >= low && value <= high).toBe(true);
    inputs.forEach((input, j) => {
      expect(abs(values[j]! / (activation(fround(input)) || 1) - (activation(input) === 0 ? 0 : 1))).toBeLessThan(1e-6);
    });
  });
});
