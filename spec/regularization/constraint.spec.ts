import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type Constraint,
  constrainParameters,
  Dense,
  type DType,
  maxNorm,
  minMaxNorm,
  nonNegative,
  type Tensor,
  tensor,
  unitNorm,
} from '../../lib/index.ts';
import { constrain } from '../../lib/regularization/constraint.ts';
import { expectBits } from '../support/bits.ts';

/** A kernel after its constraint was applied `times`. */
function constrained(rows: number[][], kernelConstraint: Constraint, dtype: DType = 'float32', times = 1): Tensor {
  const sizes = { inputSize: rows.length, units: rows[0]!.length };
  const { parameters } = new Dense({ ...sizes, useBias: false, kernelConstraint, dtype }).build();
  parameters.get('kernel').assign(tensor(rows, { dtype }));
  for (let k = 0; k < times; k++) constrainParameters(parameters);
  return parameters.get('kernel').value.copy();
}

const columnNorm = (w: Tensor, k: number): number => Math.hypot(...Array.from(w.pick(null, k).copy().data));

const number = fc.double({ min: -100, max: 100, noNaN: true });
const matrix = fc
  .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }))
  .chain(([n, m]) => fc.array(fc.array(number, { minLength: m, maxLength: m }), { minLength: n, maxLength: n }));
const bounds = fc
  .tuple(fc.double({ min: 0, max: 5, noNaN: true }), fc.double({ min: 0.1, max: 5, noNaN: true }))
  .map(([min, more]) => [min, min + more] as const);

describe('a constraint on norms', () => {
  it.each<[string, Constraint, number[][]]>([
    [
      'maxNorm',
      maxNorm(5),
      [
        [0, 1, 3],
        [0, 2, 4],
      ],
    ],
    [
      'maxNorm of rows',
      maxNorm(1, { axis: 1 }),
      [
        [0, 0.6, 0.8],
        [0, 0.6, 0.8],
      ],
    ],
    [
      'minMaxNorm',
      minMaxNorm(10, 20),
      [
        [0, 4.47213595499958, 6],
        [0, 8.94427190999916, 8],
      ],
    ],
    [
      'minMaxNorm at half rate',
      minMaxNorm(0, 1, { rate: 0.5 }),
      [
        [0, 0.7236067977499789, 1.8],
        [0, 1.4472135954999579, 2.4],
      ],
    ],
    [
      'unitNorm',
      unitNorm(),
      [
        [0, 0.4472135954999579, 0.6],
        [0, 0.8944271909999159, 0.8],
      ],
    ],
  ])('%s', (what, constraint, expected) => {
    const w =
      what === 'maxNorm of rows'
        ? [
            [0, 3, 4],
            [0, 6, 8],
          ]
        : [
            [0, 1, 3],
            [0, 2, 4],
          ];
    const got = constrained(w, constraint, 'float64').copy();
    expect(got.toArray()).toEqual(expected.map((row) => row.map((v) => expect.closeTo(v, 14))));
  });

  it('bounds the norm of each column of random matrices; a second time changes no bit', () => {
    fc.assert(
      fc.property(matrix, bounds, (w, [min, max]) => {
        const constraint = minMaxNorm(min, max);
        const once = constrained(w, constraint);
        expectBits(constrained(w, constraint, 'float32', 2), once);
        const before = constrained(w, nonNegative()).shape; // rounded sizes only
        for (let k = 0; k < before[1]!; k++) {
          const old = Math.hypot(...w.map((row) => Math.fround(row[k]!)));
          const norm = columnNorm(once, k);
          if (old === 0) expect(norm).toBe(0);
          else expect(Math.abs(norm - Math.max(min, Math.min(old, max)))).toBeLessThanOrEqual(norm * 2 ** -21 + 1e-44);
        }
      }),
    );
  });

  it('keeps the bits of unit vectors', () => {
    const short = [[1.1587586402893066], [-1.53766667842865]]; // 4e-8 below 1 once it is rounded
    expectBits(constrained(short, unitNorm(), 'float32', 2), constrained(short, unitNorm()));
    fc.assert(
      fc.property(matrix, (w) => {
        expectBits(constrained(w, unitNorm(), 'float32', 2), constrained(w, unitNorm()));
      }),
    );
  });

  it('keeps the bits of vectors within the bounds, next to others', () => {
    const w = [
      [0.1, 30],
      [0.2, 40],
    ];
    const got = constrained(w, maxNorm(1));
    expectBits(got.pick(null, 0).copy(), tensor([0.1, 0.2]));
    expect(columnNorm(got, 1)).toBeCloseTo(1, 6);
  });

  it.each<[DType, number, number]>([
    ['float32', 1e-45, 3e38],
    ['float64', 5e-324, 1e308],
  ])('measures the smallest and the largest numbers of %s', (dtype, small, large) => {
    const got = constrained(
      [
        [small, large],
        [0, large],
      ],
      unitNorm(),
      dtype,
    );
    expect(got.get(0, 0)).toBe(1);
    expect(got.get(1, 0)).toBe(0);
    expect(got.get(0, 1)).toBeCloseTo(Math.SQRT1_2, 6);
    expect(got.get(1, 1)).toBe(got.get(0, 1));
  });

  it('reaches a large norm without an overflow', () => {
    expect(constrained([[1e-3]], minMaxNorm(1e38, 1e38)).get(0, 0)).toBe(Math.fround(1e38));
  });

  it.each([Number.NaN, Infinity])('leaves a vector with %s as it is', (odd) => {
    const data = Float32Array.of(odd, 3, 2, 4);
    constrain(maxNorm(1), data, 0, [2, 2], 'float32');
    expect([data[0], data[2]]).toEqual([odd, 2]);
    expect(data[1]).toBeCloseTo(0.6, 6);
  });

  it('uses any axis of an array of any rank, and nothing around it', () => {
    const shape = [2, 3, 4];
    const index = (i: number, j: number, k: number): number => 5 + (i * 3 + j) * 4 + k;
    for (const axis of [0, 1, 2]) {
      const data = Float64Array.from({ length: 40 }, (_, i) => Math.sin(i + 1));
      const before = data.slice();
      constrain(unitNorm({ axis }), data, 5, shape, 'float64');
      for (let i = 0; i < 2; i++)
        for (let j = 0; j < 3; j++)
          for (let k = 0; k < 4; k++) {
            const vector = Array.from({ length: shape[axis]! }, (_, n) => {
              const at = [i, j, k].map((place, a) => (a === axis ? n : place)) as [number, number, number];
              return before[index(...at)]!;
            });
            expect(data[index(i, j, k)]).toBeCloseTo(before[index(i, j, k)]! / Math.hypot(...vector), 14);
          }
      expect([...data.slice(0, 5), ...data.slice(29)]).toEqual([...before.slice(0, 5), ...before.slice(29)]);
    }
  });
});

