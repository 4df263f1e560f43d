import { fc, test as ptest } from '@fast-check/jest';
import { describe, it } from '@jest/globals';
import type { Kernels } from '../../lib/kernels/contract.ts';
import { referenceKernels } from '../../lib/kernels/reference.ts';
import type { FloatArray } from '../../lib/tensor/storage.ts';
import { expectBits } from '../support/bits.ts';
import { dtype, Heap, rounding, seed, size } from '../support/heap.ts';

const ROOM = 12 * 3 * 70;
const { max, min } = Math;
const rows = fc.integer({ min: 1, max: 3 });

type Round = (x: number) => number;
/** An entry of each output, from entries of the inputs in the order of the kernel, and of the outputs before. */
type Formula = (inputs: number[], before: number[], round: Round) => number[];

interface Kernel {
  readonly outputs: number;
  readonly inputs: number;
  readonly call: (kernels: Kernels, places: number[], M: number, N: number) => void;
  readonly formula: Formula;
}

/** `places`: offset and row distance of each output, then of each input. */
const KERNELS: Readonly<Record<string, Kernel>> = {
  clamp: {
    outputs: 1,
    inputs: 0,
    call: (k, [v, ldv], M, N) => k.clamp(v!, ldv!, -0.5, 0.75, M, N),
    formula: (_, [v]) => [min(max(v!, -0.5), 0.75)],
  },
  clipBackward: {
    outputs: 1,
    inputs: 1,
    call: (k, [da, ldda, y, ldy], M, N) => k.clipBackward(da!, ldda!, y!, ldy!, -0.5, 0.75, M, N),
    formula: ([y], [da]) => [da! * (y! > -0.5 && y! < 0.75 ? 1 : 0)],
  },
  multiply: {
    outputs: 1,
    inputs: 2,
    call: (k, places, M, N) => k.multiply(...(places as Six), M, N),
    formula: ([a, b], _, round) => [round(a! * b!)],
  },
  multiplyAdd: {
    outputs: 1,
    inputs: 2,
    call: (k, places, M, N) => k.multiplyAdd(...(places as Six), M, N),
    formula: ([a, b], [y], round) => [round(y! + round(a! * b!))],
  },
  interpolate: {
    outputs: 1,
    inputs: 3,
    call: (k, places, M, N) => k.interpolate(...([...places, M, N] as Parameters<Kernels['interpolate']>)),
    formula: ([z, a, b], _, round) => [round(round(round(1 - z!) * a!) + round(z! * b!))],
  },
  interpolateBackward: {
    outputs: 3,
    inputs: 4,
    call: (k, places, M, N) => {
      k.interpolateBackward(...([...places, M, N] as Parameters<Kernels['interpolateBackward']>));
    },
    formula: ([z, a, b, dy], _, round) => [round(dy! * round(b! - a!)), round(dy! * round(1 - z!)), round(dy! * z!)],
  },
};
type Six = [number, number, number, number, number, number];

describe.each(Object.keys(KERNELS))('%s', (name) => {
  const { outputs, inputs, call, formula } = KERNELS[name]!;
  const arrays = outputs + inputs;

  ptest.prop([dtype, seed, rows, size, fc.array(fc.nat(3), { minLength: arrays, maxLength: arrays }), fc.nat(arrays)])(
    'computes its formula on strided rows, or on one row repeated, and writes nothing else',
    (type, seed, M, N, extra, repeated) => {
      const heap = new Heap(type, ROOM, seed);
      const strides = extra.map((more, k) => (k === repeated && k >= outputs ? 0 : N + more));
      const at = strides.map((ld) => heap.place(M * (ld + 3) + N));
      const expected = heap.data.slice();
      for (let i = 0; i < M; i++) {
        for (let j = 0; j < N; j++) {
          const entries = at.map((start, k) => heap.data[start + i * strides[k]! + j]!);
          const results = formula(entries.slice(outputs), entries.slice(0, outputs), rounding(type));
          for (const [k, value] of results.entries()) expected[at[k]! + i * strides[k]! + j] = value;
        }
      }
      call(
        heap.kernels,
        at.flatMap((start, k) => [start, strides[k]!]),
        M,
        N,
      );
      expectBits(heap.data, expected);
    },
  );
});

ptest.prop([dtype, seed, rows, size])('multiplyAdd adds up rows from the last to the first', (type, seed, M, N) => {
  const heap = new Heap(type, ROOM, seed);
  const [y, a, b] = [heap.place(N), heap.place(M * N), heap.place(M * N)];
  const round = rounding(type);
  const expected = heap.data.slice();
  for (let i = M - 1; i >= 0; i--) {
    for (let j = 0; j < N; j++) {
      const product = round(heap.data[a + i * N + j]! * heap.data[b + i * N + j]!);
      expected[y + j] = round(expected[y + j]! + product);
    }
  }
  heap.kernels.multiplyAdd(y, 0, a, N, b, N, M, N);
  expectBits(heap.data, expected);
});

ptest.prop([dtype, seed, rows, size])('results may replace the inputs that the contract names', (type, seed, M, N) => {
  const heap = new Heap(type, ROOM, seed);
  const { kernels } = heap;
  const [y, z, a, b, d] = [1, 2, 3, 4, 5].map(() => heap.place(M * N)) as [number, number, number, number, number];
  const start = heap.data.slice();
  /** The result at `to` of a call on the numbers at the start. */
  const result = (run: () => void, to: number): FloatArray => {
    heap.data.set(start);
    run();
    return heap.read(to, M * N);
  };
  for (const [kernel, others] of [
    ['multiply', [a, b]],
    ['interpolate', [z, a, b]],
  ] as const) {
    const run = (to: number) => () =>
      (kernels[kernel] as (...all: number[]) => void)(to, N, ...others.flatMap((o) => [o, N]), M, N);
    const apart = result(run(y), y);
    for (const other of others) expectBits(result(run(other), other), apart);
  }
  const back = (da: number, db: number) => () =>
    kernels.interpolateBackward(y, N, da, N, db, N, z, N, a, N, b, N, d, N, M, N);
  const other = heap.place(M * N);
  const third = heap.place(M * N);
  expectBits(result(back(d, other), d), result(back(third, other), third));
  expectBits(result(back(other, d), d), result(back(other, third), third));
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
  referenceKernels(data).clamp(0, v, 5, low, high, 1, 5);
  heap.kernels.clamp(v, 5, low, high, 1, 5);
  expectBits(heap.data, data);
});

it('clamp takes infinities, keeps -0 and NaN', () => {
  const heap = new Heap('float32', ROOM);
  const v = heap.place(5, [-Infinity, Infinity, -0, 5, Number.NaN]);
  heap.kernels.clamp(v, 5, -1, Infinity, 1, 5);
  expectBits(heap.read(v, 5), [-1, Infinity, -0, 5, Number.NaN]);
});

it('clipBackward keeps NaN, and stops what lies on the bounds', () => {
  const heap = new Heap('float32', ROOM);
  const da = heap.place(4, [Number.NaN, 1, 2, 3]);
  const y = heap.place(4, [Number.NaN, -0.5, 0.75, 0]);
  heap.kernels.clipBackward(da, 4, y, 4, -0.5, 0.75, 1, 4);
  expectBits(heap.read(da, 4), [Number.NaN, 0, 0, 3]);
});
