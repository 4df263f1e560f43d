// The memory report of a model.
import { recomputedSteps, type Schedule } from '../engine/checkpoint.ts';
import type { Route } from '../engine/route.ts';
import type { Windows } from '../engine/truncate.ts';
import { ArgumentError } from '../errors.ts';
import { totalOf, type Usage } from '../memory/arena.ts';
import { integer, optional, readOptions, required, type Schema } from '../options.ts';

/** The batch that `memory` reports for. */
export interface MemoryOptions {
  /** Rows of a batch, at least 1. */
  readonly B: number;
  /** Time steps, at least 1; default 1, or no time where no layer is recurrent. */
  readonly T?: number;
}

const OPTIONS: Schema<MemoryOptions, 'T'> = { B: required(integer()), T: optional(integer()) };

/** Memory use and segmentation of a training step. */
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

/** Checks the options of `memory`; T is undefined where there is no time axis. */
export function requireMemoryOptions(
  where: string,
  options: MemoryOptions,
  needsTime: boolean,
): { readonly B: number; readonly T: number | undefined } {
  const { B, T = needsTime ? 1 : undefined } = readOptions(where, options, OPTIONS);
  return { B, T };
}

/** Windows, or segments of one, that are counted one by one. */
const COUNTED = 4096;

/** The memory report of a route; refuses numbers that are not exact. */
export function memoryOf(where: string, usage: Usage, { windows, schedule }: Route): Memory {
  const { length, snapshots } = schedule;
  const memory = {
    ...usage,
    total: totalOf(usage),
    segment: length,
    snapshots: length < windows.longest ? snapshots : 0,
    recomputed: overlap(windows) + advanced(windows, schedule),
  };
  if (Number.isSafeInteger(memory.total) && Number.isSafeInteger(memory.recomputed)) return memory;
  throw new ArgumentError({
    where,
    expected: 'be about fewer than 2^53 bytes and steps computed again, in windows that can be counted',
    received: `about ${memory.total} and ${memory.recomputed}`,
    remedy: 'Ask for a smaller B or T, or for fewer windows: a larger truncate.every',
  });
}

/** Steps between the beginning of a window and the end of the one before it, all added up: they were in that one, too. */
function overlap({ count, longest, growing, at }: Windows): number {
  if (count === 1) return 0;
  const every = at(1).lossFrom - at(0).lossFrom;
  const early = Math.max(1, growing); // windows before the first whose beginning moves on
  const within = (early - 1) * at(0).to + (every * (early - 1) * (early - 2)) / 2;
  const last = longest - (at(count - 1).to - at(count - 2).to); // it may have fewer losses
  return within + (count - early - 1) * (longest - every) + last;
}

/** Steps that segments are advanced over in all windows; NaN where those of different lengths are too many to count. */
function advanced({ count, longest, growing, at }: Windows, schedule: Schedule): number {
  const { length } = schedule;
  let sum = count > growing ? (count - growing) * recomputedSteps(longest, schedule) : 0;
  if (length >= longest || growing === 0) return sum;
  const [shortest, every] = [at(0).to, at(0).to - at(0).lossFrom];
  const segments = Math.ceil(longest / length);
  if (growing <= COUNTED) for (let i = 0; i < growing; i++) sum += recomputedSteps(at(i).to, schedule);
  else if (segments <= COUNTED) {
    const endingBy = (steps: number): number =>
      Math.min(growing, Math.max(0, Math.floor((steps - shortest) / every) + 1));
    for (let n = 1; n <= segments; n++) {
      sum += (endingBy(n * length) - endingBy((n - 1) * length)) * recomputedSteps(n * length, schedule);
    }
  } else return Number.NaN;
  return sum;
}
