import { fc, test as ptest } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import { expectBits } from '../support/bits.ts';
import { dtype, Heap, rounding, seed, size } from '../support/heap.ts';

type Form = 'matmul' | 'matmulTransposed' | 'matmulGradient';
type Round = (x: number) => number;

interface Product {
  readonly c: number;
  readonly ldc: number;
  readonly a: number;
  readonly lda: number;
  readonly b: number;
  readonly ldb: number;
  readonly M: number;
  readonly N: number;
  readonly K: number;
  readonly accumulate: boolean;
}

const FORMS: readonly Form[] = ['matmul', 'matmulTransposed', 'matmulGradient'];

/** Positions of a(i, k) and b(k, j), and the order that k runs in. */
const ACCESS = {
  matmul: {
    a: (p: Product, i: number, k: number) => p.a + i * p.lda + k,
    b: (p: Product, k: number, j: number) => p.b + k * p.ldb + j,
    down: false,
  },
  matmulTransposed: {
    a: (p: Product, i: number, k: number) => p.a + i * p.lda + k,
    b: (p: Product, k: number, j: number) => p.b + j * p.ldb + k,
    down: false,
  },
  matmulGradient: {
    a: (p: Product, i: number, k: number) => p.a + k * p.lda + i,
    b: (p: Product, k: number, j: number) => p.b + k * p.ldb + j,
    down: true,
  },
} as const;

/** The contract word by word: one sum after the other, rounded after every multiplication and every addition. */
function naive(heap: Float32Array | Float64Array, form: Form, p: Product, round: Round): void {
  const { a, b, down } = ACCESS[form];
  for (let i = 0; i < p.M; i++) {
    for (let j = 0; j < p.N; j++) {
      let sum = p.accumulate ? heap[p.c + i * p.ldc + j]! : 0;
      for (let n = 0; n < p.K; n++) {
        const k = down ? p.K - 1 - n : n;
        sum = round(sum + round(heap[a(p, i, k)]! * heap[b(p, k, j)]!));
      }
      heap[p.c + i * p.ldc + j] = sum;
    }
  }
}

function run(heap: Heap, form: Form, { c, ldc, a, lda, b, ldb, M, N, K, accumulate }: Product): void {
  if (form === 'matmulGradient') heap.kernels.matmulGradient(c, ldc, a, lda, b, ldb, M, N, K);
  else heap.kernels[form](c, ldc, a, lda, b, ldb, M, N, K, accumulate);
}

/** Matrices of the sizes that a form wants, with rows `gap` further apart than they are long. */
function placed(heap: Heap, form: Form, M: number, N: number, K: number, gap: number, accumulate: boolean): Product {
  const [aRows, aWidth] = form === 'matmulGradient' ? [K, M] : [M, K];
  const [bRows, bWidth] = form === 'matmulTransposed' ? [N, K] : [K, N];
  const [ldc, lda, ldb] = [N + gap, aWidth + 2 * gap, bWidth + 3 * gap];
  const c = heap.place(M * ldc);
  const a = heap.place(aRows * lda);
  const b = heap.place(bRows * ldb);
  return { c, ldc, a, lda, b, ldb, M, N, K, accumulate: accumulate || form === 'matmulGradient' };
}

/** Enough for three matrices with gaps. */
function room(M: number, N: number, K: number, gap = 1): number {
  return (M + N + K) * (Math.max(M, N, K) + 3 * gap) + 15;
}

const gap = fc.constantFrom(0, 1, 3);

