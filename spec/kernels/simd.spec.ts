import { fc, test as ptest } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import { activationKinds } from '../../lib/cells/activations.ts';
import { RELU } from '../../lib/kernels/activation-kinds.ts';
import type { Kernels } from '../../lib/kernels/contract.ts';
import { Random } from '../../lib/random/random.ts';
import { expectBits } from '../support/bits.ts';
import { referenceHeap, simdHeap } from '../support/heap.ts';

const SIZE = 65_000;
const AWKWARD = [1, 3, 4, 5, 8, 9, 17, 31, 33, 64, 67];
const random = new Random(1);

/** Numbers of every kind that a net meets: ordinary, zeros, saturating, subnormal. */
const numbers = Float32Array.from({ length: SIZE }, (_, j) => {
  const value = random.uniform(-2, 2);
  return [0, -0, value * 60, value * 1e-39][j % 16] ?? value;
});

const simd = simdHeap(SIZE);
const wide = simdHeap(SIZE, 'wide');
const plain = referenceHeap('float32', SIZE);
const reference = plain.kernels;

/**
 * Runs a kernel over equal heaps of both kinds and compares the results and every element up to `end`, what lies beside
 * the results included. `seed` only shifts the numbers.
 */
function expectTwins(seed: number, call: (kernels: Kernels) => unknown, end = SIZE): void {
  plain.data.set(numbers.subarray(seed));
  expectSame(call, end);
}

/** The same on what the reference's heap holds already. */
function expectSame(call: (kernels: Kernels) => unknown, end: number, heaps = [simd]): void {
  for (const { data } of heaps) data.set(plain.data);
  const expected = call(reference);
  for (const { kernels, data } of heaps) {
    expect(call(kernels)).toEqual(expected);
    expectBits(data.subarray(0, end), plain.data.subarray(0, end));
  }
}

/** As `expectTwins`, at both widths, without the packed copy, whose layout is each kernel's own. */
function expectProduct(seed: number, call: (kernels: Kernels) => void): void {
  plain.data.set(numbers.subarray(seed));
  expectSame(call, 8000, [simd, wide]);
}

describe('simdHeap', () => {
  it('keeps its elements when it grows', () => {
    const heap = simdHeap(6);
    heap.data[5] = 7;
    heap.grow(200_000);
    expect(heap.data.length).toBeGreaterThanOrEqual(200_000);
    expect(heap.data[5]).toBe(7);
  });

  it('refuses what no memory holds, and is usable after it', () => {
    const heap = simdHeap(1);
    expect(() => heap.grow(2 ** 31)).toThrow(RangeError);
    heap.data[0] = 2;
    heap.kernels.scale(0, 3, 1);
    expect(heap.data[0]).toBe(6);
  });
});

it('large regions leave the constants of the kernels alone', () => {
  const heaps = [simdHeap(300_000), referenceHeap('float32', 300_000)] as const;
  const [got, expected] = heaps.map(({ data, kernels }) => {
    data.fill(0.5);
    kernels.activationForward(activationKinds.tanh, 0, 4, 0, 4, 1, 4);
    return data.subarray(0, 4);
  });
  expectBits(got!, expected!);
});

