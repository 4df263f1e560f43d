import { test as ptest } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import { expectBits, largestDifference } from '../support/bits.ts';
import { dtype, Heap, seed, size } from '../support/heap.ts';

const { abs, exp, log, log1p, max } = Math;
const ROOM = 5 * 67;
const TOLERANCE = { float32: 2e-6, float64: 1e-13 } as const;
const SCALE = 0.25;

interface Expected {
  /** Loss of every position. */
  readonly each: number[];
  readonly d: number[];
}

/** Compares Σ, the gradient and the losses of all positions with naive ones; `each` may be left out. */
function check(heap: Heap, expected: Expected, run: (d: number, each: number) => number, tolerance: number): void {
  const [d, each] = [heap.place(expected.d.length), heap.place(expected.each.length)];
  const sum = expected.each.reduce((a, b) => a + b, 0);
  const size = max(1, ...expected.each.map(abs));
  const got = run(d, each);
  expect(abs(got - sum) / (size * expected.each.length)).toBeLessThan(tolerance);
  expect(largestDifference(heap.read(d, expected.d.length), Float64Array.from(expected.d))).toBeLessThan(tolerance * 4);
  expect(largestDifference(heap.read(each, expected.each.length), Float64Array.from(expected.each), size)).toBeLessThan(
    tolerance,
  );
  const gradient = heap.read(d, expected.d.length);
  const before = heap.data.slice();
  expect(run(d, -1)).toBe(got);
  expectBits(heap.read(d, expected.d.length), gradient);
  expectBits(heap.data, before, 'with no room for each loss: ');
}

function logSumExp(row: readonly number[]): number {
  const largest = max(...row);
  return largest + log(row.reduce((sum, v) => sum + exp(v - largest), 0));
}

describe('squaredError', () => {
  ptest.prop([dtype, seed, size])('is (y − t)², gradient 2(y − t)', (type, seed, n) => {
    const heap = new Heap(type, ROOM, seed);
    const [y, t] = [heap.place(n), heap.place(n)];
    const errors = Array.from(heap.read(y, n), (v, j) => v - heap.data[t + j]!);
    const expected = { each: errors.map((e) => e * e), d: errors.map((e) => 2 * SCALE * e) };
    check(heap, expected, (d, each) => heap.kernels.squaredError(d, each, y, t, SCALE, n), TOLERANCE[type]);
  });

  it('does not overflow in float32', () => {
    const heap = new Heap('float32', 16);
    const [y, t, d] = [heap.place(1, [1e30]), heap.place(1, [0]), heap.place(1)];
    expect(heap.kernels.squaredError(d, -1, y, t, 1, 1) / 1e60).toBeCloseTo(1, 6);
  });
});

describe('sparseCrossEntropy', () => {
  ptest.prop([dtype, seed, size, size])('is −log softmax(a)[t], gradient softmax − onehot', (type, seed, M, N) => {
    const heap = new Heap(type, 5 * M * N + 2 * M, seed);
    const classes = Array.from({ length: M }, (_, i) => (i * 7 + seed) % N);
    const [a, t] = [heap.place(M * N), heap.place(M, classes)];
    const rows = classes.map((_, i) => Array.from(heap.read(a + i * N, N)));
    const each = rows.map((row, i) => logSumExp(row) - row[classes[i]!]!);
    const d = rows.flatMap((row, i) =>
      row.map((v, j) => SCALE * (exp(v - logSumExp(row)) - (j === classes[i] ? 1 : 0))),
    );
    const run = (d: number, each: number) => heap.kernels.sparseCrossEntropy(d, each, a, t, SCALE, M, N);
    check(heap, { each, d }, run, TOLERANCE[type]);
  });

  it('neither overflows nor loses the tail', () => {
    const heap = new Heap('float32', 32);
    const [a, t, d] = [heap.place(2, [110, 0]), heap.place(1, [1]), heap.place(2)];
    expect(heap.kernels.sparseCrossEntropy(d, -1, a, t, 1, 1, 2)).toBe(110);
    expectBits(heap.read(d, 2), [1, -1]);
    heap.data.set([-1e30, -3e38], a);
    expect(heap.kernels.sparseCrossEntropy(d, -1, a, t, 1, 1, 2)).toBeGreaterThan(2.9e38);
  });
});

