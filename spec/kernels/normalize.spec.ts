import { test as ptest } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import { largestDifference } from '../support/bits.ts';
import { dtype, Heap, seed, size } from '../support/heap.ts';
import { laid, wrongAfter } from './steps/steps.ts';

const { abs, sqrt } = Math;
const EPSILON = 1e-3;

const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;

/** (N1) for one row: n, then 1/√(variance + ε). */
function normalized(row: readonly number[]): number[] {
  const centre = mean(row);
  const scale = 1 / sqrt(mean(row.map((v) => (v - centre) ** 2)) + EPSILON);
  return [...row.map((v) => (v - centre) * scale), scale];
}

/** (N1′) for one row, from n with its scale. */
function back(dn: readonly number[], n: readonly number[]): number[] {
  const [centre, product] = [mean(dn), mean(dn.map((d, j) => d * n[j]!))];
  return dn.map((d, j) => n.at(-1)! * (d - centre - n[j]! * product));
}

/** Rows of a matrix whose rows are `ld` apart. */
function rowsOf(values: ArrayLike<number>, M: number, N: number, ld: number): number[][] {
  return Array.from({ length: M }, (_, i) => Array.from(values).slice(i * ld, i * ld + N));
}

/** What a matrix holds after its rows are replaced. */
function withRows(values: ArrayLike<number>, rows: readonly (readonly number[])[], ld: number): Float64Array {
  const result = Float64Array.from(values);
  for (const [i, row] of rows.entries()) result.set(row, i * ld);
  return result;
}

describe('normalize', () => {
  ptest.prop([dtype, seed, size, size])('is (N1), and its inverse deviation', (type, seed, M, N) => {
    const [ldn, ldx] = [N + 3, N + 2];
    const { heap, at, values } = laid(type, seed, { n: M * ldn, x: M * ldx });
    const before = heap.data.slice();
    heap.kernels.normalize(at.n, ldn, at.x, ldx, EPSILON, M, N);
    const n = withRows(values.n, rowsOf(values.x, M, N, ldx).map(normalized), ldn);
    expect(wrongAfter(heap, at, before, { n })).toBe('');
  });

  ptest.prop([dtype, seed, size, size])('in place', (type, seed, M, N) => {
    const { heap, at, values } = laid(type, seed, { n: M * (N + 1) });
    const before = heap.data.slice();
    heap.kernels.normalize(at.n, N + 1, at.n, N + 1, EPSILON, M, N);
    const n = withRows(values.n, rowsOf(values.n, M, N, N + 1).map(normalized), N + 1);
    expect(wrongAfter(heap, at, before, { n })).toBe('');
  });

  it.each([
    ['float32', 2 ** 20],
    ['float64', 2 ** 49],
  ] as const)('of a row with a mean far larger than its deviation loses no digits, in %s', (type, far) => {
    const heap = new Heap(type, 64);
    const row = [0, 1, 0.5, 2, 1.25, 3, -1];
    const [n, x] = [
      heap.place(8),
      heap.place(
        7,
        row.map((v) => v + far),
      ),
    ];
    heap.kernels.normalize(n, 8, x, 7, EPSILON, 1, 7);
    expect(largestDifference(heap.read(n, 8), Float64Array.from(normalized(row)))).toBeLessThan(3e-7);
  });

  it.each([
    ['constant', [3.25, 3.25, 3.25, 3.25, 3.25], [0, 0, 0, 0, 0, 1 / sqrt(1e-5)]],
    ['of one element', [7], [0, 1 / sqrt(1e-5)]],
    ['huge', [1e38, -1e38], [1, -1, 1e-38]],
  ])('of a row that is %s', (_, row, expected) => {
    const heap = new Heap('float32', 64);
    const [n, x] = [heap.place(row.length + 1), heap.place(row.length, row)];
    heap.kernels.normalize(n, row.length + 1, x, row.length, 1e-5, 1, row.length);
    Array.from(heap.read(n, row.length + 1)).forEach((v, j) => {
      expect(abs(v - expected[j]!)).toBeLessThanOrEqual(abs(expected[j]!) * 1e-6);
    });
  });

  it('keeps NaN in its row', () => {
    const heap = new Heap('float32', 64);
    const [n, x] = [heap.place(9), heap.place(6, [1, 2, Number.NaN, 1, 3, 5])];
    heap.kernels.normalize(n, 3, x, 2, 1e-5, 3, 2);
    expect(Array.from(heap.read(n, 9), Number.isNaN)).toEqual([
      false,
      false,
      false,
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});

describe('normalizeBackward', () => {
  ptest.prop([dtype, seed, size, size])('is (N1′)', (type, seed, M, N) => {
    const [lddx, lddn, ldn] = [N + 1, N + 2, N + 4];
    const { heap, at, values } = laid(type, seed, { dx: M * lddx, dn: M * lddn, n: M * ldn });
    const before = heap.data.slice();
    heap.kernels.normalizeBackward(at.dx, lddx, at.dn, lddn, at.n, ldn, M, N);
    const [dn, n] = [rowsOf(values.dn, M, N, lddn), rowsOf(values.n, M, N + 1, ldn)];
    const dx = withRows(
      values.dx,
      dn.map((row, i) => back(row, n[i]!)),
      lddx,
    );
    expect(wrongAfter(heap, at, before, { dx })).toBe('');
  });

  ptest.prop([dtype, seed, size, size])('in place', (type, seed, M, N) => {
    const { heap, at, values } = laid(type, seed, { dn: M * N, n: M * (N + 1) });
    const before = heap.data.slice();
    heap.kernels.normalizeBackward(at.dn, N, at.dn, N, at.n, N + 1, M, N);
    const [d, n] = [rowsOf(values.dn, M, N, N), rowsOf(values.n, M, N + 1, N + 1)];
    expect(
      wrongAfter(heap, at, before, {
        dn: withRows(
          values.dn,
          d.map((row, i) => back(row, n[i]!)),
          N,
        ),
      }),
    ).toBe('');
  });
});
