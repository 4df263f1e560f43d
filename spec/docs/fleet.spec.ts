import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { inExample } from './in-example.ts';
import { read } from './snippets.ts';

const inFleet = <Result>(body: string): Result =>
  inExample('fleet', ['record', 'jobs', 'loaders', 'figures', 'page'], body);

const folder = mkdtempSync(path.join(tmpdir(), 'bptt-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the example. `until`: how many lines of progress to wait for before Ctrl-C. */
function run(out: string, until = Infinity, ...more: string[]): Promise<Ran> {
  const args = ['docs/examples/run.mjs', 'fleet', '--only', '12', '--out', path.join(folder, out), ...more];
  const child = spawn(process.execPath, args);
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text;
      if (child.killed || texts.stderr.split(' nets, ').length <= until) return;
      child.kill('SIGINT');
    });
  }
  return new Promise((resolve) => child.on('close', (status) => resolve({ status, ...texts })));
}

const hashOf = ({ stdout }: Ran): string | undefined => /SHA-256 of all: ([0-9a-f]{16})/.exec(stdout)?.[1];

describe('the record of the example', () => {
  it('has several hundred series of all days; the rest is left out by the days of the training', () => {
    const found = inFleet<Record<string, unknown>>(`
      const series = await record.readSeries();
      const { chosen, left } = record.choose(series, 153);
      const flights = series.map(({ values }) => values.reduce((a, b) => a + b, 0)).reduce((a, b) => a + b, 0);
      const later = series.map(({ id, values }) => ({ id, values: values.with(170, 1e6) }));
      const same = record.choose(later, 153).chosen.length === chosen.length;
      return { all: series.length, flights, days: record.DAYS, last: record.dateOf(record.DAYS - 1), same,
        lengths: [...new Set(series.map(({ values }) => values.length))], chosen: chosen.length, left: [...left] };`);
    expect(found).toEqual({
      ...{ all: 457, flights: 2 * (3_000_000 - 6), days: 181, last: '2001-06-30', lengths: [181] },
      ...{ chosen: 403, same: true },
      left: expect.arrayContaining([
        ['fewer than 2 flights a day', 43],
        ['more than 3 days without a flight', 10],
        ['equal weeks', 1],
      ]),
    });
  });
});

describe('the jobs of the example', () => {
  it('have nothing of the weeks that are forecast, and forecast four weeks from the days before', () => {
    const { folds, jobs, different } = inFleet<Record<string, unknown>>(`
      const series = [{ id: 'a', values: Array.from({ length: 181 }, (_, t) => t * t) }];
      const made = jobs.jobsOf(series, 153);
      const changed = jobs.jobsOf([{ id: 'a', values: series[0].values.map((y, t) => (t < 153 ? y : -1)) }], 153);
      return { folds: jobs.foldsOf(181), jobs: made.map(({ data }) => (data.values ?? data.series[0]).length),
        different: JSON.stringify(made) !== JSON.stringify(changed) };`);
    expect(folds).toEqual([153, 160, 167, 174].map((from) => ({ train: [0, from], test: [from, from + 7] })));
    expect(jobs).toEqual([146, 146]);
    expect(different).toBe(false);
  });

  it('for all series: each scaled by itself, and the last windows for validation', () => {
    const { x, y, validation } = inFleet<{ x: number[][][]; y: number[][]; validation: [number[][][], number[][]] }>(`
      const series = [0, 5].map((base) => Array.from({ length: 12 }, (_, t) => base + (t % 2) * (base + 1)));
      const { x, y, validation } = loaders.panel({ series, input: 3, horizon: 2, validation: 0.25 });
      return { x: x.toArray(), y: y.toArray(), validation: validation.map((each) => each.toArray()) };`);
    expect([x.length, validation[0].length, validation[1].length]).toEqual([12, 4, 4]); // of 8 windows each
    expect(x[0]).toEqual([[-1], [1], [-1]]);
    expect(x[6]).toEqual(x[0]); // the other series
    expect(y[0]).toEqual([1, -1]);
    expect(validation[0][0]).toEqual([[-1], [1], [-1]]); // window 6
  });
});

