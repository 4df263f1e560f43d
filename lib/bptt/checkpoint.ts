import { refuse } from '../checks.ts';

/**
 * How a pass saves memory: it keeps the states at the boundaries of segments and computes a segment once more when the
 * way back comes to it. `'sqrt'`: segments of 2√T steps, √T/2 of them; a number: segments of so many; `{ memory }`: as few
 * steps computed again as fit into so many bytes of all that the model needs.
 */
export type Checkpointing =
  | 'sqrt'
  | number
  | {
      /** Bytes. */
      readonly memory: number;
    };

/** Segments of a pass, and how many states are kept at once. */
export interface Schedule {
  /** Steps of a segment; the last may have fewer. */
  readonly length: number;
  /** States kept at once, that before the first step among them; at least 1. */
  readonly snapshots: number;
}

/** What a pass does next. Snapshot 0 is the state before its first step. */
export type Action =
  /** Take up the state of a snapshot. */
  | { readonly do: 'load'; readonly snapshot: number }
  /** Keep the state that the pass stands at. */
  | { readonly do: 'save'; readonly snapshot: number }
  /** Go forwards over one segment, not to come back over it now. */
  | { readonly do: 'advance'; readonly from: number; readonly to: number }
  /** Go forwards over one segment, from which the next action comes back. */
  | { readonly do: 'record'; readonly from: number; readonly to: number }
  /** Go back over the recorded segment. */
  | { readonly do: 'back'; readonly from: number; readonly to: number };

/** Reversals of segments that s snapshots allow when no segment is computed more than r times: (s + r)! / (s! r!). */
function reach(s: number, r: number): number {
  if (r < 0) return 0;
  let product = 1;
  for (let k = 1; k <= Math.min(s, r); k++) product = (product * (s + r + 1 - k)) / k;
  return product;
}

/** The least r with which s snapshots reach n segments. */
function repetitions(n: number, s: number): number {
  if (s === 1) return n - 1;
  let r = 0;
  while (reach(s, r) < n) r++;
  return r;
}

/** Segments computed without being recorded, in the best reversal of n of them by s snapshots. */
function advances(n: number, s: number): number {
  const r = repetitions(n, s);
  return r * n - reach(s + 1, r - 1);
}

/** Segments to advance before the next snapshot, in such a reversal of n > 1. */
function split(n: number, s: number): number {
  const r = repetitions(n, s);
  return Math.max(1, reach(s, r - 2), n - reach(s - 1, r));
}

/** Steps that a pass over T computes more than once. */
export function recomputedSteps(T: number, { length, snapshots }: Schedule): number {
  const n = Math.ceil(T / length);
  // The last segment, the shorter one, is recorded when first reached: it is never advanced over.
  return advances(n, Math.min(n, snapshots)) * length;
}

/**
 * The way forwards and back over steps [from, to): every segment is recorded once, and advanced over as seldom as the
 * snapshots allow (Griewank and Walther 2000; for recurrent nets Gruslys et al. 2016). Snapshot 0 holds the state before
 * `from`.
 */
export function* reversal(from: number, to: number, { length, snapshots }: Schedule): Generator<Action, void> {
  const segment = (start: number, k: number): { from: number; to: number } => ({
    from: start + k * length,
    to: Math.min(to, start + (k + 1) * length),
  });
  // One entry a snapshot in use: the segments from its state on to where the next one's begin.
  const ahead = [{ start: from, left: Math.ceil((to - from) / length) }];
  for (let arrived = false; ahead.length > 0; ) {
    const snapshot = ahead.length - 1;
    const run = ahead[snapshot]!;
    const { start, left } = run;
    if (!arrived) yield { do: 'load', snapshot };
    arrived = left > 1 && ahead.length < snapshots;
    const skipped = arrived ? split(left, snapshots - snapshot) : left - 1;
    for (let k = 0; k < skipped; k++) yield { do: 'advance', ...segment(start, k) };
    if (arrived) {
      yield { do: 'save', snapshot: ahead.length };
      ahead.push({ start: start + skipped * length, left: left - skipped });
      run.left = skipped;
    } else {
      yield { do: 'record', ...segment(start, skipped) };
      yield { do: 'back', ...segment(start, skipped) };
      run.left--;
    }
    while (ahead.at(-1)?.left === 0) ahead.pop();
  }
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

/** Every length that divides T into another number of segments, with as many snapshots as fit beside it. */
function fewestRecomputed(where: string, T: number, budget: number, bytesOf: (schedule: Schedule) => number): Schedule {
  let best: Schedule | undefined;
  let fewest = Infinity;
  let least = Infinity;
  for (let length = T, segments = 1; length >= 1; length = Math.min(length - 1, Math.ceil(T / (segments + 1)))) {
    segments = Math.ceil(T / length);
    const one = bytesOf({ length, snapshots: 1 });
    const snapshot = bytesOf({ length, snapshots: 2 }) - one; // 0 where there are no states
    const snapshots = snapshot === 0 ? segments : Math.min(segments, 1 + Math.floor((budget - one) / snapshot));
    least = Math.min(least, one);
    if (budget >= one && recomputedSteps(T, { length, snapshots }) < fewest) {
      best = { length, snapshots };
      fewest = recomputedSteps(T, best);
    }
  }
  return best ?? refuse(where, 'checkpoint.memory', `be at least ${least} bytes for ${T} steps of this batch`, budget);
}
