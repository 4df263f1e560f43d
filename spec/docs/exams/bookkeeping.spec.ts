import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { tensor } from '../../../lib/index.ts';

const { wilson } = await import('../../../docs/exams/wilson.mjs' as string);
const { Streak } = await import('../../../docs/exams/streak.mjs' as string);
const { markAdding, markTemporalOrder, markEmbeddedReber } = await import('../../../docs/exams/marks.mjs' as string);
const { summarize, table } = await import('../../../docs/exams/report.mjs' as string);

const rightOf = (marks: { right: boolean }[]): boolean[] => marks.map(({ right }) => right);

describe('the Wilson interval', () => {
  // Closed forms: none of n ends at z²/(n + z²), and the others by symmetry; 5 of 10 and 81 of 263 from published tables.
  it.each([
    [0, 10, 0, 0.2775],
    [10, 10, 0.7225, 1],
    [30, 30, 0.8865, 1],
    [5, 10, 0.2366, 0.7634],
    [81, 263, 0.2553, 0.3662],
  ])('of %i of %i', (successes, n, low, high) => {
    const [from, to] = wilson(successes, n) as [number, number];
    expect(from).toBeCloseTo(low, 4);
    expect(to).toBeCloseTo(high, 4);
  });
});

describe('marks', () => {
  it('count an error of 0.04 as wrong in adding', () => {
    const marks = markAdding(tensor([[0.039 ** 2], [0.041 ** 2], [0]]));
    expect(rightOf(marks)).toEqual([true, false, true]);
    expect(marks[0].error).toBeCloseTo(0.039, 6);
  });

  it('count an output 0.3 off as wrong in temporal order', () => {
    expect(rightOf(markTemporalOrder(tensor([-Math.log(0.701), -Math.log(0.699)])))).toEqual([true, false]);
  });

  it('count one illegal symbol as a wrong string', () => {
    const output = tensor([
      [
        [0, 2, 1],
        [3, 0, 0],
      ],
    ]); // most likely: 1, then 0
    const each = tensor([[0.5, 1.5]]);
    const mark = (legal: number[][]): { right: boolean; error: number }[] => markEmbeddedReber(each, output, { legal });
    expect(mark([[0, 1], [0]])).toEqual([{ right: true, error: 1 }]);
    expect(rightOf(mark([[0, 1], [2]]))).toEqual([false]);
    expect(rightOf(mark([[0, 2], [0]]))).toEqual([false]);
  });
});

describe('a streak', () => {
  const streakOf = (marks: readonly (readonly [number, boolean])[]) => {
    const streak = new Streak(3);
    for (const [error, right] of marks) streak.add({ error, right });
    return streak;
  };
  const good = [0.1, true] as const;

  it('is as long as the last right ones, at most its size', () => {
    expect(streakOf([]).share).toBe(0);
    expect(streakOf([good, [1, false], good]).share).toBeCloseTo(1 / 3);
    expect(streakOf([good, good, good, good]).share).toBe(1);
  });

  it('ends training when all of it is right and its mean error small', () => {
    expect(streakOf([good, good]).isBelow(1)).toBe(false);
    expect(streakOf([good, good, [0.1, false]]).isBelow(1)).toBe(false);
    expect(streakOf([[9, true], good, good, good]).isBelow(0.11)).toBe(true); // the 9 is no longer among the last
    expect(streakOf([good, good, [0.4, true]]).isBelow(0.19)).toBe(false);
  });
});

describe('the summary', () => {
  const exam = {
    ...{
      name: 'a',
      task: 'A',
      net: 'LSTM',
      success: 'at most 3 wrong',
      published: '9 sequences',
      tested: 2560,
      seeds: 3,
    },
    requiredShare: 0.6,
    succeeds: (wrong: number) => wrong <= 3,
  };
  const results = [3, 4, 0].map((wrong, k) => ({
    seed: k + 1,
    sequences: 100 * (k + 1),
    tests: 1 + k,
    wrong,
    seconds: 1,
  }));

  it('counts successes, sequences and whether the target is reached', () => {
    const summary = summarize(exam, results);
    expect(summary).toMatchObject({ successes: 2, seeds: 3, reached: true, wrong: [3, 4, 0], retested: 2, seconds: 3 });
    expect(summary.sequences).toEqual({ mean: 200, least: 100, most: 300 });
    expect(summary.interval).toEqual(wilson(2, 3));
  });

  it('misses a target of more successes, or of fewer sequences', () => {
    expect(summarize({ ...exam, requiredShare: 0.7 }, results).reached).toBe(false);
    expect(summarize({ ...exam, mostSequences: 199 }, results).reached).toBe(false);
    expect(summarize({ ...exam, mostSequences: 200 }, results).reached).toBe(true);
  });

  it('is a line of a table', () => {
    const text = table([summarize({ ...exam, requiredShare: 0.7 }, results)]);
    expect(text).toMatch(/\| 2 of 3 \| 2 +\| 21 % to 94 %/);
    expect(text).toMatch(/9 sequences +\| 3 of 3: MISSED/);
    expect(summarize({ ...exam, mostSequences: 8440 }, results).target).toBe('2 of 3, mean ≤ 8,440');
  });
});

/** The command runs on the built package, which the sources alone do not give. */
const built = existsSync('dist/index.js');
const exam = (...args: string[]): { status: number | null; stdout: string; stderr: string } =>
  spawnSync(process.execPath, ['docs/exams/exam.mjs', ...args], { encoding: 'utf8' });

(built ? describe : describe.skip)('npm run exam', () => {
  it('trains, tests, and writes a file', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'exam-'));
    try {
      const file = path.join(folder, 'exam.json');
      const { status, stdout, stderr } = exam('--only', 'reber', '--seeds', '1', '--json', file);
      expect([stderr, status]).toEqual(['', 0]);
      expect(stdout).toMatch(/1 of 1 {2}embedded-reber, seed 101: [\d,]+ sequences, 0 of 1,000 wrong/);
      expect(stdout).toContain('8,440 sequences, 100 %');
      const { exams } = JSON.parse(readFileSync(file, 'utf8'));
      expect(exams[0]).toMatchObject({ name: 'embedded-reber', seeds: 1, successes: 1, reached: true });
      expect(exams[0].results[0].sequences).toBeLessThanOrEqual(25_000);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('refuses an unknown exam and an invalid number of seeds', () => {
    expect(exam('--only', 'nothing')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('No exam has a name with'),
    });
    expect(exam('--seeds', '0')).toMatchObject({ status: 1, stderr: expect.stringContaining('received "0"') });
  });
});
