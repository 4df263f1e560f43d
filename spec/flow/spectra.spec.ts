import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { eigenvalues } from '../../lib/flow/jacobian/eigenvalues.ts';
import { singularValues } from '../../lib/flow/jacobian/singular-values.ts';
import { matrixOperator, spectralNorm } from '../../lib/flow/jacobian/spectral-norm.ts';
import { initializers, Random, randomNormal } from '../../lib/index.ts';

const { PI, abs, cos, sin, sqrt } = Math;
const of = (...rows: number[][]): Float64Array => Float64Array.from(rows.flat());
const random = (n: number, seed: number): Float64Array =>
  randomNormal([n * n], { seed, dtype: 'float64' }).data as Float64Array;

/** Σ λᵏ, real part. */
function powerSum(values: Float64Array, k: number): number {
  let sum = 0;
  for (let j = 0; j < values.length; j += 2) {
    let [re, im] = [1, 0];
    for (let i = 0; i < k; i++)
      [re, im] = [re * values[j]! - im * values[j + 1]!, re * values[j + 1]! + im * values[j]!];
    sum += re;
  }
  return sum;
}

function times(a: Float64Array, b: Float64Array, n: number): Float64Array {
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) for (let k = 0; k < n; k++) out[i * n + k]! += a[i * n + j]! * b[j * n + k]!;
  return out;
}

const frobenius = (a: Float64Array): number => sqrt(a.reduce((sum, v) => sum + v * v, 0));
const trace = (a: Float64Array, n: number): number => a.reduce((sum, v, k) => (k % (n + 1) === 0 ? sum + v : sum), 0);

const KNOWN: readonly (readonly [string, Float64Array, readonly (readonly [number, number])[]])[] = [
  ['a number', of([-3]), [[-3, 0]]],
  [
    'zeros',
    of([0, 0], [0, 0]),
    [
      [0, 0],
      [0, 0],
    ],
  ],
  [
    'a diagonal',
    of([2, 0, 0], [0, -5, 0], [0, 0, 1]),
    [
      [-5, 0],
      [2, 0],
      [1, 0],
    ],
  ],
  [
    'a triangle',
    of([1, 7, -4], [0, 3, 9], [0, 0, 2]),
    [
      [3, 0],
      [2, 0],
      [1, 0],
    ],
  ],
  [
    'a turn by 90°',
    of([0, -1], [1, 0]),
    [
      [0, 1],
      [0, -1],
    ],
  ],
  [
    'a turn by 72° and a factor',
    of([0.9 * cos(0.4 * PI), -0.9 * sin(0.4 * PI), 0], [0.9 * sin(0.4 * PI), 0.9 * cos(0.4 * PI), 0], [0, 0, 0.5]),
    [
      [0.9 * cos(0.4 * PI), 0.9 * sin(0.4 * PI)],
      [0.9 * cos(0.4 * PI), -0.9 * sin(0.4 * PI)],
      [0.5, 0],
    ],
  ],
  [
    'a cycle of four',
    of([0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1], [1, 0, 0, 0]),
    [
      [1, 0],
      [0, 1],
      [0, -1],
      [-1, 0],
    ],
  ],
  [
    'a companion of (λ−1)(λ−2)(λ−3)(λ−4)',
    of([10, -35, 50, -24], [1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0]),
    [
      [4, 0],
      [3, 0],
      [2, 0],
      [1, 0],
    ],
  ],
];

