// Chooses a checkpoint schedule, if necessary within a budget of bytes.

import { refuse } from '../checks.ts';
import { recomputedSteps, type Schedule } from './checkpoint.ts';

/**
 * How a pass saves memory: it keeps the states at the boundaries of segments and computes a segment once more when the
 * way back comes to it. `'sqrt'`: segments of 2√T steps, √T/2 of them; a number: segments of so many; `{ memory }`: as few
 * steps computed again as fit into so many bytes of all that the model needs.
 */
export type Checkpointing = 'sqrt' | number | MemoryBudget;

/** The memory that a pass may take. */
export interface MemoryBudget {
  /** Bytes, at least 1. */
  readonly memory: number;
}

/** Steps up to which every length of a segment is tried. */
const ALL_LENGTHS = 2 ** 26;

/** With more steps, numbers of segments and lengths up to which each is tried; between them every 256th part of a length. */
const FEW = 1024;

/** Bytes that are counted exactly. */
const { MAX_SAFE_INTEGER } = Number;

/** Lengths that divide T into different numbers of segments, longest first; close ones alone where T is very large. */
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

/** A length of which bytes are known. */
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
 * At most the bytes for segments of a length below T, from few calls of `bytesOf`. Room grows in line with the length, and
 * less once scratch has its full size: where it touches a chord, it is that chord. Rounding up to whole vectors repeats
 * every 4 steps.
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
    if (length > last + 3) return Infinity; // bytes that no budget has
    const whole = length - (length % 4);
    const k = knots.findIndex(([end]) => whole <= end);
    const [[a, bytes], [b, end]] = [knots[Math.max(0, k - 1)]!, knots[k]!];
    return bytes + (a === b ? 0 : ((end - bytes) / (b - a)) * (whole - a)) + rounding[length % 4]!;
  };
}

/**
 * The schedule for passes of at most T steps. `bytesOf` tells what all of the model takes with one.
 *
 * @throws ArgumentError when a budget is too small for any
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
 * The schedule with the fewest steps computed again that fits into a budget; of equal ones that with the longest segments.
 * For more than 2²⁶ steps nearly the fewest. `bytesOf` is called for few schedules: it lays out a whole pass.
 */
function fewestRecomputed(where: string, T: number, budget: number, bytesOf: (schedule: Schedule) => number): Schedule {
  const whole = bytesOf({ length: T, snapshots: 1 });
  if (whole <= budget) return { length: T, snapshots: 1 };
  const one = (length: number): number => bytesOf({ length, snapshots: 1 });
  const snapshot = T === 1 ? 0 : bytesOf({ length: 1, snapshots: 2 }) - one(1); // 0 where there are no states
  const fitting = (length: number, bytes: number): Schedule => {
    const segments = Math.ceil(T / length);
    const fit = snapshot === 0 ? segments : 1 + Math.floor((budget - bytes) / snapshot);
    return { length, snapshots: Math.min(segments, fit) };
  };
  const again = (length: number, bytes: number): number =>
    bytes > budget ? Infinity : recomputedSteps(T, fitting(length, bytes));
  const lengths = lengthsFor(T).slice(1);
  const atMost = lowerBound(T, one);
  const counts = lengths.map((length) => again(length, atMost(length))); // of what may not fit
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