describe.each(FORMS)('%s', (form) => {
  ptest.prop([dtype, seed, size, size, size, gap, fc.boolean()])(
    'is the naive loop bit for bit, and writes nothing but C',
    (type, seed, M, N, K, gap, accumulate) => {
      const heap = new Heap(type, room(M, N, K, gap), seed);
      const product = placed(heap, form, M, N, K, gap, accumulate);
      const expected = heap.data.slice();
      naive(expected, form, product, rounding(type));
      run(heap, form, product);
      expectBits(heap.data, expected);
    },
  );

  ptest.prop([dtype, seed, size, size, fc.integer({ min: 2, max: 67 }), fc.nat()])(
    'gives the same bits when K is cut in two',
    (type, seed, M, N, K, cut) => {
      const first = 1 + (cut % (K - 1));
      const whole = new Heap(type, room(M, N, K), seed);
      const product = placed(whole, form, M, N, K, 1, true);
      const parts = new Heap(type, room(M, N, K), seed);
      const { a, b } = ACCESS[form];
      const low = { ...product, K: first };
      const high = { ...product, K: K - first, a: a(product, 0, first), b: b(product, first, 0) };
      run(whole, form, product);
      for (const part of ACCESS[form].down ? [high, low] : [low, high]) run(parts, form, part);
      expectBits(parts.data, whole.data);
    },
  );

  it.each([1, 3, 4, 5, 8, 9])('keeps NaN in its row of %i columns', (N) => {
    const [clean, dirty] = [new Heap('float32', room(5, N, 7)), new Heap('float32', room(5, N, 7))];
    const product = placed(clean, form, 5, N, 7, 1, true);
    placed(dirty, form, 5, N, 7, 1, true);
    dirty.data[ACCESS[form].a(product, 2, 3)] = Number.NaN;
    run(clean, form, product);
    run(dirty, form, product);
    const rows = (heap: Heap, i: number) => heap.read(product.c + i * product.ldc, N);
    for (const i of [0, 1, 3, 4]) expectBits(rows(dirty, i), rows(clean, i));
    expect(rows(dirty, 2).every(Number.isNaN)).toBe(true);
  });
});

describe('matmul of no terms', () => {
  it('assigns zeros, and adds none', () => {
    const heap = new Heap('float32', 64);
    const c = heap.place(4, [1, 2, 3, 4]);
    heap.kernels.matmul(c, 2, 0, 1, 0, 1, 2, 2, 0, true);
    expectBits(heap.read(c, 4), [1, 2, 3, 4]);
    heap.kernels.matmul(c, 2, 0, 1, 0, 1, 2, 2, 0, false);
    expectBits(heap.read(c, 4), [0, 0, 0, 0]);
  });
});

describe('columnSums', () => {
  ptest.prop([dtype, seed, size, size, gap])('adds rows from the last to the first', (type, seed, M, N, gap) => {
    const heap = new Heap(type, room(M, N, 1, 3), seed);
    const round = rounding(type);
    const [sums, a, lda] = [heap.place(N), heap.place(M * (N + gap)), N + gap];
    const expected = heap.data.slice();
    for (let i = M - 1; i >= 0; i--) {
      for (let j = 0; j < N; j++) expected[sums + j] = round(expected[sums + j]! + expected[a + i * lda + j]!);
    }
    heap.kernels.columnSums(sums, a, lda, M, N);
    expectBits(heap.data, expected);
  });

  ptest.prop([seed, fc.integer({ min: 2, max: 40 })])('gives the same bits in two parts', (seed, M) => {
    const [whole, parts] = [new Heap('float32', room(M, 9, 1), seed), new Heap('float32', room(M, 9, 1), seed)];
    const [sums, a] = [whole.place(9), whole.place(M * 9)];
    const cut = M >> 1;
    whole.kernels.columnSums(sums, a, 9, M, 9);
    parts.kernels.columnSums(sums, a + cut * 9, 9, M - cut, 9);
    parts.kernels.columnSums(sums, a, 9, cut, 9);
    expectBits(parts.data, whole.data);
  });
});

describe('repeatRow', () => {
  ptest.prop([dtype, seed, size, size])('writes the row again and again', (type, seed, M, N) => {
    const heap = new Heap(type, room(M, N, 1, 3), seed);
    const [c, row] = [heap.place(M * N), heap.place(N)];
    const expected = heap.data.slice();
    for (let j = 0; j < M * N; j++) expected[c + j] = expected[row + (j % N)]!;
    heap.kernels.repeatRow(c, row, M, N);
    expectBits(heap.data, expected);
  });
});