describe('nonNegative', () => {
  it('replaces negative numbers by 0, and no others', () => {
    const w = constrained(
      [
        [-2, 0, 1e-45],
        [4, -1e-45, -0],
      ],
      nonNegative(),
    );
    expect(Array.from(w.data, (v) => (Object.is(v, -0) ? '-0' : v))).toEqual([0, 0, Math.fround(1e-45), 4, 0, '-0']);
  });
});

describe('a constraint as a plain object', () => {
  it('survives JSON, and is accepted', () => {
    const constraint = minMaxNorm(0.5, 2, { rate: 0.9, axis: 1 });
    expect(constraint).toEqual({ name: 'minMaxNorm', min: 0.5, max: 2, rate: 0.9, axis: 1 });
    expect(Object.isFrozen(constraint)).toBe(true);
    const dense = new Dense({ units: 1, kernelConstraint: JSON.parse(JSON.stringify(constraint)) });
    expect(dense.kernelConstraint).toEqual(constraint);
  });

  it('is copied by its layer', () => {
    const constraint = { name: 'minMaxNorm', min: 0, max: 2, rate: 1, axis: 0 } as const;
    const dense = new Dense({ units: 1, kernelConstraint: constraint });
    Object.assign(constraint, { max: -1 });
    expect(dense.kernelConstraint).toEqual(maxNorm(2));
  });

  it('says to call a function that was not called', () => {
    expect(() => new Dense({ units: 1, kernelConstraint: maxNorm as never })).toThrow(
      'Dense: "kernelConstraint" must be a constraint: maxNorm(2), minMaxNorm(0, 1), unitNorm() or nonNegative(); received a function. Call the function first',
    );
  });
});

describe('an axis that the weights lack', () => {
  it('is refused before the layer has parameters', () => {
    const dense = new Dense({ units: 2, biasConstraint: maxNorm(1, { axis: 1 }) });
    expect(() => dense.build(3)).toThrow(
      'Dense.build: "constraint of bias.axis" must be an integer from 0 to 0; received 1',
    );
    expect(dense.built).toBe(false);
  });
});
