import { fc, test as ptest } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import { gradientScratch, packedSize } from '../../lib/kernels/contract.ts';
import type { FloatArray } from '../../lib/tensor/storage.ts';
import { expectBits } from '../support/bits.ts';
import { dtype, Heap, rounding, seed, size } from '../support/heap.ts';

type Form = 'matmul' | 'matmul by the transpose' | 'matmul by every second column' | 'matmulGradient';
type Round = (x: number) => number;

interface Product {
  readonly c: number;
  readonly ldc: number;
  readonly a: number;
  readonly lda: number;
  readonly b: number;
  readonly ldb: number;
  /** The packed B, or scratch. */
  readonly p: number;
  readonly M: number;
  readonly N: number;
  readonly K: number;
  readonly accumulate: boolean;
}

/** Distances of B's elements in k and in j. */
const STRIDES: Readonly<Record<Form, (p: Product) => readonly [bStep: number, bColumn: number]>> = {
  matmul: ({ ldb }) => [ldb, 1],
  'matmul by the transpose': ({ ldb }) => [1, ldb],
  'matmul by every second column': ({ ldb }) => [ldb, 2],
  matmulGradient: ({ ldb }) => [ldb, 1],
};
const FORMS = Object.keys(STRIDES) as Form[];

/** Whether k runs from the last row to the first. */
function runsDown(form: Form): boolean {
  return form === 'matmulGradient';
}

/** Position of a(i, k). */
function atA(form: Form, { a, lda }: Product, i: number, k: number): number {
  return runsDown(form) ? a + k * lda + i : a + i * lda + k;
}

/** Position of b(k, j). */
function atB(form: Form, p: Product, k: number, j: number): number {
  const [bStep, bColumn] = STRIDES[form](p);
  return p.b + k * bStep + j * bColumn;
}

/** The contract word by word: one sum after the other, rounded after every multiplication and every addition. */
function naive(heap: Float32Array | Float64Array, form: Form, p: Product, round: Round): void {
  for (let i = 0; i < p.M; i++) {
    for (let j = 0; j < p.N; j++) {
      let sum = p.accumulate ? heap[p.c + i * p.ldc + j]! : 0;
      for (let n = 0; n < p.K; n++) {
        const k = runsDown(form) ? p.K - 1 - n : n;
        sum = round(sum + round(heap[atA(form, p, i, k)]! * heap[atB(form, p, k, j)]!));
      }
      heap[p.c + i * p.ldc + j] = sum;
    }
  }
}

function run(heap: Heap, form: Form, product: Product): void {
  const { c, ldc, a, lda, b, ldb, p, M, N, K, accumulate } = product;
  if (form === 'matmulGradient') {
    heap.kernels.matmulGradient(c, ldc, a, lda, b, ldb, p, M, N, K);
  } else {
    heap.kernels.pack(p, b, ...STRIDES[form](product), K, N);
    heap.kernels.matmul(c, ldc, a, lda, p, M, N, K, accumulate);
  }
}

/** Rows and width of the memory that holds B. */
function memoryOfB(form: Form, N: number, K: number): readonly [rows: number, width: number] {
  if (form === 'matmul by the transpose') return [N, K];
  return [K, form === 'matmul by every second column' ? 2 * N : N];
}

/** Matrices of the sizes that a form wants, with rows `gap` further apart than they are long. */
function placed(heap: Heap, form: Form, M: number, N: number, K: number, gap: number, accumulate: boolean): Product {
  const [aRows, aWidth] = runsDown(form) ? [K, M] : [M, K];
  const [bRows, bWidth] = memoryOfB(form, N, K);
  const [ldc, lda, ldb] = [N + gap, aWidth + 2 * gap, bWidth + 3 * gap];
  const c = heap.place(M * ldc);
  const a = heap.place(aRows * lda);
  const b = heap.place(bRows * ldb);
  const p = heap.place(scratchSize(M, N, K));
  return { c, ldc, a, lda, b, ldb, p, M, N, K, accumulate: accumulate || runsDown(form) };
}

/** Room for the packed matrix of any form. */
function scratchSize(M: number, N: number, K: number): number {
  return Math.max(packedSize(K, N), gradientScratch(M, N, K));
}

