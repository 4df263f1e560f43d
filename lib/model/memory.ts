import { recomputedSteps } from '../bptt/checkpoint.ts';
import { longestOf } from '../bptt/truncate.ts';
import type { Route } from '../layers/traversal.ts';
import { totalOf, type Usage } from '../tensor/arena.ts';

/** What `memory` is asked for. */
export interface MemoryOptions {
  /** Rows of a batch, at least 1. */
  readonly B: number;
  /** Time steps, at least 1; default 1, or no time where no layer is recurrent. */
  readonly T?: number;
}

/** Bytes that training takes, and how it goes through time. */
export interface Memory extends Usage {
  /** All of it. */
  readonly total: number;
  /** Steps on the tape at once. */
  readonly segment: number;
  /** States kept at once at boundaries of segments; 0 without any. */
  readonly snapshots: number;
  /** Steps that are computed again on the way back, those of overlapping windows too. */
  readonly recomputed: number;
}

/** Says what a pass by a route takes. */
export function memoryOf(usage: Usage, { windows, schedule }: Route): Memory {
  const { length, snapshots } = schedule;
  const again = windows.map(({ from, to }, i) => {
    const before = i === 0 ? from : windows[i - 1]!.to; // steps from `from` to there were in the window before
    return before - from + recomputedSteps(to - from, schedule);
  });
  const recomputed = again.reduce((sum, steps) => sum + steps, 0);
  return {
    ...usage,
    total: totalOf(usage),
    segment: length,
    snapshots: length < longestOf(windows) ? snapshots : 0,
    recomputed,
  };
}
