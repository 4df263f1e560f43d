import { describe, expect, it } from '@jest/globals';
import {
  choice,
  integer,
  type ParameterImportance,
  parameterImportance,
  Study,
  type StudyResult,
  type StudyResults,
  uniform,
} from '../../lib/fleet/index.ts';
import { importancePlot, parallelCoordinates, sweepHistory, sweepSlices } from '../../lib/plot/index.ts';
import { all, type Drawn, groups, marks, placeOf, read, runsOf, ticksOf, wordsOf } from '../support/svg.ts';

const space = {
  rate: uniform(1e-4, 1, { log: true }),
  units: integer(1, 100),
  cell: choice(['gru', 'lstm', 'rnn']),
};
type State = StudyResult['state'];
const CELLS = ['gru', 'lstm', 'rnn'] as const;
const trial = (number: number, state: State, value: number | undefined, rate = 0.01, units = 50): StudyResult => ({
  number,
  state,
  parameters: { rate, units, cell: CELLS[number % 3]! },
  value: state === 'complete' ? value : undefined,
  steps: state === 'complete' || value === undefined ? [] : [{ step: 1, value }],
});
const study: StudyResults = {
  space,
  trials: [
    trial(0, 'complete', 8, 1e-4, 1),
    trial(1, 'pruned', 7, 1e-3, 25),
    trial(2, 'complete', 4, 1e-2, 50),
    trial(3, 'failed', undefined, 1, 100),
    trial(4, 'complete', 6, 1e-1, 75),
    trial(5, 'complete', 2, 1, 100),
    trial(6, 'complete', 4, 1e-1, 50),
  ],
};
const maximized: StudyResults = { ...study, direction: 'maximize' };

const hinted = (drawn: Drawn, kind: string): Drawn[] =>
  all(drawn, ({ attributes }) => attributes['aria-label'] === kind).flatMap(({ children }) => children);
const titleOf = ({ children }: Drawn): string | undefined => children.find(({ name }) => name === 'title')?.text;
const legend = (drawn: Drawn): string[] => all(drawn, (e) => e.attributes.class === 'legend').map((e) => e.text.trim());
/** Where an axis shows a value, from the places of two of its ticks. */
function linear(ticks: [string, number][]): (value: number) => number {
  const [[a, from], [b, to]] = [ticks[0]!, ticks.at(-1)!];
  return (value) => from + ((value - Number(a)) / (Number(b) - Number(a))) * (to - from);
}
/** Marks by the number of the trial in their tooltips. */
function byTrial(found: readonly Drawn[]): Map<number, Drawn[]> {
  const map = new Map<number, Drawn[]>();
  for (const mark of found) {
    const number = Number(/^trial (\d+),/.exec(titleOf(mark) ?? '')?.[1] ?? -1);
    map.set(number, [...(map.get(number) ?? []), mark]);
  }
  return map;
}

