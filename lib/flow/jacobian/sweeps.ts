// Sweeps back through time that share their steps.

import type { Pair } from './pair.ts';

/** A sweep from a slot t back through time. A pair [i, t] reads it at slot i. */
export interface Sweep<S, R> {
  /** Starts a sweep at slot t. */
  begin(): S;
  /** Moves all running sweeps from slot `step + 1` to slot `step`, in place. */
  back(sweeps: Iterable<S>, step: number): void;
  /** Reads the result of a pair. */
  read(sweep: S): R;
}

/**
 * Returns the results of all pairs, by one sweep from each t. The sweeps run in parallel, so each step is visited once,
 * and all i of one t cost as much as the farthest.
 */
export function sweepBack<S, R>(pairs: readonly Pair[], { begin, back, read }: Sweep<S, R>): R[] {
  const results = new Array<R>(pairs.length);
  const endings = new Map<number, { readonly to: number; readonly place: number }[]>(); // pairs by their first slot
  const lowest = new Map<number, number>(); // where the sweep from each t ends
  let [first, last] = [Infinity, -1];
  for (const [place, [from, to]] of pairs.entries()) {
    const ending = endings.get(from);
    if (ending === undefined) endings.set(from, [{ to, place }]);
    else ending.push({ to, place });
    lowest.set(to, Math.min(from, lowest.get(to) ?? from));
    [first, last] = [Math.min(first, from), Math.max(last, to)];
  }
  const sweeps = new Map<number, S>();
  for (let slot = last; slot >= first; slot--) {
    if (slot < last) back(sweeps.values(), slot);
    if (lowest.has(slot)) sweeps.set(slot, begin());
    const ending = endings.get(slot) ?? [];
    for (const { to, place } of ending) results[place] = read(sweeps.get(to)!);
    for (const { to } of ending) if (lowest.get(to) === slot) sweeps.delete(to);
  }
  return results;
}