/** All but the room of the packed matrix, whose layout is the kernels' own affair. */
function withoutPacked(data: FloatArray, { p, M, N, K }: Product): FloatArray {
  return data.slice().fill(0, p, p + scratchSize(M, N, K));
}

/** Enough for three matrices with gaps and a packed one. */
function room(M: number, N: number, K: number, gap = 1): number {
  return (
    M * (N + gap) +
    (M + K) * (Math.max(M, K) + 2 * gap) +
    (N + K) * (Math.max(2 * N, K) + 3 * gap) +
    scratchSize(M, N, K)
  );
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
      expectBits(withoutPacked(heap.data, product), withoutPacked(expected, product));
    },
  );

  ptest.prop([dtype, seed, size, size, fc.constantFrom(255, 256, 257, 515), fc.boolean()], { numRuns: 20 })(
    'is it for long sums too',
    (type, seed, M, N, K, accumulate) => {
      const heap = new Heap(type, room(M, N, K), seed);
      const product = placed(heap, form, M, N, K, 1, accumulate);
      const expected = heap.data.slice();
      naive(expected, form, product, rounding(type));
      run(heap, form, product);
      expectBits(withoutPacked(heap.data, product), withoutPacked(expected, product));
    },
  );

  ptest.prop([dtype, seed, size, size, fc.integer({ min: 2, max: 67 }), fc.nat()])(
    'gives the same bits when K is cut in two',
    (type, seed, M, N, K, cut) => {
      const first = 1 + (cut % (K - 1));
      const whole = new Heap(type, room(M, N, K), seed);
      const product = placed(whole, form, M, N, K, 1, true);
      const parts = new Heap(type, room(M, N, K), seed);
      const low = { ...product, K: first };
      const high = { ...product, K: K - first, a: atA(form, product, 0, first), b: atB(form, product, first, 0) };
      run(whole, form, product);
      for (const part of runsDown(form) ? [high, low] : [low, high]) run(parts, form, part);
      expectBits(withoutPacked(parts.data, product), withoutPacked(whole.data, product));
    },
  );

  it.each([1, 3, 4, 5, 8, 9, 16, 17])('keeps NaN in its row of %i columns', (N) => {
    const [clean, dirty] = [new Heap('float32', room(5, N, 7)), new Heap('float32', room(5, N, 7))];
    const product = placed(clean, form, 5, N, 7, 1, true);
    placed(dirty, form, 5, N, 7, 1, true);
    dirty.data[atA(form, product, 2, 3)] = Number.NaN;
    run(clean, form, product);
    run(dirty, form, product);
    const rows = (heap: Heap, i: number) => heap.read(product.c + i * product.ldc, N);
    for (const i of [0, 1, 3, 4]) expectBits(rows(dirty, i), rows(clean, i));
    expect(rows(dirty, 2).every(Number.isNaN)).toBe(true);
  });
});

it.each([
  [67, 33, 515],
  [64, 48, 256],
  [130, 17, 300],
  [1, 1, 257],
])('matmulGradient of [%i, %i] over %i rows keeps to its scratch', (M, N, K) => {
  const scratch = gradientScratch(M, N, K);
  const heap = new Heap('float32', 2 * room(M, N, K));
  const [c, a, b, p] = [M * N, K * M, K * N, scratch].map((size) => heap.place(size)) as [
    number,
    number,
    number,
    number,
  ];
  const behind = heap.place(64, Array(64).fill(7));
  heap.kernels.matmulGradient(c, N, a, M, b, N, p, M, N, K);
  expectBits(heap.read(behind, 64), Array(64).fill(7));
});

describe('matmul of no terms', () => {
  it('assigns zeros, and adds none', () => {
    const heap = new Heap('float32', 64);
    const c = heap.place(4, [1, 2, 3, 4]);
    const p = heap.place(packedSize(0, 2));
    heap.kernels.pack(p, 0, 2, 1, 0, 2);
    heap.kernels.matmul(c, 2, 0, 1, p, 2, 2, 0, true);
    expectBits(heap.read(c, 4), [1, 2, 3, 4]);
    heap.kernels.matmul(c, 2, 0, 1, p, 2, 2, 0, false);
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