describe('sweepHistory', () => {
  const drawn = read(sweepHistory(study));
  const [x, y] = [linear(ticksOf(drawn, 'x')), linear(ticksOf(drawn, 'y'))];

  it('has a mark for each trial: its value, or the last report, by its number', () => {
    const found = byTrial(hinted(drawn, 'dot'));
    [8, 7, 4, undefined, 6, 2, 4].forEach((value, number) => {
      const [at, up] = placeOf(found.get(number)![0]!);
      expect(at).toBeCloseTo(x(number), 0);
      if (value === undefined) return;
      expect(up).toBeCloseTo(y(value), 0);
    });
    expect(titleOf(found.get(2)![0]!)).toBe('trial 2, complete 4: rate 0.01, units 50, cell rnn');
    expect(titleOf(found.get(1)![0]!)).toBe('trial 1, pruned 7: rate 0.001, units 25, cell lstm');
  });

  it.each([
    ['minimize', study, [8, 4, 2], [0, 2, 5], 5],
    ['maximize', maximized, [8], [0], 0],
  ] as const)('draws the best value so far as steps: %s', (_, of, values, numbers, best) => {
    const picture = read(sweepHistory(of));
    const [along] = runsOf(groups(picture, 'line')[0]!.children[0]!);
    const levels = [...new Set(along!.map(([, level]) => level))];
    expect(levels).toHaveLength(values.length);
    levels.forEach((level, i) => {
      expect(level).toBeCloseTo(y(values[i]!), 0);
      const at = along!.filter(([, each]) => each === level).map(([each]) => each);
      expect(Math.min(...at)).toBeCloseTo(x(numbers[i]!), 0);
      expect(Math.max(...at)).toBeCloseTo(x(numbers[i + 1] ?? 6), 0);
    });
    expect(wordsOf(picture).join(' ')).toContain(`, trial ${best} of 7: `);
  });

  it('counts what it draws', () => {
    expect(legend(drawn)).toEqual(['complete (5)', 'pruned, last report (1)', 'failed (1)', 'best so far']);
    const running = { space, trials: [trial(0, 'running', undefined), trial(1, 'waiting', 3)] };
    expect(legend(read(sweepHistory(running)))).toEqual(['pruned or unfinished, last report (1)']);
    expect(sweepHistory(running)).toContain('1 trial has no value: not drawn.');
    expect(sweepHistory(running)).toContain('None of 2 trials is complete.');
  });

  it('marks what is beyond the axis at its edges, and NaN as a failure', () => {
    const trials = [trial(0, 'complete', 1), trial(1, 'complete', Infinity), trial(2, 'pruned', Number.NaN)];
    const svg = sweepHistory({ space, trials: [...trials, trial(3, 'complete', 0)] }, { yScale: 'log' });
    expect(svg).toContain('▲ 1 value is ∞, above the axis.');
    expect(svg).toContain('▼ 1 value is 0, below the axis.');
    expect(legend(read(svg))).toEqual(['complete (3)', 'failed (1)', 'best so far']);
  });

  it('has a logarithmic axis of values', () => {
    const picture = read(sweepHistory(study, { yScale: 'log' }));
    const at = Object.fromEntries(ticksOf(picture, 'y'));
    const found = byTrial(hinted(picture, 'dot'));
    expect(at['2']! - placeOf(found.get(2)![0]!)[1]).toBeCloseTo(
      (at['2']! - at['5']!) * (Math.log(2) / Math.log(2.5)),
      0,
    );
  });

  it('draws the same from JSON', () => {
    const own = new Study({ x: uniform(-1, 1) }, { trials: 9 });
    for (let each = own.ask(); each !== undefined; each = own.ask()) {
      own.tell(each, each.number === 4 ? Infinity : each.parameters.x);
    }
    const { trials, direction } = own;
    const stored = JSON.parse(JSON.stringify({ space: own.space, direction, trials }));
    for (const draw of [sweepHistory, sweepSlices, parallelCoordinates]) expect(draw(stored)).toBe(draw(own));
    expect(importancePlot(JSON.parse(JSON.stringify(parameterImportance(own))))).toBe(
      importancePlot(parameterImportance(own)),
    );
  });
});

