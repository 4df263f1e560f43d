import { fc, test } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import { type Truncation, windowsOf } from '../../lib/engine/truncate.ts';

/** All of them, listed. */
function listed(T: number, truncation?: Truncation, lossFrom = 0) {
  const { count, at } = windowsOf(T, truncation, lossFrom);
  return Array.from({ length: count }, (_, i) => at(i));
}

const steps = (most: number) => fc.integer({ min: 1, max: most });

describe('windowsOf', () => {
  it('returns one window if nothing is truncated', () => {
    expect(listed(9, undefined)).toEqual([{ from: 0, to: 9, lossFrom: 0 }]);
    expect(listed(9, { every: 2, back: 9 })).toEqual([{ from: 0, to: 9, lossFrom: 0 }]);
  });

  it('truncates a sequence as (T5) says', () => {
    expect(listed(10, { every: 4, back: 6 })).toEqual([
      { from: 0, to: 4, lossFrom: 0 },
      { from: 2, to: 8, lossFrom: 4 },
      { from: 4, to: 10, lossFrom: 8 },
    ]);
  });

  it('makes no list of windows, which might not fit into memory', () => {
    const { count, longest, growing, at } = windowsOf(2 ** 53 - 1, { every: 2, back: 5 });
    expect([count, longest, growing]).toEqual([2 ** 52, 5, 2]);
    expect(at(count - 1)).toEqual({ from: 2 ** 53 - 6, to: 2 ** 53 - 1, lossFrom: 2 ** 53 - 2 });
  });

  test.prop([steps(60), steps(20), fc.nat(20), fc.nat(59)])(
    'counts the longest window, and the windows that begin with the sequence',
    (T, every, more, before) => {
      const lossFrom = Math.min(before, T - 1);
      const truncation = { every, back: every + more };
      const { longest, growing } = windowsOf(T, truncation, lossFrom);
      const windows = listed(T, truncation, lossFrom);
      expect(longest).toBe(Math.max(...windows.map(({ from, to }) => to - from)));
      expect(windows.slice(growing).every(({ from, to }) => to - from === longest)).toBe(true);
      if (T > truncation.back) expect(growing).toBe(windows.filter(({ to }) => to <= truncation.back).length);
    },
  );

  test.prop([steps(60), steps(20), fc.nat(20), fc.nat(59)])(
    'puts each loss into one window',
    (T, every, more, before) => {
      const lossFrom = Math.min(before, T - 1);
      const windows = listed(T, { every, back: every + more }, lossFrom);
      const counted = windows.flatMap(({ lossFrom, to }) =>
        Array.from({ length: to - lossFrom }, (_, k) => lossFrom + k),
      );
      expect(counted).toEqual(Array.from({ length: T - lossFrom }, (_, k) => lossFrom + k));
      for (const { from, to } of windows) expect(to - from).toBeLessThanOrEqual(every + more);
      for (const [i, { from }] of windows.entries()) expect(from).toBeGreaterThanOrEqual(windows[i - 1]?.from ?? 0);
    },
  );
});
