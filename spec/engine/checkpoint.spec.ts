import { fc, test } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import { recomputedSteps, reversal, type Schedule } from '../../lib/engine/checkpoint.ts';

/** Fewest advances to reverse n segments with s snapshots, by trying every place for the next one. */
function fewest(n: number, s: number, known: Map<string, number>): number {
  if (n <= 1) return 0;
  if (s === 1) return (n * (n - 1)) / 2;
  const key = `${n} ${s}`;
  const found = known.get(key);
  if (found !== undefined) return found;
  let best = Infinity;
  for (let m = 1; m < n; m++) best = Math.min(best, m + fewest(n - m, s - 1, known) + fewest(m, s, known));
  known.set(key, best);
  return best;
}

/** Follows a reversal as a pass would; the steps it advances over, or NaN where it goes wrong. */
function follow(from: number, to: number, schedule: Schedule): number {
  const kept: number[] = [from];
  let at = Number.NaN;
  let back = to;
  let recorded = from;
  let advanced = 0;
  let right = true;
  for (const action of reversal(from, to, schedule)) {
    if (action.do === 'load') at = kept[action.snapshot]!;
    else if (action.do === 'save') {
      right &&= action.snapshot < schedule.snapshots;
      kept[action.snapshot] = at;
    } else if (action.do === 'back') {
      right &&= action.to === back && action.to === at && action.from === recorded;
      back = action.from;
    } else {
      right &&= action.from === at && action.to <= to && action.to - at <= schedule.length;
      if (action.do === 'advance') advanced += action.to - action.from;
      else recorded = action.from;
      at = action.to;
    }
  }
  return right && back === from ? advanced : Number.NaN;
}

describe('reversal', () => {
  it('runs every time step backward once, with the fewest advances of all schedules', () => {
    const known = new Map<string, number>();
    for (let n = 1; n <= 30; n++) {
      for (let snapshots = 1; snapshots <= n + 1; snapshots++) {
        const schedule = { length: 1, snapshots };
        expect(follow(0, n, schedule)).toBe(fewest(n, snapshots, known));
        expect(recomputedSteps(n, schedule)).toBe(fewest(n, snapshots, known));
      }
    }
  });

  const anywhere = fc.record({
    from: fc.nat(50),
    steps: fc.integer({ min: 1, max: 100 }),
    length: fc.integer({ min: 1, max: 100 }),
    snapshots: fc.integer({ min: 1, max: 20 }),
  });

  test.prop([anywhere])(
    'runs every time step backward once for segments of any length, and counts recomputed steps',
    (drawn) => {
      const { from, steps, length, snapshots } = drawn;
      expect(follow(from, from + steps, { length, snapshots })).toBe(recomputedSteps(steps, { length, snapshots }));
    },
  );

  it('takes only a moment for 100,000 segments', () => {
    let actions = 0;
    for (const _ of reversal(0, 100_000, { length: 1, snapshots: 100_000 })) actions++;
    expect(actions).toBe(499_998); // n − 1 saves and advances, n records, ways back and loads
  });
});