describe('sweepSlices', () => {
  const drawn = read(sweepSlices(study, { width: 1000 }));
  const slices = all(drawn, ({ attributes }) => attributes.class === 'axes');

  it('has a panel for each parameter, with its name, beside each other as far as there is room', () => {
    expect(slices).toHaveLength(3);
    expect(
      slices
        .map((each) =>
          all(each, (e) => e.attributes['text-anchor'] === 'middle' && e.name === 'text').map((e) => e.text),
        )
        .map((texts) => texts.at(-2)),
    ).toEqual(['rate', 'units', 'cell']);
    const rowsAt = (width: number): number =>
      read(sweepSlices(study, { width })).children.filter(({ name }) => name === 'svg').length;
    expect([1000, 700, 380].map(rowsAt)).toEqual([1, 2, 3]);
  });

  it('puts the value of each trial over the logarithm of a parameter with log', () => {
    const [slice] = slices;
    const at = Object.fromEntries(ticksOf(slice!, 'x'));
    const y = linear(ticksOf(slice!, 'y'));
    const found = byTrial(hinted(slice!, 'dot'));
    const [low, high] = [at['10⁻⁴']!, at['1']!];
    [-4, -3, -2, 0, -1, 0, -1].forEach((power, number) => {
      const [left, up] = placeOf(found.get(number)![0]!);
      expect(left).toBeCloseTo(low + ((power + 4) / 4) * (high - low), 0);
      if (number !== 3) expect(up).toBeCloseTo(y([8, 7, 4, 0, 6, 2, 4][number]!), 0);
    });
  });

  it('puts numbers on a linear axis, and choices around their names', () => {
    const x = linear(ticksOf(slices[1]!, 'x'));
    const found = byTrial(hinted(slices[1]!, 'dot'));
    [1, 25, 50, 100, 75, 100, 50].forEach((units, number) => {
      expect(placeOf(found.get(number)![0]!)[0]).toBeCloseTo(x(units), 0);
    });
    const names = Object.fromEntries(ticksOf(slices[2]!, 'x'));
    const room = names.lstm! - names.gru!;
    const chosen = byTrial(hinted(slices[2]!, 'dot'));
    CELLS.forEach((cell, k) => {
      for (const number of [k, k + 3]) {
        const aside = placeOf(chosen.get(number)![0]!)[0] - names[cell]!;
        expect(Math.abs(aside)).toBeLessThanOrEqual(room / 4 + 0.01);
      }
      expect(placeOf(chosen.get(k)![0]!)[0]).not.toBe(placeOf(chosen.get(k + 3)![0]!)[0]);
    });
  });
});

describe('parallelCoordinates', () => {
  const drawn = read(parallelCoordinates(study));
  const lines = groups(drawn, 'line').flatMap(({ children }) => children);
  const at = Object.fromEntries(ticksOf(drawn, 'x'));
  const y = linear(ticksOf(drawn, 'y'));
  const [bottom, top] = [y(2), y(8)];
  const share = (of: number): number => bottom + of * (top - bottom);

  it('leads each complete trial from its value through its parameters', () => {
    const found = byTrial(lines);
    expect(Object.keys(at)).toEqual(['rate', 'units', 'cell']);
    expect(ticksOf(drawn, 'y').map(([label]) => label)).toEqual(['2', '3', '4', '5', '6', '7', '8']);
    const values = [8, 7, 4, 0, 6, 2, 4];
    [-4, -3, -2, 0, -1, 0, -1].forEach((power, number) => {
      const [corners] = runsOf(found.get(number)!.at(-1)!);
      const isComplete = ![1, 3].includes(number);
      expect(corners).toHaveLength(isComplete ? 4 : 3);
      const [rate, units, cell] = corners!.slice(-3);
      expect(rate![0]).toBeCloseTo(at.rate!, 0);
      expect(rate![1]).toBeCloseTo(share((power + 4) / 4), 0);
      expect(units![0]).toBeCloseTo(at.units!, 0);
      expect(units![1]).toBeCloseTo(share(([1, 25, 50, 100, 75, 100, 50][number]! - 1) / 99), 0);
      const aside = (cell![1] - share((0.5 + (number % 3)) / 3)) / (top - bottom);
      expect(Math.abs(aside)).toBeLessThanOrEqual(1 / 12 + 0.01);
      if (!isComplete) return;
      expect(corners![0]![0]).toBeCloseTo(2 * at.rate! - at.units!, 0);
      expect(corners![0]![1]).toBeCloseTo(y(values[number]!), 0);
    });
  });

  it.each([
    ['minimize', study, [0, 4, 2, 5], ['8', '2']],
    ['maximize', maximized, [5, 2, 4, 0], ['2', '8']],
  ] as const)('has stronger colours for better values: %s', (_, of, order, ends) => {
    const picture = read(parallelCoordinates(of));
    const [ramp] = all(picture, ({ attributes }) => attributes.class === 'ramp');
    const colours = ramp!.children.filter(({ name }) => name === 'rect').map(({ attributes }) => attributes.fill);
    const levels = order.map((number) => {
      const line = groups(picture, 'line').find(({ children }) => byTrial(children).has(number));
      return colours.indexOf(line!.attributes.stroke);
    });
    expect(levels[0]).toBe(0);
    expect(levels.at(-1)).toBe(32);
    expect(levels).toEqual([...levels].sort((a, b) => a - b));
    expect(all(ramp!, ({ name }) => name === 'text').map(({ text }) => text)).toEqual([...ends, 'value']);
    expect(titleOf(groups(picture, 'line').at(-1)!.children[0]!)).toContain(`trial ${order.at(-1)},`);
  });

  it('writes the values of each axis beside it', () => {
    const labels = marks(drawn, 'text').map((label) => [label.text, ...placeOf(label)] as const);
    const of = (text: string) => labels.find(([each]) => each === text)!;
    expect(of('gru')[2]).toBeCloseTo(share(1 / 6), 0);
    expect(of('rnn')[2]).toBeCloseTo(share(5 / 6), 0);
    expect(of('0.01')[2]).toBeCloseTo(share(0.5), 0);
  });
});