describe('denseCrossEntropy', () => {
  ptest.prop([dtype, seed, size, size])('is −Σ t log softmax(a), gradient Σt·softmax − t', (type, seed, M, N) => {
    const heap = new Heap(type, 5 * M * N + 2 * M, seed);
    const weights = Array.from({ length: M * N }, () => max(0, heap.random()));
    const [a, t] = [heap.place(M * N), heap.place(M * N, weights)];
    const rows = Array.from({ length: M }, (_, i) => Array.from(heap.read(a + i * N, N)));
    const targets = rows.map((_, i) => Array.from(heap.read(t + i * N, N)));
    const each = rows.map((row, i) => row.reduce((sum, v, j) => sum + targets[i]![j]! * (logSumExp(row) - v), 0));
    const d = rows.flatMap((row, i) => {
      const total = targets[i]!.reduce((a, b) => a + b, 0);
      return row.map((v, j) => SCALE * (total * exp(v - logSumExp(row)) - targets[i]![j]!));
    });
    const run = (d: number, each: number) => heap.kernels.denseCrossEntropy(d, each, a, t, SCALE, M, N);
    check(heap, { each, d }, run, TOLERANCE[type] * N);
  });

  ptest.prop([dtype, seed, size, size])('is the sparse one for one-hot targets, bit for bit', (type, seed, M, N) => {
    const [sparse, dense] = [new Heap(type, 4 * M * N + 3 * M, seed), new Heap(type, 4 * M * N + 3 * M, seed)];
    const classes = Array.from({ length: M }, (_, i) => (i * 5 + seed) % N);
    const hot = classes.flatMap((k) => Array.from({ length: N }, (_, j) => (j === k ? 1 : 0)));
    const [a, d, each] = [sparse.place(M * N), sparse.place(M * N), sparse.place(M)];
    for (const elements of [M * N, M * N, M]) dense.place(elements);
    const [t, weights] = [sparse.place(M, classes), dense.place(M * N, hot)];
    expect(dense.kernels.denseCrossEntropy(d, each, a, weights, SCALE, M, N)).toBe(
      sparse.kernels.sparseCrossEntropy(d, each, a, t, SCALE, M, N),
    );
    expectBits(dense.read(d, M * N), sparse.read(d, M * N));
    expectBits(dense.read(each, M), sparse.read(each, M));
  });

  it('counts a class of weight 0 for nothing, however unlikely', () => {
    const heap = new Heap('float32', 32);
    const [a, t, d] = [heap.place(2, [0, -Infinity]), heap.place(2, [1, 0]), heap.place(2)];
    expect(heap.kernels.denseCrossEntropy(d, -1, a, t, 1, 1, 2)).toBe(0);
    expectBits(heap.read(d, 2), [0, 0]);
  });
});

describe('binaryCrossEntropy', () => {
  ptest.prop([dtype, seed, size])('is max(a, 0) − a·t + log(1 + e^−|a|), gradient σ(a) − t', (type, seed, n) => {
    const heap = new Heap(type, ROOM, seed);
    const [a, t] = [
      heap.place(n),
      heap.place(
        n,
        Array.from({ length: n }, () => abs(heap.random()) / 2),
      ),
    ];
    const targets = heap.read(t, n);
    const logits = Array.from(heap.read(a, n));
    const each = logits.map((v, j) => max(v, 0) - v * targets[j]! + log1p(exp(-abs(v))));
    const d = logits.map((v, j) => SCALE * (1 / (1 + exp(-v)) - targets[j]!));
    const run = (d: number, each: number) => heap.kernels.binaryCrossEntropy(d, each, a, t, SCALE, n);
    check(heap, { each, d }, run, TOLERANCE[type]);
  });

  it.each([
    [1000, 1, 0, 0],
    [1000, 0, 1000, 1],
    [-1000, 0, 0, 0],
    [-1000, 1, 1000, -1],
    [3e38, 0.5, 1.5e38, 0.5],
  ])('of logit %d and target %d', (logit, target, loss, gradient) => {
    const heap = new Heap('float32', 16);
    const [a, t, d] = [heap.place(1, [logit]), heap.place(1, [target]), heap.place(1)];
    expect(heap.kernels.binaryCrossEntropy(d, -1, a, t, 1, 1) / max(1, loss)).toBeCloseTo(loss === 0 ? 0 : 1, 6);
    expectBits(heap.read(d, 1), [gradient]);
  });
});
