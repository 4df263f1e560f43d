import { createHash } from 'node:crypto';
import { fc, test as ptest } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import { scratchArena } from '../../lib/memory/scratch.ts';
import { initializers } from '../../lib/random/initializers.ts';
import { Random } from '../../lib/random/random.ts';
import type { DType } from '../../lib/tensor/storage.ts';

type Matrix = readonly (readonly number[])[];

function matrix(values: ArrayLike<number>, columns: number, from = 0, to: number = columns): Matrix {
  const rows = Array.from({ length: values.length / columns }, (_, i) => i * columns);
  return rows.map((row) => Array.from({ length: to - from }, (_, j) => values[row + from + j]!));
}

function transposed(m: Matrix): Matrix {
  return m[0]!.map((_, j) => m.map((row) => row[j]!));
}

/** Largest deviation of the rows (or, of a tall matrix, the columns) from orthonormality times gain². */
function deviation(m: Matrix, gain = 1): number {
  const vectors = m.length <= m[0]!.length ? m : transposed(m);
  let worst = 0;
  vectors.forEach((a, i) => {
    vectors.forEach((b, j) => {
      const product = a.reduce((sum, x, k) => sum + x * b[k]!, 0);
      worst = Math.max(worst, Math.abs(product - (i === j ? gain * gain : 0)));
    });
  });
  return worst;
}

function orthogonal(rows: number, columns: number, random: Random, dtype: DType = 'float32'): ArrayLike<number> {
  return initializers.orthogonal()([rows, columns], random, { gates: 1, dtype });
}

/** Rounding of a sum of products of numbers within ±1: a few ulp, however many rows there are. */
const BOUNDS = { float32: 1e-6, float64: 1e-14 } as const;
const dtypes = ['float32', 'float64'] as const;

/** D [I 0] H_n ⋯ H_1, one reflection after the other in float64, from the numbers in the order in which they are drawn. */
function byDefinition(rows: number, columns: number, random: Random): Float64Array {
  const [n, m] = [Math.min(rows, columns), Math.max(rows, columns)];
  const vectors: number[][] = [];
  for (let first = Math.floor((n - 1) / 64) * 64; first >= 0; first -= 64) {
    for (let k = first; k < Math.min(first + 64, n); k++) {
      vectors[k] = Array.from({ length: m - k }, () => random.normal());
    }
  }
  const q = Array.from({ length: n }, (_, i) => Array.from({ length: m }, (_, j) => Number(i === j)));
  for (let k = n - 1; k >= 0; k--) {
    const v = vectors[k]!;
    const sign = Math.sign(v[0]!);
    if (v.length > 1) {
      v[0]! += sign * Math.hypot(...v);
      const square = v.reduce((sum, x) => sum + x * x, 0);
      for (const row of q) {
        const share = (2 * v.reduce((sum, x, j) => sum + x * row[k + j]!, 0)) / square;
        for (let j = 0; j < v.length; j++) row[k + j]! -= share * v[j]!;
      }
    }
    q[k] = q[k]!.map((x) => x * (v.length > 1 ? -sign : sign));
  }
  return Float64Array.from({ length: rows * columns }, (_, at) => {
    const [i, j] = [Math.floor(at / columns), at % columns];
    return rows <= columns ? q[i]![j]! : q[j]![i]!;
  });
}

