import { describe, expect, it } from '@jest/globals';
import { inExample } from './in-example.ts';
import { read } from './snippets.ts';

const inWeather = <Result>(body: string): Result =>
  inExample('weather', ['record', 'windows', 'model', 'baselines', 'figures', 'pictures'], body);

describe('the record of the example', () => {
  it('has every day of four years of two cities', () => {
    const { cities, dates } = inWeather<{ cities: [string, number, number[]][]; dates: unknown[] }>(`
      const cities = record.readCities().map(({ name, days }) => [name, days.length, days[0]]);
      return { cities, dates: [record.dayOf('2012-01-01'), record.dayOf('2013-01-01'), record.dateOf(366 + 31)] };`);
    expect(cities).toEqual([
      ['Seattle', 1461, [12.8, 5, 4.7, 0]],
      ['New York', 1461, expect.any(Array)],
    ]);
    expect(dates).toEqual([0, 366, '2013-02-01']);
  });

  it('becomes windows: a window of one period never has targets of another', () => {
    const { issued, x, y, day } = inWeather<Record<string, number[]>>(`
      const days = Array.from({ length: 60 }, (_, t) => [t, 2 * t, 3 * t, 0]);
      const { StandardScaler, tensor } = await import('bptt');
      const scale = new StandardScaler({ withMean: false, withStd: false }).fit(tensor(days));
      const { x, y, places } = windows.windowsOf([{ name: 'a', days }], 30, 40, scale);
      return {
        issued: windows.issuedFor(30, 40),
        x: x.pick(1, null, 0).toArray(),
        y: y.pick(1).toArray(),
        day: places.map(({ day }) => day),
      };`);
    expect(issued).toEqual([30, 31, 32, 33]); // 33 to 39
    expect(day).toEqual(issued);
    expect(x).toEqual(Array.from({ length: 14 }, (_, k) => 17 + k)); // up to the day before
    expect(y).toEqual(Array.from({ length: 7 }, (_, h) => [1, 2, 3].map((f) => f * (31 + h))).flat());
  });

  it('is scaled by the training days alone', () => {
    const scale = inWeather<{ mean: number[]; scale: number[] }>(`
      const days = Array.from({ length: 8 }, (_, t) => (t < 4 ? [t % 2, 2, 0, Math.E - 1] : [100, 100, 100, 100]));
      const { mean, scale } = windows.scaleOf([{ name: 'a', days }, { name: 'b', days }], 4);
      return { mean, scale };`);
    expect(scale.mean).toEqual([0.5, 2, 0, 1]);
    expect(scale.scale).toEqual([0.5, 1, 1, 1]);
  });
});

describe('the forecasts of the example', () => {
  it('are in the units of the record, with sorted quantiles', () => {
    const [first] = inWeather<number[][][][]>(`
      const { tensor } = await import('bptt');
      const row = Array.from({ length: 105 }, (_, k) => (k < 21 ? 9 : k / 21));
      return model.forecastsOf(tensor([row]), { mean: [1, 2, 3], scale: [10, 20, 30] });`);
    expect([first!.length, first![0]!.length, first![0]![0]!.length]).toEqual([3, 5, 7]);
    const firstDay = first![0]!.map((days) => days[0]!);
    expect(firstDay).toEqual([...firstDay].sort((a, b) => a - b));
    expect(firstDay.at(-1)).toBe(1 + 10 * 9);
    expect(first![2]![0]![6]).toBeCloseTo(3 + (30 * (21 + 20)) / 21, 4);
  });

  it('of baselines repeat what their names say, and their figures are exact where they can be', () => {
    const {
      last,
      year,
      figures: of,
    } = inWeather<{
      last: number[];
      year: number[];
      figures: { mase: number; wide: number; narrow: number; pinball: number };
    }>(`
      const days = Array.from({ length: 800 }, (_, t) => [t, -t, 2 * t, 0]);
      const cities = [{ name: 'a', days }];
      const [, lastDay, yearBefore] = baselines.BASELINES.map(({ learn }) => learn(cities, 700));
      const place = { city: cities[0], number: 0, day: 750 };
      const forecasts = [place].map(lastDay);
      const report = figures.report([place], forecasts, 700);
      return { last: forecasts[0][0][2], year: yearBefore(place)[1][4], figures: report.all };`);
    expect(last).toEqual([750, 751, 752, 753, 754, 755, 756]); // its errors were h days in all years
    expect(year).toEqual([-750, -751, -752, -753, -754, -755, -756]);
    expect(of.wide).toBe(1);
    expect(of.narrow).toBe(1);
    expect(of.pinball).toBe(0);
  });

  it('of a short training beat the seasonal naive and have intervals', () => {
    const { own, naive } = inWeather<Record<string, { mase: number; wide: number }>>(`
      const cities = record.readCities();
      const [begin, validation, heldOut, end] = windows.periods({ rehearse: true });
      const scale = windows.scaleOf(cities, validation);
      const [a, b, c] = [[begin, validation], [validation, heldOut], [heldOut, end]].map(([from, to]) =>
        windows.windowsOf(cities, from, to, scale));
      const net = model.buildModel();
      await model.train(net, a, b, { epochs: 8, learningRate: 6e-3 });
      const report = (forecasts) => figures.report(c.places, forecasts, heldOut).all;
      const naive = baselines.BASELINES.at(-1).learn(cities, heldOut);
      return { own: report(model.forecastsOf(net.predict(c.x), scale)), naive: report(c.places.map(naive)) };`);
    expect(own!.mase).toBeLessThan(0.85);
    expect(naive!.mase).toBeGreaterThan(0.95);
    expect(Math.abs(own!.wide - 0.8)).toBeLessThan(0.1);
  });
});

describe('docs/weather.md', () => {
  it('has the pictures of the run whose results it lists', () => {
    const page = read('docs/weather.md');
    const [chart, fans] = ['errors', 'forecasts'].map((name) => read(`docs/weather/${name}.svg`));
    const names = [...page.matchAll(/^\| ([^|]+) \| [\d.]+ \| [\d.]+ \| [\d.]+ % \|/gm)].map(([, name]) => name!);
    expect(names).toHaveLength(5);
    for (const name of names) expect(chart).toContain(`>${name}<`);
    expect(fans!.match(/class="outer"/g)).toHaveLength(2 * 13);
    expect(fans).not.toMatch(/NaN|undefined/);
  });
});
