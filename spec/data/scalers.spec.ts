import { fc, it as ptest } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import { MinMaxScaler, pad, randomNormal, StandardScaler, tensor } from '../../lib/index.ts';

const f64 = { dtype: 'float64' } as const;
const { NaN: none } = Number;
const makers = {
  StandardScaler: () => new StandardScaler(),
  MinMaxScaler: () => new MinMaxScaler({ featureRange: [-1, 3] }),
};
const rows = fc.integer({ min: 1, max: 4 }).chain((F) =>
  fc.array(
    fc.array(fc.oneof(fc.double({ min: -1e3, max: 1e3, noNaN: true }), fc.constant(none)), {
      minLength: F,
      maxLength: F,
    }),
    { minLength: 1, maxLength: 9 },
  ),
);

describe.each(Object.entries(makers))('%s', (_, make) => {
  ptest.prop([rows])('returns to the values, and keeps NaN', (list) => {
    const x = tensor(list, f64);
    const scaler = make().fit(x);
    const back = scaler.inverseTransform(scaler.transform(x));
    for (const [k, value] of x.data.entries()) {
      if (Number.isNaN(value)) expect(back.data[k]).toBeNaN();
      else expect(Math.abs(back.data[k]! - value)).toBeLessThan(1e-9); // roundings of values up to 1000
    }
  });

  it('takes sequences, and only the time steps that count', () => {
    const x = randomNormal([3, 4, 2], { seed: 1, ...f64 });
    const counted = [
      [0, 0],
      [0, 1],
      [0, 2],
      [0, 3],
      [1, 0],
      [1, 1],
    ].map(([b, t]) => x.pick(b!, t!).toArray() as number[]);
    const expected = make().fit(tensor(counted, f64));
    expect(
      make()
        .fit(x, { lengths: [4, 2, 0] })
        .toJSON(),
    ).toEqual(expected.toJSON());
    expect(
      make()
        .fit(x, {
          mask: [
            [1, 1, 1, 1],
            [1, 1, 0, 0],
            [0, 0, 0, 0],
          ],
        })
        .toJSON(),
    ).toEqual(expected.toJSON());
    const flat = tensor((x.toArray() as number[][][]).flat(), f64);
    expect(make().fit(x).toJSON()).toEqual(make().fit(flat).toJSON());
    expect(make().fit(x).transform(x).shape).toEqual([3, 4, 2]);
  });

  it('has the element type of x, and takes views', () => {
    const x = randomNormal([5, 3], { seed: 2 });
    const scaler = make().fit(x);
    expect([scaler.transform(x).dtype, scaler.transform(tensor(x, f64)).dtype]).toEqual(['float32', 'float64']);
    expect(scaler.transform(x.step(-1)).toArray()).toEqual((scaler.transform(x).toArray() as number[][]).reverse());
    expect(make().fit(x.T).features).toBe(5);
  });

  ptest.prop([fc.array(fc.nat(3), { minLength: 1, maxLength: 5 }).filter((T) => T.some((t) => t > 0)), fc.nat(9)])(
    'takes rows and sequences in arrays',
    (lengths, seed) => {
      const rows = lengths.map((T, k) => randomNormal([T, 2], { seed: 10 * seed + k, ...f64 }));
      const { x, lengths: padded } = pad(rows, { value: 9, ...f64 });
      const ragged = rows.map((row, k) => (k % 2 ? row : (row.toArray() as number[][])));
      const scaler = make().fit(x, { lengths: padded });
      expect(make().fit(ragged).toJSON()).toEqual(scaler.toJSON());
      const all = scaler.transform(x);
      expect(scaler.transform(x.toArray() as number[][][])).toEqual(all);
      expect(scaler.inverseTransform(lengths.map((_, k) => all.pick(k)))).toEqual(scaler.inverseTransform(all));
      const differ = new Set(lengths).size > 1;
      if (!differ) return;
      expect(() => scaler.transform(ragged)).toThrow(
        '"x" must be one array; received rows of different lengths. Scale each',
      );
      expect(() => make().fit(ragged, { lengths: padded })).toThrow('"lengths" must not be given for sequences');
    },
  );

  it('selects features in any order and number', () => {
    const x = randomNormal([5, 3], { seed: 2, ...f64 });
    const scaler = make().fit(x);
    const all = scaler.transform(x);
    const part = scaler.select([2, 0, 2]);
    const y = tensor(
      (x.toArray() as number[][]).map(([a, , c]) => [c!, a!, c!]),
      f64,
    );
    expect(part.transform(y).toArray()).toEqual((all.toArray() as number[][]).map(([a, , c]) => [c, a, c]));
    expect(part.inverseTransform(y).pick(null, 1).toArray()).toEqual(
      scaler.inverseTransform(x).pick(null, 0).toArray(),
    );
  });

  it('comes back from JSON with the same numbers', () => {
    const scaler = make().fit(
      tensor(
        [
          [1, none, 0.1],
          [4, none, 0.1],
        ],
        f64,
      ),
    );
    const copy = (scaler.constructor as typeof StandardScaler).fromJSON(JSON.parse(JSON.stringify(scaler)));
    expect(copy.toJSON()).toEqual(scaler.toJSON());
    const x = tensor([[2, 3, 5]], f64);
    expect(copy.transform(x).toArray()).toEqual(scaler.transform(x).toArray());
    expect(copy.transform(x).get(0, 1)).toBeNaN();
  });

  it('begins anew at each fit', () => {
    const x = randomNormal([5, 3], { seed: 2 });
    expect(
      make()
        .fit(randomNormal([2, 2]))
        .fit(x)
        .toJSON(),
    ).toEqual(make().fit(x).toJSON());
  });
});

