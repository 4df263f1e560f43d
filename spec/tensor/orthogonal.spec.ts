import { fc, test as ptest } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import { initializers } from '../../lib/tensor/initializers.ts';
import { Random } from '../../lib/tensor/random.ts';

type Matrix = readonly (readonly number[])[];

function matrix(values: ArrayLike<number>, columns: number, from = 0, to: number = columns): Matrix {
  const rows = Array.from({ length: values.length / columns }, (_, i) => i * columns);
  return rows.map((row) => Array.from(values).slice(row + from, row + to));
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

describe('orthogonal', () => {
  const sizes = fc.integer({ min: 1, max: 12 });

  ptest.prop([sizes, sizes, fc.nat()])('is orthonormal, wide, tall and square', (rows, columns, seed) => {
    const values = initializers.orthogonal()([rows, columns], new Random(seed), { gates: 1 });
    expect(deviation(matrix(values, columns))).toBeLessThan(1e-12);
  });

  ptest.prop([sizes, fc.integer({ min: 1, max: 4 }), fc.nat()])('is orthonormal gate by gate', (units, gates, seed) => {
    const width = units * gates;
    const values = initializers.orthogonal({ gain: 3, perGate: true })([units, width], new Random(seed), { gates });
    for (let gate = 0; gate < gates; gate++) {
      expect(deviation(matrix(values, width, gate * units, (gate + 1) * units), 3)).toBeLessThan(1e-11);
    }
  });

  it.each([
    [64, 64],
    [100, 37],
    [33, 132],
  ])('keeps to 1e-12 at [%i, %i]', (rows, columns) => {
    const values = initializers.orthogonal()([rows, columns], new Random(1), { gates: 1 });
    expect(deviation(matrix(values, columns))).toBeLessThan(1e-12);
  });

  it('over the whole [H, 4H] leaves rows of about 1/2 in each gate, as Keras does', () => {
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

  it("has Haar's distribution: signs even, entries and trace as they should be", () => {
    const n = 3;
    const samples = 3000;
    const random = new Random(2);
    let corner = 0;
    let square = 0;
    let fourth = 0;
    let trace = 0;
    let traceSquare = 0;
    for (let i = 0; i < samples; i++) {
      const q = initializers.orthogonal()([n, n], random, { gates: 1 });
      const first = q[0]!;
      corner += first;
      square += first ** 2;
      fourth += first ** 4;
      const t = first + q[4]! + q[8]!;
      trace += t;
      traceSquare += t * t;
    }
    // E q² = 1/n, E q⁴ = 3/(n(n+2)), E tr = 0, E tr² = 1
    expect(Math.abs(corner / samples)).toBeLessThan(4 * Math.sqrt(1 / n / samples));
    expect(Math.abs(square / samples - 1 / 3)).toBeLessThan(4 * Math.sqrt(0.09 / samples));
    expect(Math.abs(fourth / samples - 1 / 5)).toBeLessThan(4 * Math.sqrt(0.08 / samples));
    expect(Math.abs(trace / samples)).toBeLessThan(4 / Math.sqrt(samples));
    expect(Math.abs(traceSquare / samples - 1)).toBeLessThan(4 * Math.sqrt(2 / samples));
  });
});