describe('the forecasts of the example', () => {
  it('of the baseline are the week before; nets add differences; errors are those of the definitions', () => {
    const { naive, own, mase, smape } = inFleet<Record<string, number[] | number>>(`
      const { Dense, GRU, initializers, Sequential } = await import('bptt');
      const netOf = (metadata) => {
        const net = new Sequential([new GRU({ units: 1 }), new Dense({ units: 7, kernelInitializer: initializers.zeros })], { inputSize: 1 }).build();
        net.metadata = metadata;
        return net.toBytes();
      };
      const values = Array.from({ length: 181 }, (_, t) => 10 + Math.floor(t / 7));
      const scaler = loaders.scalerOf([2, 4]); // mean 3, so a net without weights forecasts a difference of 3
      const models = new Map([['a', netOf({ input: 28, scaler })], ['all series', netOf({ input: 28 })]]);
      const [{ forecasts, mase, smape }] = figures.evaluate([{ id: 'a', values }], models);
      return { naive: forecasts[2], own: forecasts[0], mase, smape: smape[2] };`);
    const weekBefore = Array.from({ length: 28 }, (_, k) => 10 + Math.floor((146 + k) / 7));
    expect(naive).toEqual(weekBefore);
    expect(own).toEqual(weekBefore.map((each) => each + 3));
    const [first, second, third] = mase as number[];
    expect(first).toBeCloseTo(2, 6); // off by 2, and a week differs by 1 from the one before
    expect(second).toBeCloseTo(0, 6); // the mean difference of this series is 1
    expect(third).toBeCloseTo(1, 6);
    const truth = weekBefore.map((each) => each + 1);
    const expected = truth.reduce((sum, t) => sum + 2 / (2 * t - 1), 0) / 28;
    expect(smape).toBeCloseTo(expected, 6);
  });
});

describe('npm run example fleet', () => {
  it('trains, compares three ways, and writes a page; after Ctrl-C, it goes on to the same bits', async () => {
    const whole = await run('whole');
    expect(whole.status).toBe(0);
    expect(whole.stdout).toContain('12 series');
    expect(whole.stdout).toMatch(/a net for each series +[\d.]+ +[\d.]+ +[\d.]+ % +[\d.]+ % +\d/);
    expect(hashOf(whole)).toBeDefined();
    const page = readFileSync(path.join(folder, 'whole/fleet.html'), 'utf8');
    expect(page.match(/<svg/g)!.length).toBeGreaterThanOrEqual(6);
    expect(page).not.toMatch(/NaN|undefined|Infinity|<script|src=/);

    const stopped = await run('stopped', 1);
    expect(stopped.status).toBe(130);
    expect(stopped.stderr).toContain('the same command goes on');
    expect(readdirSync(path.join(folder, 'stopped/store')).length).toBeGreaterThan(0);
    expect(hashOf(await run('stopped'))).toBe(hashOf(whole));
    const again = await run('whole');
    expect(hashOf(again)).toBe(hashOf(whole));
    expect(again.stderr).toMatch(/13 of 13 nets, 0 failed, 0\.0 a second/);
    if (spawnSync('redis-server', ['--version']).status !== 0) return;
    const remote = await run('remote', Infinity, '--redis');
    expect(remote.stderr).toContain('Killed one of two workers.');
    expect(hashOf(remote)).toBe(hashOf(whole));
  }, 300_000);
});

describe('the section of docs/fleets.md', () => {
  it('lists all ways, in the order of the table', () => {
    const ways = inFleet<string[]>('return figures.WAYS;');
    const rows = [
      ...read('docs/fleets.md').matchAll(/^\| ([^|]+) \| [\d.]+ \| [\d.]+ \| [\d.]+ % \| [\d.]+ % \| \d+ \|/gm),
    ];
    expect(rows.map(([, name]) => name)).toEqual(ways);
  });
});
