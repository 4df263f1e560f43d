import { fc, test } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import { recomputedSteps, type Schedule } from '../../lib/engine/checkpoint.ts';
import { scheduleOf } from '../../lib/engine/schedule.ts';

describe('scheduleOf', () => {
  const bytesOf = ({ length, snapshots }: Schedule): number => 1000 + 100 * length + (length < 60 ? 10 * snapshots : 0);

  const oneToSixty = Array.from({ length: 60 }, (_, k) => k + 1);
  const all = oneToSixty.flatMap((length) => oneToSixty.map((snapshots) => ({ length, snapshots })));

  it('keeps everything without a checkpoint option, or if everything fits', () => {
    expect(scheduleOf('f', 60, undefined, bytesOf)).toEqual({ length: 60, snapshots: 1 });
    expect(scheduleOf('f', 60, { memory: 7000 }, bytesOf)).toEqual({ length: 60, snapshots: 1 });
    expect(scheduleOf('f', 60, 100, bytesOf)).toEqual({ length: 60, snapshots: 1 });
  });

  it('divides the sequence into segments of 2√T or of the requested length', () => {
    expect(scheduleOf('f', 60, 'sqrt', bytesOf)).toEqual({ length: 16, snapshots: 4 });
    expect(scheduleOf('f', 60, 7, bytesOf)).toEqual({ length: 7, snapshots: 9 });
  });

  test.prop([fc.integer({ min: 1110, max: 8000 })])(
    'finds the length that fits with the least recomputation',
    (memory) => {
      const chosen = scheduleOf('f', 60, { memory }, bytesOf);
      expect(bytesOf(chosen)).toBeLessThanOrEqual(memory);
      const fits = all.filter((each) => bytesOf(each) <= memory).map((each) => recomputedSteps(60, each));
      expect(recomputedSteps(60, chosen)).toBe(Math.min(...fits));
    },
  );

  it('refuses a budget that is too small, and states the minimum', () => {
    expect(() => scheduleOf('f', 60, { memory: 1109 }, bytesOf)).toThrow(
      'f: "checkpoint.memory" must be at least 1110 bytes for 60 steps of this batch; received 1109',
    );
  });
});

/** Every length that divides T into another number of segments, with as many snapshots as fit: the definition. */
function byScan(T: number, budget: number, bytesOf: (schedule: Schedule) => number): Schedule | undefined {
  let best: Schedule | undefined;
  let fewest = Infinity;
  for (let length = T, segments = 1; length >= 1; length = Math.min(length - 1, Math.ceil(T / (segments + 1)))) {
    segments = Math.ceil(T / length);
    const one = bytesOf({ length, snapshots: 1 });
    const snapshot = bytesOf({ length, snapshots: 2 }) - one;
    const snapshots = snapshot === 0 ? segments : Math.min(segments, 1 + Math.floor((budget - one) / snapshot));
    if (budget >= one && recomputedSteps(T, { length, snapshots }) < fewest) {
      best = { length, snapshots };
      fewest = recomputedSteps(T, best);
    }
  }
  return best;
}

/** Bytes as passes take them: parts that grow with the length, each rounded up, scratch of a largest size, rooms of states. */
function bytesOfParts(
  T: number,
  parts: readonly (readonly [number, number])[],
  scratch: number,
  room: number,
  deepest: number,
) {
  const whole = (elements: number): number => 4 * Math.ceil(elements / 4);
  return ({ length, snapshots }: Schedule): number => {
    const elements = parts.reduce((sum, [each, fixed]) => sum + whole(each * length + fixed), 0);
    const rooms = length < T ? (snapshots + 2) * whole(room) : 0;
    return 4 * (elements + whole(scratch * Math.min(length, deepest)) + rooms);
  };
}

describe('a schedule for a budget', () => {
  /** Small numbers as often as larger ones: with those, rounding decides. */
  const few = (most: number) => fc.oneof(fc.nat(3), fc.nat(most));
  const passes = fc.record({
    T: fc.oneof(
      fc.integer({ min: 1, max: 70 }),
      fc.integer({ min: 60, max: 3000 }),
      fc.integer({ min: 1, max: 300_000 }),
    ),
    parts: fc.array(fc.tuple(few(60), few(300)), { minLength: 1, maxLength: 5 }),
    scratch: few(90),
    room: few(40),
    deepest: fc.oneof(fc.integer({ min: 1, max: 600 }), fc.integer({ min: 1, max: 300_000 })),
    share: fc.integer({ min: 0, max: 1000 }),
  });

  test.prop([passes])('is the one that a scan of all lengths finds', ({ T, parts, scratch, room, deepest, share }) => {
    const bytesOf = bytesOfParts(T, parts, scratch, room, deepest);
    const [least, most] = [bytesOf({ length: 1, snapshots: 1 }), bytesOf({ length: T, snapshots: 1 })];
    const memory = Math.max(1, Math.floor(least + (share / 980) ** 4 * (most - least)));
    const expected = byScan(T, memory, bytesOf);
    const found = () => scheduleOf('f', T, { memory }, bytesOf);
    if (expected === undefined) expect(found).toThrow('"checkpoint.memory" must be at least');
    else expect(found()).toEqual(expected);
  });

  const calls = (T: number, memory: number): readonly [Schedule, number] => {
    let count = 0;
    const bytesOf = bytesOfParts(
      T,
      [
        [57, 100],
        [24, 8],
        [9, 0],
      ],
      31,
      16,
      256,
    );
    const counted = (schedule: Schedule): number => {
      count++;
      return bytesOf(schedule);
    };
    return [scheduleOf('f', T, { memory }, counted), count];
  };

  it.each([2 ** 20, 2 ** 26, 2 ** 27, 2 ** 40, Number.MAX_SAFE_INTEGER])(
    'is found with few laid out passes for %d time steps',
    (T) => {
      const [{ length, snapshots }, count] = calls(T, 2 ** 24);
      expect(count).toBeLessThan(400);
      expect(length * snapshots).toBeGreaterThan(0);
    },
  );

  it('recomputes hardly more than the best one if not every length is tried', () => {
    const [T, memory] = [2 ** 27 + 12_345, 2 ** 26];
    const bytesOf = bytesOfParts(
      T,
      [
        [57, 100],
        [24, 8],
        [9, 0],
      ],
      31,
      16,
      256,
    );
    const [found, best] = [calls(T, memory)[0], byScan(T, memory, bytesOf)!];
    expect(bytesOf(found)).toBeLessThanOrEqual(memory);
    expect(recomputedSteps(T, found)).toBeLessThan(1.001 * recomputedSteps(T, best));
  });
});