describe('eigenvalues', () => {
  it.each(KNOWN)('of %s', (_, matrix, expected) => {
    const n = sqrt(matrix.length);
    const found = eigenvalues(matrix, n);
    const pairs = Array.from({ length: n }, (_, j) => [found[2 * j]!, found[2 * j + 1]!] as const);
    for (const [re, im] of expected) {
      expect(Math.min(...pairs.map(([a, b]) => Math.max(abs(a - re), abs(b - im))))).toBeLessThan(1e-12);
    }
    const moduli = pairs.map(([a, b]) => sqrt(a * a + b * b));
    expect(moduli.every((m, j) => j === 0 || m <= moduli[j - 1]! * (1 + 1e-14))).toBe(true);
  });

  it('finds eigenvalues of a Jordan block up to the square root of rounding, as its conditioning allows', () => {
    const found = eigenvalues(of([1, 1, 0], [0, 1, 1], [0, 0, 1]), 3);
    for (let j = 0; j < 6; j += 2) expect(abs(found[j]! - 1) + abs(found[j + 1]!)).toBeLessThan(1e-5);
  });

  it('eigenvalues have the power sums of traces of powers, at any scale', () => {
    const sizes = fc.record({
      n: fc.integer({ min: 1, max: 33 }),
      seed: fc.nat(1e6),
      e: fc.constantFrom(-150, 0, 150),
    });
    fc.assert(
      fc.property(sizes, ({ n, seed, e }) => {
        const A = random(n, seed);
        const scaled = eigenvalues(
          A.map((v) => v * 10 ** e),
          n,
        ).map((v) => v / 10 ** e);
        let power = A;
        for (let k = 1; k <= 4; k++) {
          expect(abs(powerSum(scaled, k) - trace(power, n))).toBeLessThan(1e-12 * n * frobenius(A) ** k);
          power = times(power, A, n);
        }
      }),
    );
  });

  it('eigenvalues are NaN for a matrix that is not finite', () => {
    expect([...eigenvalues(of([1, Number.NaN], [0, 1]), 2)]).toEqual(Array(4).fill(Number.NaN));
  });
});

describe('singular values', () => {
  it('finds the singular values from which a matrix was made', () => {
    const n = 9;
    const expected = Array.from({ length: n }, (_, j) => 10 ** -j);
    const orthogonal = (seed: number): Float64Array =>
      Float64Array.from(initializers.orthogonal()([n, n], new Random(seed), { gates: 1 }) as ArrayLike<number>);
    const U = orthogonal(1);
    const V = orthogonal(2);
    const found = singularValues(
      times(
        U.map((v, k) => v * expected[k % n]!),
        V,
        n,
      ),
      n,
    );
    for (const [j, value] of expected.entries()) expect(abs(found[j]! - value)).toBeLessThan(1e-13);
  });
});

describe('the spectral norm', () => {
  it('finds the largest singular value, even if the next one is close', () => {
    const sizes = fc.record({
      n: fc.integer({ min: 1, max: 33 }),
      seed: fc.nat(1e6),
      gap: fc.constantFrom(0, 1e-9, 1e-4, 1),
    });
    fc.assert(
      fc.property(sizes, ({ n, seed, gap }) => {
        const turned = Float64Array.from(
          initializers.orthogonal()([n, n], new Random(seed), { gates: 1 }) as ArrayLike<number>,
        );
        const noise = random(n, seed + 1);
        const A = turned.map((v, k) => v + gap * noise[k]!);
        const { norm, error } = spectralNorm(matrixOperator(A, n));
        const exact = singularValues(A, n)[0]!;
        expect(abs(norm - exact)).toBeLessThanOrEqual((error + 1e-13) * exact);
        if (gap !== 1e-9) expect(abs(norm - exact)).toBeLessThanOrEqual(1e-13 * exact); // the square of `error`
        expect(error).toBeLessThan(1e-7);
      }),
    );
  });

  it('gives 0 for zeros, and NaN if an entry is NaN', () => {
    expect(spectralNorm(matrixOperator(new Float64Array(9), 3))).toEqual({ norm: 0, error: 0 });
    expect(spectralNorm(matrixOperator(of([1, Number.NaN], [0, 1]), 2)).norm).toBeNaN();
    expect(spectralNorm(matrixOperator(of([1, 0], [0, Infinity]), 2)).norm).not.toBeLessThan(Infinity);
  });
});
