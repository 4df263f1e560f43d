import { fc, it as ptest } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import {
  Adam,
  Dense,
  GRU,
  MeanSquaredError,
  randomNormal,
  Sequential,
  tensor,
  type WindowsOptions,
  windows,
} from '../../lib/index.ts';

const F = 3;
const series = fc.array(fc.tuple(fc.boolean(), fc.nat({ max: F - 1 }), fc.integer({ min: 1, max: 12 })), {
  minLength: 1,
  maxLength: 3,
});
const options = fc.record({
  length: fc.integer({ min: 1, max: 4 }),
  horizon: fc.integer({ min: 1, max: 3 }),
  stride: fc.integer({ min: 1, max: 4 }),
  gap: fc.integer({ min: 0, max: 2 }),
  targets: fc.constantFrom([0], [1, 2], [0, 1, 2]),
  skipNaN: fc.boolean(),
});

/** All windows, one after the other: [series, start, input, target]. */
function plain(list: readonly number[][][], given: Required<WindowsOptions>): unknown[] {
  const { length, horizon, stride, gap, targets, skipNaN } = given;
  return list.flatMap((rows, k) => {
    const found: unknown[] = [];
    for (let start = 0; start + length + gap + horizon <= rows.length; start += stride) {
      const x = rows.slice(start, start + length);
      const y = rows
        .slice(start + length + gap, start + length + gap + horizon)
        .map((row) => targets.map((j) => row[j]!));
      if (!skipNaN || ![...x, ...y].flat().includes(Number.NaN)) found.push([k, start, x, y]);
    }
    return found;
  });
}

describe('windows', () => {
  ptest.prop([fc.array(fc.integer({ min: 4, max: 9 }), { minLength: 1, maxLength: 3 }), options])(
    'of numbers in arrays are those of tensors',
    (lengths, { targets: _, ...given }) => {
      const list = lengths.map((T, k) => randomNormal([T, F], { seed: 7 * T + k, dtype: 'float64' }));
      const nested = list.map((each) => each.toArray() as number[][]);
      const [first] = list.map((each) => each.pick(null, 0));
      const cut = (run: () => ReturnType<typeof windows>) => {
        try {
          return run().map(({ x, y, ...place }) => ({ x: tensor(x), y: tensor(y), ...place }));
        } catch (error) {
          return (error as Error).message;
        }
      };
      expect(cut(() => windows(nested, given))).toEqual(cut(() => windows(list, given)));
      const alone = cut(() => windows(first!, given));
      expect(cut(() => windows(first!.toArray() as number[], given))).toEqual(alone);
      expect(cut(() => windows(Float64Array.from(first!.toArray() as number[]), given))).toEqual(alone);
    },
  );

  it('refuses lists of numbers that could be series or time steps', () => {
    const message =
      'windows: "series[0]" must have time steps [T, F], as the first axis of a list is that of the series';
    for (const row of [[1, 2, 3], Float32Array.of(1, 2, 3)]) {
      expect(() => windows([row, row, row], { length: 1 })).toThrow(message);
    }
    expect(windows([[[1], [2], [3]]], { length: 1 })[0]!.x.shape).toEqual([2, 1, 1]);
  });

  ptest.prop([series, options])('are those of a plain enumeration', (specs, given) => {
    const list = specs.map(([gap, j, T], k) =>
      Array.from({ length: T }, (_, t) =>
        Array.from({ length: F }, (_, i) => (gap && t % 5 === 3 && i === j ? Number.NaN : 100 * k + 10 * t + i)),
      ),
    );
    const expected = plain(list, given);
    const run = () =>
      windows(
        list.map((rows) => tensor(rows, { dtype: 'float64' })),
        given,
      );
    if (expected.length === 0) {
      expect(run).toThrow('have a window');
      return;
    }
    const found = run().flatMap(({ x, y, series: number, start }) => {
      const [inputs, targets] = [x, y].map((each) => tensor(each, { dtype: 'float64' }).toArray() as number[][][]);
      return inputs!.map((input, n) => [number, start + n * given.stride, input, targets![n]]);
    });
    expect(found).toEqual(expected);
  });

  it('are views of the series', () => {
    const x = tensor([
      [1, 10],
      [2, 20],
      [3, 30],
      [4, 40],
    ]);
    const [part] = windows(x.T.T, { length: 2, targets: [1] });
    x.set(1, 1, 7);
    expect(tensor(part!.x).toArray()).toEqual([
      [
        [1, 10],
        [2, 7],
      ],
      [
        [2, 7],
        [3, 30],
      ],
    ]);
    expect(tensor(part!.y).toArray()).toEqual([[[30]], [[40]]]);
    expect(part!.x.data).toBe(x.data);
    const [reversed] = windows(x.step(-1), { length: 1 });
    expect(tensor(reversed!.x).pick(0, 0).toArray()).toEqual([4, 40]);
    expect(tensor(windows(tensor([1, 2, 3]), { length: 2 })[0]!.x).toArray()).toEqual([[[1], [2]]]);
  });

  it('train a model as they are', async () => {
    const [part] = windows(randomNormal([40, 2], { seed: 1 }), { length: 8, targets: [0], horizon: 8 });
    const make = () =>
      new Sequential([new GRU({ units: 4, returnSequences: true }), new Dense({ units: 1 })]).compile({
        optimizer: new Adam(),
        loss: new MeanSquaredError(),
      });
    const [a, b] = [make(), make()];
    await a.fit(part!.x, part!.y, { epochs: 2 });
    await b.fit(tensor(part!.x), tensor(part!.y), { epochs: 2 });
    expect(a.toBytes()).toEqual(b.toBytes());
  });
});