describe('vector kernels give the bits of the reference', () => {
  const pairs = AWKWARD.flatMap((a, i) => [[a, AWKWARD[(i + 3) % AWKWARD.length]!]] as const);

  it.each(Array.from({ length: 70 }, (_, k) => k + 1))('steps of %d units', (H) => {
    const B = 1 + (H % 3);
    expectTwins(H, (k) => k.lstmStepForward(0, 10_000, 20_000, 30_000, 40_000, B, H));
    expectTwins(H, (k) => k.lstmStepBackward(0, 10_000, 20_000, 30_000, 40_000, 50_000, B, H));
    expectTwins(H, (k) => k.gruGatesForward(0, 10_000, 20_000, B, H));
    expectTwins(H, (k) => k.gruStateForward(0, 10_000, 20_000, B, H));
    expectTwins(H, (k) => k.gruStateBackward(0, 10_000, 20_000, 30_000, 10_000, B, H));
    expectTwins(H, (k) => k.gruGatesBackward(0, 10_000, 20_000, 30_000, 40_000, B, H));
    expectTwins(H, (k) => k.gruResetAfterStepForward(0, 10_000, 20_000, 30_000, B, H));
    expectTwins(H, (k) => k.gruResetAfterStepBackward(0, 10_000, 20_000, 30_000, 40_000, 50_000, 20_000, B, H));
  });

  it.each(AWKWARD)('blocks of %d columns', (N) => {
    const [kinds, wide] = [Object.values(activationKinds), N + 3];
    for (const M of [1, 2, 5]) {
      for (const kind of kinds) {
        expectTwins(N, (k) => k.activationForward(kind, 0, wide, 10_000, N, M, N));
        expectTwins(N, (k) => k.activationForward(kind, 10_000, N, 10_000, N, M, N));
        expectTwins(N, (k) => k.activationBackward(kind, 0, N, 10_000, wide, 20_000, 0, M, N));
      }
      expectTwins(N, (k) => k.clipBackward(0, N, 10_000, wide, -0.5, 0.75, M, N));
      expectTwins(N, (k) => k.clamp(0, wide, -0.5, 0.75, M, N));
      expectTwins(N, (k) => k.multiply(0, wide, 10_000, N, 20_000, 0, M, N));
      expectTwins(N, (k) => k.multiplyAdd(0, wide, 10_000, 0, 20_000, N, M, N));
      expectTwins(N, (k) => k.multiplyAdd(0, 0, 10_000, N, 20_000, wide, M, N));
      expectTwins(N, (k) => k.interpolate(0, wide, 10_000, N, 20_000, 0, 30_000, wide, M, N));
      expectTwins(N, (k) => k.normalize(0, wide, 10_000, N, 1e-5, M, N));
      expectTwins(N, (k) => k.normalize(0, wide, 0, wide, 1e-3, M, N));
      expectTwins(N, (k) => k.normalizeBackward(0, N, 10_000, wide, 20_000, N + 1, M, N));
      const [z, a, b] = [10_000, 20_000, 30_000];
      expectTwins(N, (k) => k.interpolateBackward(0, wide, 50_000, N, 40_000, N, z, N, a, wide, b, 0, 50_000, N, M, N));
    }
  });

  it.each(pairs)('products with K = %d, N = %d', (K, N) => {
    for (const M of [1, 2, 3, 5, 8]) {
      for (const accumulate of [true, false]) {
        const weights = (k: Kernels): void => {
          k.pack(40_000, 10_000, N, 1, K, N);
          k.matmul(0, N, 20_000, K, 40_000, M, N, K, accumulate);
        };
        const transposed = (k: Kernels): void => {
          k.pack(40_000, 10_000, 1, K, K, N);
          k.matmul(0, N + 3, 20_000, K + 2, 40_000, M, N, K, accumulate);
        };
        for (const product of [weights, transposed]) expectProduct(K + N, product);
      }
      expectProduct(K, (k) => k.matmulGradient(0, N, 20_000, M, 10_000, N, 40_000, M, N, K));
      expectTwins(N, (k) => k.columnSums(0, 10_000, N + 1, K, N));
      expectTwins(N, (k) => k.repeatRow(0, 50_000, M, N));
    }
  });

  const upTo70 = fc.integer({ min: 1, max: 70 });

  ptest.prop([upTo70, upTo70, upTo70, fc.boolean(), fc.integer({ min: 0, max: 15 })], { numRuns: 200 })(
    'products of any size',
    (M, N, K, accumulate, shift) => {
      expectProduct(shift, (k) => {
        k.pack(40_000, 10_000, N, 1, K, N);
        k.matmul(0, N, 20_000, K, 40_000, M, N, K, accumulate);
      });
      expectProduct(shift, (k) => k.matmulGradient(0, N, 20_000, M, 10_000, N, 40_000, M, N, K));
    },
  );

  it.each([1, 2, 3, 4, 5, 6, 7])('products of %d rows and any number of columns', (M) => {
    for (let N = 1; N <= 70; N++) {
      expectProduct(N, (k) => {
        k.pack(40_000, 10_000, N, 1, 9, N);
        k.matmul(0, N + 3, 20_000, 9, 40_000, M, N, 9, N % 2 === 0);
        k.matmulGradient(4000, N + 3, 20_000, M, 10_000, N, 40_000, M, N, 9);
      });
    }
  });

  it('products deeper than one block', () => {
    expectProduct(1, (k) => {
      k.pack(30_000, 10_000, 20, 1, 700, 20);
      k.matmul(0, 20, 8000, 700, 30_000, 2, 20, 700, true);
    });
    expectProduct(2, (k) => k.matmulGradient(0, 20, 26_000, 3, 10_000, 20, 36_000, 3, 20, 700));
  });

  it.each(AWKWARD)('updates and sums of %d elements', (n) => {
    const adam = [0.01, 0.9, 0.1, 0.999, 0.001, 1.5, 1e-8, 0.02] as const;
    // v and vMax hold squares
    const squared = (k: Kernels): void => k.activationForward(RELU, 20_000, 0, 20_000, 0, 1, 20_000);
    expectTwins(n, (k) => k.sgdUpdate(0, 10_000, 0.1, 0.02, n));
    expectTwins(n, (k) => k.momentumUpdate(0, 10_000, 20_000, 0.1, 0.9, 0.02, n));
    expectTwins(n, (k) => k.nesterovUpdate(0, 10_000, 20_000, 0.1, 0.9, 0.02, n));
    expectTwins(n, (k) => [squared(k), k.adamUpdate(0, 10_000, 20_000, 50_000, ...adam, n)]);
    expectTwins(n, (k) => [squared(k), k.amsgradUpdate(0, 10_000, 20_000, 30_000, 50_000, ...adam, n)]);
    expectTwins(n, (k) => k.scale(0, 0.3, n));
    expectTwins(n, (k) => k.accumulate(0, 10_000, n));
    expectTwins(n, (k) => k.sumOfSquares(0, n));
  });
});

