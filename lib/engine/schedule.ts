// Chooses a checkpoint schedule, if necessary within a budget of bytes.

import { refuse } from '../checks.ts';
import { recomputedSteps, type Schedule } from './checkpoint.ts';

/**
 * How a pass saves memory: the forward pass keeps the states at the boundaries of segments, and the backward pass
 * recomputes each segment. `'sqrt'`: √T/2 segments of 2√T time steps; a number: segments of so many time steps;
 * `{ memory }`: the least recomputation whose total memory fits into so many bytes.
 */
export type Checkpointing = 'sqrt' | number | MemoryBudget;

/** The memory that a pass may take. */
export interface MemoryBudget {
  /** Bytes, at least 1. */
  readonly memory: number;
}

/** Largest T for which every length of segments is tried. */
const ALL_LENGTHS = 2 ** 26;

/** For larger T, numbers of segments and lengths up to this one are all tried; between them, lengths 1/256 apart. */
const FEW = 1024;

/** Largest number of bytes that is exact. */
const { MAX_SAFE_INTEGER } = Number;

/** Lengths that divide T into different numbers of segments, longest first; not all of them if T is very large. */
function lengthsFor(T: number): number[] {
  const lengths: number[] = [];
  for (let length = T; length >= 1; ) {
    lengths.push(length);
    const segments = Math.ceil(T / length);
    const next = Math.min(length - 1, Math.ceil(T / (segments + 1)));
    const coarse = T > ALL_LENGTHS && segments > FEW && length > FEW;
    length = coarse ? Math.min(next, Math.floor(length * (1 - 1 / 256))) : next;
  }
  return lengths;
}

/** A length of segments, and its bytes. */
type Knot = readonly [length: number, bytes: number];

/** Adds knots after `from` up to `to`, so that bytes are linear between neighbours; lengths are multiples of 4. */
function addKnots(from: Knot, to: Knot, bytesOf: (length: number) => number, knots: Knot[]): void {
  const [a, bytes] = from;
  const middle = a + 4 * Math.floor((to[0] - a) / 8);
  const between: Knot = [middle, bytesOf(middle)];
  const slope = (to[1] - bytes) / (to[0] - a);
  if (middle > a && between[1] !== bytes + slope * (middle - a)) {
    addKnots(from, between, bytesOf, knots);
    addKnots(between, to, bytesOf, knots);
  } else knots.push(to);
}

/**
 * A lower bound of the bytes for segments of a length below T, from few calls of `bytesOf`. Bytes grow linearly with
 * the length, and less once scratch has its full size. So a chord is a lower bound, and exact if a point between its
 * ends lies on it. Rounding up to whole vectors repeats every 4 time steps.
 */
function lowerBound(T: number, bytesOf: (length: number) => number): (length: number) => number {
  if (T <= 64) return bytesOf;
  let last = 4 * Math.floor((T - 4) / 4);
  while (last > 4 && bytesOf(last + 3) > MAX_SAFE_INTEGER) last = 4 * Math.ceil(last / 8);
  const top = bytesOf(last);
  const rounding = [0, 1, 2, 3].map((more) => bytesOf(last + more) - top);
  const knots: Knot[] = [[4, bytesOf(4)]];
  if (last > 4) addKnots(knots[0]!, [last, top], bytesOf, knots);
  return (length) => {
    if (length < 4) return bytesOf(length);
    if (length > last + 3) return Infinity; // no budget is that large
    const whole = length - (length % 4);
    const k = knots.findIndex(([end]) => whole <= end);
    const [[a, bytes], [b, end]] = [knots[Math.max(0, k - 1)]!, knots[k]!];
    return bytes + (a === b ? 0 : ((end - bytes) / (b - a)) * (whole - a)) + rounding[length % 4]!;
  };
}

/**
 * The schedule for passes of at most T time steps. `bytesOf` returns the bytes of the whole model with a schedule.
 *
 * @throws ArgumentError for a budget that is too small for every schedule
 */
export function scheduleOf(
  where: string,
  T: number,
  checkpoint: Checkpointing | undefined,
  bytesOf: (schedule: Schedule) => number,
): Schedule {
  if (checkpoint === undefined) return { length: T, snapshots: 1 };
  if (typeof checkpoint === 'object') return fewestRecomputed(where, T, checkpoint.memory, bytesOf);
  const length = Math.min(T, checkpoint === 'sqrt' ? Math.ceil(2 * Math.sqrt(T)) : checkpoint);
  return { length, snapshots: Math.ceil(T / length) };
}

/**
 * The schedule with the least recomputation that fits into a budget; among equal ones, that with the longest segments.
 * For more than 2²⁶ time steps, nearly the least. It calls `bytesOf` rarely, because each call lays out a whole pass.
 */
function fewestRecomputed(where: string, T: number, budget: number, bytesOf: (schedule: Schedule) => number): Schedule {
  const whole = bytesOf({ length: T, snapshots: 1 });
  if (whole <= budget) return { length: T, snapshots: 1 };
  const one = (length: number): number => bytesOf({ length, snapshots: 1 });
  const snapshot = T === 1 ? 0 : bytesOf({ length: 1, snapshots: 2 }) - one(1); // 0 if there are no states
  const fitting = (length: number, bytes: number): Schedule => {
    const segments = Math.ceil(T / length);
    const fit = snapshot === 0 ? segments : 1 + Math.floor((budget - bytes) / snapshot);
    return { length, snapshots: Math.min(segments, fit) };
  };
  const again = (length: number, bytes: number): number =>
    bytes > budget ? Infinity : recomputedSteps(T, fitting(length, bytes));
  const lengths = lengthsFor(T).slice(1);
  const atMost = lowerBound(T, one);
  const counts = lengths.map((length) => again(length, atMost(length))); // lower bounds: the schedules may not fit
  const known = new Set<number>();
  while (counts.length > 0) {
    const least = counts.reduce((best, count, i) => (count < counts[best]! ? i : best), 0);
    if (counts[least] === Infinity) break;
    const length = lengths[least]!;
    const bytes = one(length);
    if (known.has(least)) return fitting(length, bytes);
    known.add(least);
    counts[least] = again(length, bytes);
  }
  const fits = Math.min(whole, T === 1 ? whole : one(1));
  return refuse(where, 'checkpoint.memory', `be at least ${fits} bytes for ${T} steps of this batch`, budget);
}
