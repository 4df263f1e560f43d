import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';

const { problemsOfResults, rowOf } = await import('../../bench/results.mjs' as string);
const built = existsSync('dist/index.js');

const CASE = { group: 'g', name: 'n', shape: { M: 1, N: 2, K: 3 }, work: { amount: 6e6, unit: 'flop' } };
/** Three rounds of 2, 4 and 3 ms beside a peak that moves. */
const SAMPLES = [
  { seconds: 0.002, wall: 0.002, peak: 30 },
  { seconds: 0.004, wall: 0.009, peak: 15 },
  { seconds: 0.003, wall: 0.003, peak: 40 },
];

/** Results of a quick run of the cases that hold a word. */
function quick(word: string): { status: number | null; stdout: string; stderr: string; results: { rows: object[] } } {
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-'));
  try {
    const file = path.join(folder, 'results.json');
    const args = ['bench/bench.mjs', '--quick', '--only', word, '--json', file];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    return {
      status,
      stdout,
      stderr,
      results: existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { rows: [] },
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('a row', () => {
  it('takes every rate by the peak of its own round, and every ratio by our time in it', () => {
    const ours = SAMPLES.map(({ seconds, ...rest }, k) => ({ ...rest, seconds: seconds / [2, 2, 4][k]! }));
    const row = rowOf(CASE, { engine: 'other', verified: true, samples: SAMPLES, ours });
    expect(row.median).toBeCloseTo(3, 9);
    expect(row.spread.map((v: number) => v.toFixed(3))).toEqual(['2.500', '3.500']);
    expect(row.wall).toBeCloseTo(3, 9);
    expect(row.gflops).toBeCloseTo(2, 9);
    expect(row.fractionOfPeak).toBeCloseTo(0.1, 9); // the median of 3/30, 1.5/15 and 2/40, not 2/30
    expect(row.ratioToOurs).toBeCloseTo(2, 9); // of 2, 2 and 4, not 3/1
  });

  it('has no rate of operations where none are counted, and no ratio without us', () => {
    const elements = { ...CASE, work: { amount: 3e6, unit: 'element' } };
    const row = rowOf(elements, { engine: 'other', verified: false, samples: SAMPLES, ours: undefined });
    expect(row.rate.value).toBeCloseTo(1000, 6);
    expect([row.gflops, row.fractionOfPeak, row.ratioToOurs]).toEqual([null, null, null]);
  });
});

(built ? describe : describe.skip)(`npm run bench${built ? '' : ', skipped: npm run build makes dist/'}`, () => {
  it('verifies, times, and writes rows of the promised form', () => {
    const { status, stdout, stderr, results } = quick('B 2 T 80 I 100 H 64');
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain('all 15 cases verified');
    expect(stdout).toMatch(/LSTM training step .* GFLOP\/s .* %/);
    expect(problemsOfResults(results)).toEqual([]);
    expect(results.rows).toHaveLength(15);
    const broken = { ...results, date: 'x', rows: [{ ...results.rows[0], spread: [2, 1], shape: {}, more: 1 }] };
    expect(problemsOfResults(broken)).toEqual([
      'results.date is wrong',
      'rows[0].more is unknown',
      'rows[0].shape is wrong',
      'rows[0].spread is wrong',
    ]);
  });

  it('refuses a word that no case holds', () => {
    expect(quick('no such case')).toMatchObject({
      status: 1,
      stderr: 'No case has a group or name with "no such case".\n',
    });
  });
});