describe('StandardScaler', () => {
  it('gives each feature mean 0 and variance 1, at large offsets too', () => {
    const x = randomNormal([200, 2], { seed: 3, mean: 1e7, sd: 1e-2, ...f64 });
    const y = new StandardScaler().fit(x).transform(x);
    for (const j of [0, 1]) {
      const column = y.pick(null, j).toArray() as number[];
      expect(Math.abs(column.reduce((a, b) => a + b, 0) / 200)).toBeLessThan(1e-6);
      expect(column.reduce((a, b) => a + b * b, 0) / 200).toBeCloseTo(1, 6);
    }
  });

  it('does what its options say', () => {
    const x = tensor([[1], [3], [8]], f64);
    const scale = Math.sqrt(26 / 3);
    expect(new StandardScaler({ withMean: false }).fit(x).transform(x).get(2, 0)).toBe(8 / scale);
    expect(new StandardScaler({ withStd: false }).fit(x).transform(x).get(2, 0)).toBe(4);
    const { mean, variance, scale: by } = new StandardScaler().fit(x);
    expect([mean, by]).toEqual([[4], [scale]]);
    expect(variance[0]).toBeCloseTo(26 / 3, 14);
  });
});

describe('MinMaxScaler', () => {
  it('scales to its range, and clips if asked', () => {
    const x = tensor([[0], [10]]);
    const beyond = tensor([[-5], [20], [5]]);
    expect(new MinMaxScaler().fit(x).transform(beyond).toArray()).toEqual([[-0.5], [2], [0.5]]);
    expect(new MinMaxScaler({ clip: true, featureRange: [1, 2] }).fit(x).transform(beyond).toArray()).toEqual([
      [1],
      [2],
      [1.5],
    ]);
    const { dataMin, dataMax, scale } = new MinMaxScaler().fit(
      tensor([
        [2, 7],
        [4, 7],
      ]),
    );
    expect([dataMin, dataMax, scale]).toEqual([
      [2, 7],
      [4, 7],
      [0.5, 1],
    ]);
  });
});