describe('orthogonal', () => {
  const sizes = fc.integer({ min: 1, max: 12 });
  const anyDType = fc.constantFrom(...dtypes);

  ptest.prop([sizes, sizes, fc.nat(), anyDType])(
    'is orthonormal, wide, tall and square',
    (rows, columns, seed, dtype) => {
      const values = orthogonal(rows, columns, new Random(seed), dtype);
      expect(deviation(matrix(values, columns))).toBeLessThan(BOUNDS[dtype]);
    },
  );

  ptest.prop([sizes, fc.integer({ min: 1, max: 4 }), fc.nat(), anyDType])(
    'is orthonormal gate by gate, times the gain',
    (units, gates, seed, dtype) => {
      const width = units * gates;
      const context = { gates, dtype };
      const values = initializers.orthogonal({ gain: 3, perGate: true })([units, width], new Random(seed), context);
      for (let gate = 0; gate < gates; gate++) {
        const block = matrix(values, width, gate * units, (gate + 1) * units);
        expect(deviation(block, 3)).toBeLessThan(9 * BOUNDS[dtype]);
      }
    },
  );

  describe.each(dtypes)('in %s', (dtype) => {
    // Around the 64 reflections that are applied at a time, and several times as many.
    it.each([
      [63, 64],
      [64, 64],
      [65, 65],
      [100, 37],
      [33, 132],
      [200, 130],
    ])('keeps to its rounding at [%i, %i]', (rows, columns) => {
      const values = orthogonal(rows, columns, new Random(1), dtype);
      expect(values).toBeInstanceOf(dtype === 'float32' ? Float32Array : Float64Array);
      expect(deviation(matrix(values, columns))).toBeLessThan(BOUNDS[dtype]);
    });

    it.each([
      [1, 1],
      [1, 5],
      [5, 1],
      [3, 3],
      [64, 64],
      [65, 70],
      [70, 65],
      [130, 140],
    ])('is the product of reflections of normal vectors at [%i, %i]', (rows, columns) => {
      const found = orthogonal(rows, columns, new Random(9), dtype);
      const expected = byDefinition(rows, columns, new Random(9));
      const worst = expected.reduce((largest, x, i) => Math.max(largest, Math.abs(x - found[i]!)), 0);
      expect(worst).toBeLessThan(dtype === 'float32' ? 2e-6 : 1e-14);
    });
  });

  // Several blocks, the last one not full.
  it('has these bits in float32 with all kernels', () => {
    const values = orthogonal(130, 150, new Random(1)) as Float32Array;
    expect(createHash('sha256').update(values).digest('hex').slice(0, 16)).toBe('82cef7897fd1424e');
  });

  it('is float64 unless the context has another dtype', () => {
    const values = initializers.orthogonal()([3, 3], new Random(1), { gates: 1 });
    expect(values).toEqual(orthogonal(3, 3, new Random(1), 'float64'));
  });

  it('lets go of the memory of a large matrix', () => {
    const before = scratchArena();
    orthogonal(150, 600, new Random(1)); // less than a mebibyte
    expect(scratchArena()).toBe(before);
    orthogonal(400, 800, new Random(1));
    expect(scratchArena()).not.toBe(before);
    expect(scratchArena().data.byteLength).toBeLessThanOrEqual(65_536);
  });

  it('gives rows of norm about 1/2 in each gate over the whole [H, 4H], as Keras does', () => {
    const values = initializers.orthogonal()([32, 128], new Random(1), { gates: 4 });
    const squares = matrix(values, 128, 0, 32).map((row) => row.reduce((sum, x) => sum + x * x, 0));
    const mean = squares.reduce((sum, x) => sum + x, 0) / 32;
    expect(Math.sqrt(mean)).toBeCloseTo(0.5, 1);
  });

  it('counts all axes but the last as rows', () => {
    const deep = initializers.orthogonal()([2, 3, 4], new Random(1), { gates: 1 });
    expect(deep).toEqual(initializers.orthogonal()([6, 4], new Random(1), { gates: 1 }));
    expect(initializers.orthogonal()([0, 4], new Random(1), { gates: 1 })).toHaveLength(0);
  });

  /** Sums of a function of the matrix over random matrices, against its expectation and deviation: within 4.5 of them. */
  function expectMean(name: string, sum: number, mean: number, sd: number): void {
    const off = (sum / SAMPLES - mean) / (sd / Math.sqrt(SAMPLES));
    expect([name, Math.abs(off) < 4.5, off]).toEqual([name, true, off]);
  }
  const SAMPLES = 4000;

  // E q = 0, E q² = 1/m, E q⁴ = 3/(m(m+2)), E q⁸ = 105/(m(m+2)(m+4)(m+6)), the same for each element
  it.each([
    [3, 3],
    [2, 4],
    [4, 2],
    [1, 3],
  ])("has the moments of Haar's distribution in every element at [%i, %i]", (rows, columns) => {
    const random = new Random(2);
    const m = Math.max(rows, columns);
    const sums = Array.from({ length: rows * columns }, () => [0, 0, 0] as [number, number, number]);
    for (let sample = 0; sample < SAMPLES; sample++) {
      const q = orthogonal(rows, columns, random);
      sums.forEach((sum, i) => {
        for (const [k, power] of [1, 2, 4].entries()) sum[k]! += q[i]! ** power;
      });
    }
    const [square, fourth, eighth] = [1 / m, 3 / (m * (m + 2)), 105 / (m * (m + 2) * (m + 4) * (m + 6))];
    sums.forEach(([first, second, third], i) => {
      expectMean(`q[${i}]`, first, 0, Math.sqrt(square));
      expectMean(`q[${i}]²`, second, square, Math.sqrt(fourth - square ** 2));
      expectMean(`q[${i}]⁴`, third, fourth, Math.sqrt(eighth - fourth ** 2));
    });
  });

  // E tr = 0, E tr² = 1, E det = 0, and no element knows the sign of another.
  it("has Haar's distribution as a whole: trace, determinant, signs of pairs", () => {
    const random = new Random(3);
    const pairs = Array.from({ length: 9 }, () => new Float64Array(9));
    let [trace, traceSquare, determinant] = [0, 0, 0];
    for (let sample = 0; sample < SAMPLES; sample++) {
      const q = Array.from(orthogonal(3, 3, random));
      const [a, b, c, d, e, f, g, h, i] = q as [number, number, number, number, number, number, number, number, number];
      const t = a + e + i;
      trace += t;
      traceSquare += t * t;
      determinant += a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
      for (const [k, x] of q.entries()) for (const [j, y] of q.entries()) pairs[k]![j]! += Math.sign(x * y);
    }
    expectMean('trace', trace, 0, 1);
    expectMean('trace²', traceSquare, 1, Math.SQRT2);
    expectMean('determinant', determinant, 0, 1);
    pairs.forEach((sums, k) => {
      sums.forEach((sum, j) => {
        if (k !== j) expectMean(`signs of ${k} and ${j}`, sum, 0, 1);
      });
    });
  });
});