describe('softmax and losses in vectors give the bits of the reference', () => {
  const END = 6 * 1024;
  const [D, EACH, A, T] = [3, 1024, 2048, 4096];

  /** Logits, and targets of every kind, with `special` among the logits of the second row. */
  function place(seed: number, N: number, special?: number): void {
    plain.data.set(numbers.subarray(seed));
    if (special !== undefined) plain.data[A + N + (seed % N)] = special;
  }

  it.each(AWKWARD)('rows of %d', (N) => {
    for (const M of [1, 2, 5]) {
      for (const special of [undefined, Number.NaN, Infinity, -Infinity, -1e30]) {
        const run = (kernel: (k: Kernels) => unknown): void => {
          place(M + N, N, special);
          for (let i = 0; i < M; i++) plain.data[T + i] = (i * 7) % N;
          expectSame(kernel, END);
        };
        run((k) => k.softmaxForward(A, M, N));
        run((k) => k.softmaxBackward(D, A, T, M, N));
        run((k) => k.softmaxBackward(T, A, T, M, N));
        for (const each of [-1, EACH]) {
          run((k) => k.sparseCrossEntropy(D, each, A, T, 0.3, M, N));
          run((k) => k.denseCrossEntropy(D, each, A, T, 0.3, M, N));
          run((k) => k.squaredError(D, each, A, T, 0.3, M * N));
          run((k) => k.binaryCrossEntropy(D, each, A, T, 0.3, M * N));
        }
      }
    }
  });

  // One loss at a time, in float64: in a sum of many, its last bits would be lost.
  it('logarithms of 1 + e^−|a|, and of sums up to thousands', () => {
    const n = 3000;
    for (let j = 0; j < n; j++) plain.data[A + j] = random.uniform(-1, 1) * 2 ** random.uniform(-30, 7);
    plain.data.fill(0, A + n); // target 0, class 0
    simd.data.set(plain.data);
    const binary = (k: Kernels) => (j: number) => k.binaryCrossEntropy(20_000, -1, A + j, A + n, 1, 1);
    const softmax = (k: Kernels) => (j: number) => k.sparseCrossEntropy(20_000, -1, A + n - j, A + n, 1, 1, j);
    const [losses, others] = [reference, simd.kernels].map((k) => [
      Float64Array.from({ length: n }, (_, j) => binary(k)(j)),
      Float64Array.from({ length: 300 }, (_, j) => softmax(k)(1 + 10 * j)),
    ]) as [Float64Array[], Float64Array[]];
    losses.forEach((expected, k) => {
      expectBits(others[k]!, expected);
    });
  });
});

// The last region of a shared memory, and a memory of its own.
it.each([50, 100_000, 1_000_000])('reads no further than the memory goes, also at its end: %d elements', (elements) => {
  const heap = simdHeap(elements);
  const end = heap.data.length;
  for (const H of [1, 2, 3, 5]) {
    const at = end - 4 * H;
    heap.kernels.lstmStepForward(at, 0, 0, 0, end - H, 1, H);
    heap.kernels.pack(0, end - 16 * H, H, 1, 16, H);
    heap.kernels.matmul(end - H, H, end - 16, 16, 0, 1, H, 16, true);
    heap.kernels.scale(end - H, 1, H);
    heap.kernels.softmaxForward(end - H, 1, H);
    heap.kernels.binaryCrossEntropy(0, -1, end - H, end - H, 1, H);
    heap.kernels.denseCrossEntropy(0, -1, end - H, end - H, 1, 1, H);
  }
  expect(heap.data).toHaveLength(end);
});
