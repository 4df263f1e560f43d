// Sweeps back through time: products of Jacobians from slots t to slots i.

import type { Pair } from './pair.ts';

/** The operations of a sweep, which runs from a slot t back through time. A pair [i, t] reads its result at slot i. */
export interface Sweep<S, R> {
  /** Starts a sweep at slot t. */
  begin(): S;
  /** Moves all running sweeps from slot `step + 1` to slot `step`, in place. */
  back(sweeps: Iterable<S>, step: number): void;
  /** Reads the result of a pair. */
  read(sweep: S): R;
}

/**
 * Returns the results of all pairs, with one sweep from each t. All sweeps advance together, so each step is visited
 * only once, and all pairs of one t share a sweep.
 */
export function sweepBack<S, R>(pairs: readonly Pair[], { begin, back, read }: Sweep<S, R>): R[] {
  const results = new Array<R>(pairs.length);
  const endings = new Map<number, { readonly to: number; readonly place: number }[]>(); // pairs by their slot i
  const lowest = new Map<number, number>(); // the slot where the sweep from each t ends
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
