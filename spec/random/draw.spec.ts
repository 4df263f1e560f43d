import { fc, test as ptest } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import { normalQuantile } from '../../lib/kernels/normal-quantile.ts';
import { initializers } from '../../lib/random/initializers.ts';
import { Random } from '../../lib/random/random.ts';
import { randomNormal, randomUniform } from '../../lib/random/random-tensors.ts';
import { expectBits } from '../support/bits.ts';

const { fround, sqrt } = Math;

/** Around the size of a block, and several blocks. */
const sizes = fc.constantFrom(0, 1, 2, 3, 5, 1023, 1024, 1025, 2049, 2500);
/** Around the counter whose second word changes. */
const counters = fc.constantFrom(0, 1, 1000, 2 ** 32 - 1025, 2 ** 32 - 3, 2 ** 32, 2 ** 40 + 2 ** 32 - 1);
const starts = fc.tuple(fc.maxSafeNat(), fc.nat(5), counters);
const dtypes = fc.constantFrom('float32', 'float64');

/** Draws an array and as many single numbers; both generators have to end at the same place. */
function expectSame(
  start: [number, number, number],
  array: (random: Random) => ArrayLike<number>,
  single: (random: Random, i: number) => number,
): void {
  const [all, one] = [new Random(...start), new Random(...start)];
  const found = Float64Array.from(array(all));
  expectBits(
    found,
    found.map((_, i) => single(one, i)),
  );
  expect(all.state).toEqual(one.state);
}

describe('arrays of random numbers have the bits of single draws, and end at the same counter', () => {
  ptest.prop([starts, sizes, dtypes, fc.constantFrom([0, 1], [-0.1, 0.1], [0.3, 0.7])])(
    'randomUniform',
    (start, n, dtype, [a, b]) => {
      const round = dtype === 'float32' ? fround : (x: number): number => x;
      const [low, high] = [round(a!), round(b!)];
      expectSame(
        start,
        (random) => randomUniform([n], { low, high, dtype, seed: random }).data,
        (random) => {
          for (;;) {
            const x = round(random.uniform(low, high));
            if (x < high) return x;
          }
        },
      );
    },
  );

  // Every second number of so narrow a range rounds up to its end, and is drawn again.
  ptest.prop([starts, sizes, dtypes])('randomUniform with many numbers drawn again', (start, n, dtype) => {
    const high = 1 + (dtype === 'float32' ? 2 ** -23 : 2 ** -52);
    const { state } = new Random(...start);
    const random = new Random(...start);
    const { data } = randomUniform([n], { low: 1, high, dtype, seed: random });
    expect(data.every((x) => x === 1)).toBe(true);
    if (n > 1000) expect(random.state.counter - state.counter).toBeGreaterThan(1.5 * n);
    expectSame(
      start,
      (r) => randomUniform([n], { low: 1, high, dtype, seed: r }).data,
      (r) => {
        for (;;) {
          const x = dtype === 'float32' ? fround(r.uniform(1, high)) : r.uniform(1, high);
          if (x < high) return x;
        }
      },
    );
  });

  ptest.prop([starts, sizes, dtypes])('randomNormal', (start, n, dtype) => {
    const round = dtype === 'float32' ? fround : (x: number): number => x;
    expectSame(
      start,
      (random) => randomNormal([n], { mean: -1.5, sd: 0.3, dtype, seed: random }).data,
      (random) => round(random.normal(-1.5, 0.3)),
    );
  });

  ptest.prop([starts, sizes])('initializers', (start, n) => {
    const run = (name: 'uniform' | 'normal' | 'glorotUniform' | 'glorotNormal') => (random: Random) =>
      initializers[name]()([n, 1], random, { gates: 1 });
    const below = 0.02275013194817921;
    const limit = sqrt(6 / (n + 1));
    const sd = sqrt(2 / (n + 1)) / 0.8796256610342398;
    expectSame(start, run('uniform'), (random) => random.uniform(-0.05, 0.05));
    expectSame(start, run('normal'), (random) => random.normal(0, 0.05));
    expectSame(start, run('glorotUniform'), (random) => random.uniform(-limit, limit));
    expectSame(start, run('glorotNormal'), (random) => sd * normalQuantile(random.uniform(below, 1 - below)));
  });

  ptest.prop([starts, sizes])('permutation', (start, n) => {
    const one = new Random(...start);
    const expected = Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = one.integer(i + 1);
      [expected[i], expected[j]] = [expected[j]!, expected[i]!];
    }
    const all = new Random(...start);
    expect(Array.from(all.permutation(n))).toEqual(expected);
    expect(all.state).toEqual(one.state);
  });
});

it('draws two arrays from one generator as one array of both', () => {
  const [whole, parts] = [new Random(3), new Random(3)];
  const both = [randomNormal([700], { seed: parts }), randomNormal([800], { seed: parts })];
  expect(both.flatMap(({ data }) => [...data])).toEqual([...randomNormal([1500], { seed: whole }).data]);
});
