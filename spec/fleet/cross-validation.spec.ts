import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { crossValidation, kFold } from '../../lib/fleet/index.ts';

describe('crossValidation', () => {
  const options = fc.record({
    horizon: fc.integer({ min: 1, max: 9 }),
    windows: fc.integer({ min: 1, max: 7 }),
    step: fc.option(fc.integer({ min: 1, max: 12 }), { nil: undefined }),
    gap: fc.integer({ min: 0, max: 5 }),
    trainLength: fc.option(fc.integer({ min: 1, max: 20 }), { nil: undefined }),
    more: fc.nat({ max: 30 }),
  });

  it('never looks ahead, has whole windows, and ends with the series', () => {
    fc.assert(
      fc.property(options, ({ more, horizon, windows, step, gap, trainLength }) => {
        const stride = step ?? horizon;
        const length = horizon + gap + (trainLength ?? 1) + (windows - 1) * stride + more;
        const given = { length, horizon, windows, gap, ...(step && { step }), ...(trainLength && { trainLength }) };
        const folds = crossValidation(given);
        expect(folds).toHaveLength(windows);
        expect(folds.at(-1)!.test[1]).toBe(length);
        folds.forEach(({ train, test }, k) => {
          const points = Array.from({ length }, (_, t) => t);
          const [learned, forecast] = [points.slice(...train), points.slice(...test)];
          expect(forecast).toHaveLength(horizon);
          expect(learned.length).toBe(trainLength ?? forecast[0]! - gap);
          expect(forecast[0]! - learned.at(-1)!).toBe(gap + 1);
          if (k > 0) expect(test[0] - folds[k - 1]!.test[0]).toBe(stride);
        });
        const one = `be at most ${windows}`;
        if (more < stride) expect(() => crossValidation({ ...given, windows: windows + 1 })).toThrow(one);
      }),
    );
  });

  it('has windows that neither touch nor leave out a point, by default', () => {
    const folds = crossValidation({ length: 40, horizon: 6, windows: 4 });
    expect(folds.map(({ test }) => test)).toEqual([
      [16, 22],
      [22, 28],
      [28, 34],
      [34, 40],
    ]);
    expect(folds.map(({ train }) => train)).toEqual([
      [0, 16],
      [0, 22],
      [0, 28],
      [0, 34],
    ]);
  });

  it('slides with trainLength, and leaves out a gap', () => {
    expect(crossValidation({ length: 20, horizon: 3, windows: 2, step: 1, gap: 2, trainLength: 8 })).toEqual([
      { train: [6, 14], test: [16, 19] },
      { train: [7, 15], test: [17, 20] },
    ]);
  });

  it('says how many windows fit', () => {
    expect(() => crossValidation({ length: 30, horizon: 12, windows: 3 })).toThrow(
      'crossValidation: "windows" must be at most 2, for a series of 30 points; received 3',
    );
    expect(() => crossValidation({ length: 12, horizon: 12, windows: 1 })).toThrow(
      'crossValidation: "length" must be at least 13, for one window; received 12',
    );
  });
});

describe('kFold', () => {
  const sizes = fc.record({ rows: fc.integer({ min: 2, max: 60 }), folds: fc.integer({ min: 2, max: 9 }) });
  const dealt = fc.record({
    sizes: sizes.filter(({ rows, folds }) => folds <= rows),
    shuffle: fc.boolean(),
    seed: fc.nat(),
    classes: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
  });

  it('tests each row once, with a model that has not learned it; sizes differ by at most one', () => {
    fc.assert(
      fc.property(dealt, ({ sizes: { rows, folds }, shuffle, seed, classes }) => {
        const labels =
          classes === undefined
            ? undefined
            : Array.from({ length: rows }, (_, row) => `class ${(row * row) % classes}`);
        const found = kFold({ rows, folds, shuffle, seed, ...(labels && { labels }) });
        const all = Array.from({ length: rows }, (_, row) => row);
        expect(found.flatMap(({ test }) => test).sort((a, b) => a - b)).toEqual(all);
        for (const { train, test } of found) {
          expect([...train, ...test].sort((a, b) => a - b)).toEqual(all);
          expect([...train]).toEqual([...train].sort((a, b) => a - b));
          expect([...test]).toEqual([...test].sort((a, b) => a - b));
        }
        const counts = found.map(({ test }) => test.length);
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
        for (const label of new Set(labels ?? [])) {
          const shares = found.map(({ test }) => test.filter((row) => labels![row] === label).length);
          expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  it('deals the same rows for the same seed, and others for another', () => {
    const folds = kFold({ rows: 9, folds: 3, seed: 4 });
    expect(kFold({ rows: 9, folds: 3, seed: 4 })).toEqual(folds);
    expect(kFold({ rows: 9, folds: 3, seed: 5 })).not.toEqual(folds);
    expect(kFold({ rows: 9, folds: 3 })).toEqual(kFold({ rows: 9, folds: 3, seed: 0, shuffle: true }));
    expect(kFold({ rows: 9, folds: 3, shuffle: false, seed: 4 }).map(({ test }) => test)).toEqual([
      [0, 1, 2],
      [3, 4, 5],
      [6, 7, 8],
    ]);
  });

  it('deals these rows', () => {
    expect(kFold({ rows: 10, folds: 3, seed: 1 }).map(({ test }) => test)).toEqual([
      [1, 3, 5, 7],
      [0, 2, 6],
      [4, 8, 9],
    ]);
  });
});
