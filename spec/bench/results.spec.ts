import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';

const { Peaks, problemsOfResults, rowOf, rowsAbovePeak } = await import('../../bench/results.mjs' as string);
const { compareWithNative, nativeLines } = await import('../../bench/peak/native.mjs' as string);
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
    const row = rowOf(CASE, { engine: 'other', version: '1', width: 128, verified: true, samples: SAMPLES, ours });
    expect(row.median).toBeCloseTo(3, 9);
    expect(row.spread.map((v: number) => v.toFixed(3))).toEqual(['2.500', '3.500']);
    expect(row.wall).toBeCloseTo(3, 9);
    expect(row.gflops).toBeCloseTo(2, 9);
    expect(row.fractionOfPeak).toBeCloseTo(0.1, 9); // the median of 3/30, 1.5/15 and 2/40, not 2/30
    expect(row.ratioToOurs).toBeCloseTo(2, 9); // of 2, 2 and 4, not 3/1
    expect(row).toMatchObject({ engine: 'other', version: '1', width: 128, ratioToNarrow: null });
    expect(row.processor).not.toBe('');
  });

  it('has no rate of operations where none are counted, and no ratio without us', () => {
    const elements = { ...CASE, work: { amount: 3e6, unit: 'element' } };
    const row = rowOf(elements, { engine: 'other', verified: false, samples: SAMPLES, ours: undefined });
    expect(row.rate.value).toBeCloseTo(1000, 6);
    expect([row.gflops, row.fractionOfPeak, row.ratioToOurs]).toEqual([null, null, null]);
  });

  it('has no share of a peak without a width', () => {
    const row = rowOf(CASE, { engine: 'other', verified: true, samples: SAMPLES });
    expect([row.width, row.fractionOfPeak]).toEqual([null, null]);
  });

  it('compares wide vectors with narrow ones of the same round', () => {
    const narrow = SAMPLES.map(({ seconds, ...rest }, k) => ({ ...rest, seconds: seconds * [2, 4, 5][k]! }));
    const row = rowOf(CASE, { engine: 'bptt', width: 256, verified: true, samples: SAMPLES, narrow });
    expect(row.ratioToNarrow).toBeCloseTo(0.25, 9);
  });
});

describe('a peak that was read too low', () => {
  /** A row of rounds with these rates in GFLOP/s, beside a peak of 60. */
  const rowAt = (...rates: readonly number[]): object => {
    const samples = rates.map((rate) => ({ seconds: 6e6 / (rate * 1e9), wall: 1, peak: 60 }));
    return rowOf(CASE, { engine: 'bptt', version: '1', width: 128, verified: true, samples, ours: samples });
  };

  it('is named when the median of a case exceeds it', () => {
    expect(rowsAbovePeak([rowAt(50, 50, 63, 63, 63)])).toEqual([
      'g: n: 63.0 GFLOP/s, 105.0 % of the 128-bit peak: the peak was read too low',
    ]);
  });

  it('does not follow from a few samples', () => {
    expect(rowsAbovePeak([rowAt(50, 50, 50, 90, 90), rowAt(63, 63, 63, 63)])).toEqual([]);
  });

  it('is summarized by width', () => {
    const peaks = new Peaks();
    for (const best of [50, 60, 70])
      expect(peaks.add(128, { registers: best, product: 40, best })).toMatchObject({ best });
    peaks.add(256, { registers: 100, product: 120, best: 120 });
    expect(peaks.summaries()).toEqual([
      { width: 128, quantiles: [50, 55, 60, 65, 70], registers: 60, product: 40 },
      { width: 256, quantiles: [120, 120, 120, 120, 120], registers: 100, product: 120 },
    ]);
  });
});

describe('the native check', () => {
  it('measures ours and the native loop in turn, or names the lack of gcc', () => {
    const measured = compareWithNative(new Map([[128, () => ({ registers: 1 })]]), 3);
    if (measured !== undefined) {
      expect(measured).toMatchObject([{ bits: 128, ours: 1, ratio: 1 / measured[0].native }]);
      expect(measured[0].native).toBeGreaterThan(1);
    }
    const comparison = { bits: 256, ours: 120, native: 125, fused: 130, ratio: 0.962 };
    expect(nativeLines([comparison])).toEqual(['256-bit peak 120.0 GFLOP/s, native 125.0: 0.96 (fused 130.0)']);
    expect(nativeLines(undefined)).toEqual(['no native check of the peak: gcc is not installed or cannot compile it']);
  });
});

(built ? describe : describe.skip)(`npm run bench${built ? '' : ', skipped: npm run build makes dist/'}`, () => {
  it('verifies, times, and writes rows of the promised form', () => {
    const { status, stdout, stderr, results } = quick('B 2 T 80 I 100 H 64');
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain('all 15 cases verified');
    expect(stdout).toMatch(/LSTM training step .* GFLOP\/s .* %/);
    expect(problemsOfResults(results)).toEqual([]);
    const of = (width: number): { ratioToNarrow: number | null }[] =>
      (results.rows as { width: number; ratioToNarrow: number | null }[]).filter((row) => row.width === width);
    expect(of(128)).toHaveLength(15);
    expect(of(256)).toHaveLength(stdout.startsWith('Vectors: 256 bits') ? 15 : 0);
    expect(of(256).every(({ ratioToNarrow }) => ratioToNarrow! > 0)).toBe(true);
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
