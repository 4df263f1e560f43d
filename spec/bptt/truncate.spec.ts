import { fc, test } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import { longestOf, windowsOf } from '../../lib/bptt/truncate.ts';

const steps = (most: number) => fc.integer({ min: 1, max: most });

describe('windowsOf', () => {
  it('is one window where nothing would be cut', () => {
    expect(windowsOf(9, undefined)).toEqual([{ from: 0, to: 9, lossFrom: 0 }]);
    expect(windowsOf(9, { every: 2, back: 9 })).toEqual([{ from: 0, to: 9, lossFrom: 0 }]);
  });

  it('cuts a sequence as (T5) says', () => {
    expect(windowsOf(10, { every: 4, back: 6 })).toEqual([
      { from: 0, to: 4, lossFrom: 0 },
      { from: 2, to: 8, lossFrom: 4 },
      { from: 4, to: 10, lossFrom: 8 },
    ]);
  });

  it('takes more windows than a call takes arguments', () => {
    expect(longestOf(windowsOf(300_000, { every: 1, back: 2 }))).toBe(2);
  });

  test.prop([steps(60), steps(20), fc.nat(20), fc.nat(59)])('counts each loss once', (T, every, more, before) => {
    const lossFrom = Math.min(before, T - 1);
    const windows = windowsOf(T, { every, back: every + more }, lossFrom);
    const counted = windows.flatMap(({ lossFrom, to }) =>
      Array.from({ length: to - lossFrom }, (_, k) => lossFrom + k),
    );
    expect(counted).toEqual(Array.from({ length: T - lossFrom }, (_, k) => lossFrom + k));
    for (const { from, to } of windows) expect(to - from).toBeLessThanOrEqual(every + more);
    for (const [i, { from }] of windows.entries()) expect(from).toBeGreaterThanOrEqual(windows[i - 1]?.from ?? 0);
  });
});