describe('importancePlot', () => {
  const importance: ParameterImportance = {
    parameters: [
      { name: 'rate', share: 0.6 },
      { name: 'units', share: 0.15 },
    ],
    interactions: 0.25,
    rSquared: 0.9,
    trials: 40,
  };

  it('has a bar for each parameter, the first at the top, and one for the rest', () => {
    const drawn = read(importancePlot(importance));
    const bars = marks(drawn, 'rect');
    const widths = bars.map(({ attributes }) => Number(attributes.width));
    expect(widths[1]! / widths[0]!).toBeCloseTo(0.25, 2);
    expect(widths[2]! / widths[0]!).toBeCloseTo(0.25 / 0.6, 2);
    const tops = bars.map(({ attributes }) => Number(attributes.y));
    expect(tops).toEqual([...tops].sort((a, b) => a - b));
    expect(ticksOf(drawn, 'y').map(([name]) => name)).toEqual(['rate', 'units', 'only together']);
    expect(marks(drawn, 'text').map(({ text }) => text)).toEqual(['60 %', '15 %', '25 %']);
    const percent = ticksOf(drawn, 'x').map(([label, left]): [string, number] => [label.replace(' %', ''), left]);
    const right = Number(bars[0]!.attributes.x) + widths[0]!;
    expect(right).toBeCloseTo(linear(percent)(60), 0);
  });

  it('says how much the shares are worth', () => {
    const drawn = (rSquared: number): string => wordsOf(read(importancePlot({ ...importance, rSquared }))).join(' ');
    expect(drawn(0.9)).toContain('rate alone explains 60 % of the variance of the value of 40 trials.');
    expect(drawn(0.9)).toContain('Trees explain 90 % of the variance of trials that they did not learn.');
    expect(drawn(0.3)).toContain(
      'Trees explain 30 % of the variance of trials that they did not learn: the shares are rough.',
    );
    expect(drawn(-0.2)).toContain('(R² −0.2): the shares mean nothing.');
  });
});

describe('any names, any number of trials', () => {
  const long = 'a parameter with a name that is too long for any axis, and <&> "quotes"';
  const many: StudyResults = {
    space: {
      [long]: uniform(0, 1),
      '': choice(['', ' ', 'a choice with a very long name of its own']),
      one: choice([null]),
    },
    trials: Array.from({ length: 1200 }, (_, number) => ({
      number,
      state: 'complete' as const,
      parameters: {
        [long]: (number % 7) / 7,
        '': ['', ' ', 'a choice with a very long name of its own'][number % 3]!,
        one: null,
      },
      value: number % 11,
      steps: [],
    })),
  };

  it('stay inside', () => {
    for (const draw of [sweepHistory, sweepSlices, parallelCoordinates]) {
      const drawn = read(draw(many, { width: 300 })); // throws if it is not well-formed
      expect(drawn.text.replaceAll(/\s+/g, ' ')).toContain('a parameter with a name');
      expect(draw({ ...many, trials: [] })).toContain('None of 0 trials is complete.');
    }
  });
});
