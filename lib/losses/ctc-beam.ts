// Prefix beam search over the paths of connectionist temporal classification.

import { logSum } from './log-space.ts';

const { NEGATIVE_INFINITY } = Number;

/** Labels, with the probabilities of the paths that spell them up to the current time step. */
interface Prefix {
  /** Its labels as text, which identifies it. */
  readonly key: string;
  /** The prefix without the last label; undefined for the empty one. */
  readonly parent: Prefix | undefined;
  /** The last label; −1 for the empty one. */
  readonly label: number;
  /** log of the sum of all paths that end with a blank. */
  blank: number;
  /** log of the sum of all paths that end with the last label. */
  last: number;
}

const totalOf = ({ blank, last }: Prefix): number => logSum(blank, last, NEGATIVE_INFINITY);

/**
 * (CT6) Prefix beam search (Hannun et al. 2014). After each time step, the `width` most probable prefixes go on. A prefix has
 * the sum of the paths that spell it, if none of its beginnings was dropped. Ties go to the earlier prefix, and then to the
 * lower label.
 */
export class CTCBeam {
  readonly #width: number;
  readonly #blank: number;
  #live: readonly Prefix[] = [{ key: '', parent: undefined, label: -1, blank: 0, last: NEGATIVE_INFINITY }];

  constructor(width: number, blank: number) {
    this.#width = width;
    this.#blank = blank;
  }

  /** Continues all prefixes by one time step, whose log p of F classes begin at `at`. */
  advance(logs: ArrayLike<number>, at: number, F: number): void {
    const next = new Map<string, Prefix>();
    for (const prefix of this.#live) {
      const { label, blank, last } = prefix;
      const total = totalOf(prefix);
      const same = reach(next, prefix.parent, label, prefix.key);
      same.blank = logSum(same.blank, total + logs[at + this.#blank]!, NEGATIVE_INFINITY);
      if (label >= 0) same.last = logSum(same.last, last + logs[at + label]!, NEGATIVE_INFINITY);
      for (let k = 0; k < F; k++) {
        if (k === this.#blank) continue;
        const longer = reach(next, prefix, k, `${prefix.key} ${k}`);
        // Equal labels need a blank between them.
        longer.last = logSum(longer.last, (k === label ? blank : total) + logs[at + k]!, NEGATIVE_INFINITY);
      }
    }
    const ranked = Array.from(next.values(), (prefix) => ({ prefix, total: totalOf(prefix) }));
    const possible = ranked.filter(({ total }) => total > NEGATIVE_INFINITY);
    possible.sort((a, b) => b.total - a.total); // stable
    this.#live = possible.slice(0, this.#width).map(({ prefix }) => prefix);
  }

  /** The labels of all prefixes with their log probabilities, the best first. */
  result(): { readonly labels: readonly number[]; readonly logProbability: number }[] {
    return this.#live.map((prefix) => ({ labels: labelsOf(prefix), logProbability: totalOf(prefix) }));
  }
}

/** The prefix with this key in the next time step. */
function reach(next: Map<string, Prefix>, parent: Prefix | undefined, label: number, key: string): Prefix {
  let prefix = next.get(key);
  if (prefix === undefined) {
    prefix = { key, parent, label, blank: NEGATIVE_INFINITY, last: NEGATIVE_INFINITY };
    next.set(key, prefix);
  }
  return prefix;
}

function labelsOf(prefix: Prefix): number[] {
  const labels: number[] = [];
  for (let at = prefix; at.parent !== undefined; at = at.parent) labels.push(at.label);
  return labels.reverse();
}
