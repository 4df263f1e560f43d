import { fc, test } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import { lineChart, type Point } from '../../lib/plot/index.ts';
import { all, type Drawn, groups, marks, placeOf, read, runsOf, ticksOf, wordsOf } from '../support/svg.ts';

/** Points of the n-th line, run by run. */
const line = (drawn: Drawn, n = 0): [number, number][][] => {
  const [path] = groups(drawn, 'line')[n]!.children;
  return path === undefined ? [] : runsOf(path);
};
const chart = (ys: readonly number[], yScale: 'log' | 'linear' = 'linear'): Drawn =>
  read(lineChart([{ name: 'a', points: ys.map((y, x): Point => [x, y]) }], { yScale }));
const legend = (drawn: Drawn): string[] => all(drawn, (e) => e.attributes.class === 'legend').map((e) => e.text.trim());

describe('lineChart', () => {
  it('has a corner and a dot for each point, larger values higher up, and later ones further right', () => {
    const drawn = chart([1, 5, 2, 8]);
    const [run] = line(drawn);
    expect(run).toHaveLength(4);
    expect(marks(drawn, 'dot').map(placeOf)).toEqual(run);
    const [a, b, c, d] = run!.map(([, y]) => y) as [number, number, number, number];
    expect([d < b, b < c, c < a]).toEqual([true, true, true]);
    expect((a - c) / (a - d)).toBeCloseTo(1 / 7, 2);
    expect(run!.map(([x]) => x)).toEqual([...run!.map(([x]) => x)].sort((p, q) => p - q));
  });

  it('puts points where the ticks of both axes say they are', () => {
    const drawn = chart([0, 20, 40]);
    const at = Object.fromEntries(ticksOf(drawn, 'y'));
    expect(line(drawn)[0]!.map(([, y]) => y)).toEqual(['0', '20', '40'].map((label) => at[label]));
    expect(ticksOf(drawn, 'x').map(([label]) => label)).toEqual(['0', '1', '2']);
  });

  it('gives equal ratios equal distances on a logarithmic axis', () => {
    const [run] = line(chart([1e-3, 1e-2, 1, 100], 'log'));
    const [a, b, c, d] = run!.map(([, y]) => y) as [number, number, number, number];
    expect((b - c) / (a - b)).toBeCloseTo(2, 2);
    expect((c - d) / (a - b)).toBeCloseTo(2, 2);
  });

  it('marks what a logarithmic axis cannot show, and says so', () => {
    const drawn = chart([1, 0, 2, -3, 4, Infinity, 5], 'log');
    expect(line(drawn)).toHaveLength(4);
    expect(wordsOf(drawn).slice(-2)).toEqual([
      '▼ 2 values are not above 0, below the axis.',
      '▲ 1 value is ∞, above the axis.',
    ]);
    const [, below, above] = groups(drawn, 'dot').map(({ children }) => children.map(placeOf));
    const ys = ticksOf(drawn, 'y').map(([, y]) => y);
    expect(below!.map(([, y]) => y)).toEqual([Math.max(...ys), Math.max(...ys)]);
    expect(above!.map(([, y]) => y)).toEqual([Math.min(...ys)]);
  });

  it('breaks the line at NaN', () => {
    expect(line(chart([1, 2, Number.NaN, 3, 4])).map((run) => run.length)).toEqual([2, 2]);
  });

  it('draws values that are all alike, all 0, all NaN, or alone', () => {
    for (const ys of [[3, 3, 3], [0, 0], [-1e-320, 1e-320], [Number.NaN], [1e308, -1e308], [7]]) {
      for (const scale of ['log', 'linear'] as const) expect(chart(ys, scale).name).toBe('svg');
    }
    expect(marks(chart([7]), 'dot')).toHaveLength(1);
  });

  it('keeps the extremes of ten thousand points in a tenth of the text', () => {
    const ys = Array.from(
      { length: 10_000 },
      (_, i) => Math.sin(i / 50) + (i === 7777 ? 30 : 0) - (i === 4321 ? 20 : 0),
    );
    const svg = lineChart([{ name: 'a', points: ys.map((y, x): Point => [x, y]) }]);
    const [run] = line(read(svg));
    const heights = run!.map(([, y]) => y);
    const at = Object.fromEntries(ticksOf(read(svg), 'y'));
    const perUnit = (at['0']! - at['20']!) / 20;
    expect(run!.length).toBeLessThan(2500);
    expect((at['0']! - Math.min(...heights)) / perUnit).toBeCloseTo(ys[7777]!, 0);
    expect((at['0']! - Math.max(...heights)) / perUnit).toBeCloseTo(ys[4321]!, 0);
  });

  it('names its series, each with a colour and a dash of its own, pale ones apart', () => {
    const points: Point[] = [
      [0, 0],
      [1, 1],
    ];
    const drawn = read(
      lineChart([
        { name: 'truth', points, faint: true },
        { name: 'a', points },
        { name: 'b', points },
      ]),
    );
    expect(legend(drawn)).toEqual(['truth', 'a', 'b']);
    const strokes = groups(drawn, 'line').map(({ attributes }) => [attributes.stroke, attributes['stroke-dasharray']]);
    expect(new Set(strokes.map(String)).size).toBe(3);
    expect(strokes[1]![0]).toBe('#0b62c4');
  });

  it('labels its axes', () => {
    const drawn = read(
      lineChart(
        [
          {
            name: 'a',
            points: [
              [2015, 1],
              [2019, 2],
            ],
          },
        ],
        { xLabel: 'year', yLabel: 'CO₂ in ppm' },
      ),
    );
    expect(wordsOf(drawn)).toEqual(expect.arrayContaining(['year', 'CO₂ in ppm', '2015', '2019']));
  });

  it('reaches over an x domain that is asked for, and still over all its points', () => {
    const points: Point[] = [
      [3, 1],
      [9, 2],
    ];
    const ends = (xDomain: readonly [number, number]): string[] =>
      ticksOf(read(lineChart([{ name: 'a', points }], { xDomain })), 'x').map(([label]) => label);
    expect(ends([0, 12])).toEqual(['0', '2', '4', '6', '8', '10', '12']);
    expect(ends([5, 6])).toEqual(ends([3, 9]));
    const [run] = line(read(lineChart([{ name: 'a', points }], { xDomain: [0, 12] })));
    const at = Object.fromEntries(ticksOf(read(lineChart([{ name: 'a', points }], { xDomain: [0, 12] })), 'x'));
    expect(run![0]![0]).toBeCloseTo((at['2']! + at['4']!) / 2, 1);
  });

  const number = fc.oneof(fc.double(), fc.constantFrom(0, -0, 5e-324, 1e-310, 1e308, -1e308, Infinity, -Infinity, NaN));
  test.prop(
    [fc.array(fc.tuple(fc.integer({ min: -1000, max: 1000 }), number), { minLength: 1, maxLength: 60 }), fc.boolean()],
    { numRuns: 60 },
  )('draws any numbers: every finite one has its place inside the axes', (points, log) => {
    const svg = lineChart([{ name: 'a', points, dots: true }], { yScale: log ? 'log' : 'linear' });
    expect(svg).not.toMatch(/NaN|Infinity(?! is)/);
    const drawn = read(svg);
    const places = marks(drawn, 'dot').map(placeOf);
    const shown = points.filter(([, y]) => !Number.isNaN(y));
    expect(places).toHaveLength(shown.length);
    for (const [x, y] of places) {
      expect(x).toBeGreaterThanOrEqual(66);
      expect(x).toBeLessThanOrEqual(702.1);
      expect(y).toBeGreaterThanOrEqual(5.9);
      expect(y).toBeLessThanOrEqual(226.1);
    }
  });
});
