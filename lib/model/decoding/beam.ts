// Beam search over the tokens of one source: which sequences go on, and which have ended.

import { lengthPenalty } from './hypothesis.ts';

/** A sequence in the search. */
export interface Path {
  readonly tokens: readonly number[];
  readonly logProbability: number;
  /** For each token: number of the path, within the beam before it, that it continued. */
  readonly slots: readonly number[];
}

/** A path that has ended, or that was cut off at the last step. */
export interface EndedPath extends Path {
  readonly score: number;
  readonly stopped: boolean;
}

interface Candidate {
  readonly slot: number;
  readonly token: number;
  readonly logProbability: number;
}

/**
 * (BS1) Beam search: of all continuations of the live paths, the `width` best go on. A path that takes the stop token
 * has ended, and keeps its place: the beam of live paths is that much narrower. Ties go to the earlier path, then to the
 * lower token. With width 1 it is greedy search.
 */
export class Beam {
  readonly #width: number;
  readonly #stop: number | undefined;
  readonly #alpha: number;
  readonly #ended: EndedPath[] = [];
  #live: readonly Path[] = [{ tokens: [], logProbability: 0, slots: [] }];

  /** @param alpha - exponent of the length penalty */
  constructor(width: number, stop: number | undefined, alpha: number) {
    this.#width = width;
    this.#stop = stop;
    this.#alpha = alpha;
  }

  /** The paths that go on, best first. */
  get live(): readonly Path[] {
    return this.#live;
  }

  /** Continues the live paths by a token; `logOf` returns the log probabilities of all tokens after one of them. */
  advance(logOf: (slot: number) => ArrayLike<number>): void {
    const candidates = bestOf(this.#live, this.#width - this.#ended.length, logOf);
    const live: Path[] = [];
    for (const { slot, token, logProbability } of candidates) {
      const { tokens, slots } = this.#live[slot]!;
      const path = { tokens: [...tokens, token], logProbability, slots: [...slots, slot] };
      if (token === this.#stop) this.#ended.push(this.#end(path, true));
      else live.push(path);
    }
    this.#live = live;
  }

  #end(path: Path, stopped: boolean): EndedPath {
    return { ...path, stopped, score: path.logProbability / lengthPenalty(path.tokens.length, this.#alpha) };
  }

  /** All paths, the best score first. Those that go on are cut off. Ties: those that ended earlier come first. */
  result(): EndedPath[] {
    const paths = [...this.#ended, ...this.#live.map((path) => this.#end(path, false))];
    return paths.sort((a, b) => b.score - a.score); // stable
  }
}

/** The `count` best continuations, best first. */
function bestOf(
  paths: readonly Path[],
  count: number,
  logOf: (slot: number) => ArrayLike<number>,
): readonly Candidate[] {
  const best: Candidate[] = [];
  for (const [slot, path] of paths.entries()) {
    const logs = logOf(slot);
    for (let token = 0; token < logs.length; token++) {
      const logProbability = path.logProbability + logs[token]!;
      if (best.length === count && !(logProbability > best[count - 1]!.logProbability)) continue;
      let k = best.length;
      while (k > 0 && logProbability > best[k - 1]!.logProbability) k--;
      best.splice(k, 0, { slot, token, logProbability });
      if (best.length > count) best.pop();
    }
  }
  return best;
}
