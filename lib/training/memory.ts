// The memory report of a training step: bytes by purpose, and how the sequence is divided.

import { refuse, requireInteger } from '../checks.ts';
import { recomputedSteps, type Schedule } from '../engine/checkpoint.ts';
import type { Route } from '../engine/route.ts';
import type { Windows } from '../engine/truncate.ts';
import { ArgumentError } from '../errors.ts';
import type { Network } from '../layers/network.ts';
import { totalOf, type Usage } from '../memory/usage.ts';
import { integer, optional, readOptions, required, type Schema } from '../options.ts';

/** Options of `memory`: the size of the batch. */
export interface MemoryOptions {
  /** Rows of a batch, at least 1. */
  readonly B: number;
  /** Time steps; default as few as the layers take, or no time axis if no layer needs one. */
  readonly T?: number;
}

const OPTIONS: Schema<MemoryOptions, 'T'> = { B: required(integer()), T: optional(integer()) };

/** Memory use and segmentation of a training step. */
export interface Memory extends Usage {
  /** Sum of all bytes. */
  readonly total: number;
  /** Time steps that the tape holds at once. */
  readonly segment: number;
  /**
   * Snapshots of the states, taken at the boundaries of segments, that are held at once; 0 if the tape holds all steps.
   */
  readonly snapshots: number;
  /** Time steps that the backward pass recomputes, including those of overlapping windows. */
  readonly recomputed: number;
}

/** Checks the options of `memory`; T is undefined if the network has no time axis. */
export function requireMemoryOptions(
  where: string,
  options: MemoryOptions,
  network: Network,
): { readonly B: number; readonly T: number | undefined } {
  const { needsTime, timeAxis } = network;
  const least = network.leastSteps(1);
  const { B, T = needsTime ? least : undefined } = readOptions(where, options, OPTIONS);
  if (T === undefined) return { B, T };
  if (timeAxis === 'made' && !needsTime)
    refuse(where, 'T', 'not be given to a model without time steps in its input', T);
  return { B, T: requireInteger(where, 'T', T, least) };
}

/** Largest number of windows, or of segments of a window, that `advanced` visits one by one. */
const COUNTED = 4096;

/** The memory report of a route. Throws if its numbers are too large to be exact. */
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
    expected: 'describe fewer than 2^53 bytes and recomputed steps, in windows that can be counted',
    received: `about ${memory.total} and ${memory.recomputed}`,
    remedy: 'Choose a smaller B or T, or fewer windows: a larger truncate.every',
  });
}

/** Sum over all windows of the steps that a window shares with the previous one. */
function overlap({ count, longest, growing, at }: Windows): number {
  if (count === 1) return 0;
  const every = at(1).lossFrom - at(0).lossFrom;
  const early = Math.max(1, growing); // windows that begin at step 0
  const within = (early - 1) * at(0).to + (every * (early - 1) * (early - 2)) / 2;
  const last = longest - (at(count - 1).to - at(count - 2).to); // it may have fewer losses
  return within + (count - early - 1) * (longest - every) + last;
}

/**
 * Sum over all windows of the steps that are recomputed because the tape holds only one segment; NaN if too many
 * windows differ in length.
 */
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
