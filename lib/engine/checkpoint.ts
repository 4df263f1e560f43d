// Checkpoint schedules: which segments are recomputed, and from which snapshots.

/** The segments of a pass, and the number of snapshots. */
export interface Schedule {
  /** Time steps of a segment; the last may have fewer. */
  readonly length: number;
  /** Number of states kept at once, including those before the first step; at least 1. */
  readonly snapshots: number;
}

/** What a pass does next. Snapshot 0 is the state before its first step. */
export type Action =
  /** Continue from the states of a snapshot. */
  | { readonly do: 'load'; readonly snapshot: number }
  /** Save the current states as a snapshot. */
  | { readonly do: 'save'; readonly snapshot: number }
  /** Run one segment forward; its backward pass does not come next. */
  | { readonly do: 'advance'; readonly from: number; readonly to: number }
  /** Run one segment forward; its backward pass comes next. */
  | { readonly do: 'record'; readonly from: number; readonly to: number }
  /** Run the recorded segment backward. */
  | { readonly do: 'back'; readonly from: number; readonly to: number };

/** Number of segments that s snapshots can reverse if none is advanced over more than r times: (s + r)! / (s! r!). */
function reach(s: number, r: number): number {
  if (r < 0) return 0;
  let product = 1;
  for (let k = 1; k <= Math.min(s, r); k++) product = (product * (s + r + 1 - k)) / k;
  return product;
}

/** The least r with which s snapshots reach n segments. */
function repetitions(n: number, s: number): number {
  if (s === 1 || n <= 1) return n - 1;
  let enough = 1;
  while (reach(s, enough) < n) enough *= 2;
  for (let short = Math.floor(enough / 2); enough - short > 1; ) {
    const middle = Math.floor((short + enough) / 2);
    if (reach(s, middle) < n) short = middle;
    else enough = middle;
  }
  return enough;
}

/** Number of advances in the best reversal of n segments with s snapshots. */
function advances(n: number, s: number): number {
  if (n <= s) return n - 1;
  const r = repetitions(n, s);
  return r * n - reach(s + 1, r - 1);
}

/** Number of segments to advance over before the next snapshot, in the best reversal of n > 1 segments. */
function split(n: number, s: number): number {
  const r = repetitions(n, s);
  return Math.max(1, reach(s, r - 2), n - reach(s - 1, r));
}

/** Number of time steps that a pass over T time steps recomputes. */
export function recomputedSteps(T: number, { length, snapshots }: Schedule): number {
  const n = Math.ceil(T / length);
  // The last segment, the shorter one, is recorded when first reached: it is never advanced over.
  return advances(n, Math.min(n, snapshots)) * length;
}

/**
 * The actions of a forward and a backward pass over time steps [from, to). Each segment is recorded once, and advanced
 * over as rarely as the snapshots allow (Griewank and Walther 2000; for recurrent nets Gruslys et al. 2016). Snapshot 0
 * holds the states before `from`.
 */
export function* reversal(from: number, to: number, { length, snapshots }: Schedule): Generator<Action, void> {
  const segment = (start: number, k: number): { from: number; to: number } => ({
    from: start + k * length,
    to: Math.min(to, start + (k + 1) * length),
  });
  // One entry for each snapshot in use: its segments, up to those of the next snapshot.
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
