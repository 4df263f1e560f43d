// Truncated backpropagation through time: the windows of a sequence.

/** Truncated backpropagation through time (Williams and Peng 1990): how far gradients go back. */
export interface Truncation {
  /** k₁, at least 1: losses are gathered over so many steps, then sent back together. */
  readonly every: number;
  /** k₂, at least `every`: so many steps, counted from the last of those, does their gradient go back. */
  readonly back: number;
}

/** Steps [from, to) that one gradient goes back over, from the losses of steps [lossFrom, to). */
export interface Window {
  readonly from: number;
  readonly to: number;
  readonly lossFrom: number;
}

/** All windows of a sequence, none of them listed: there may be more than memory holds. */
export interface Windows {
  readonly count: number;
  /** Steps of the longest. */
  readonly longest: number;
  /** Those that begin with the sequence, at different lengths; all others are as long as the longest. */
  readonly growing: number;
  /** The i-th, from 0. */
  readonly at: (i: number) => Window;
}

/**
 * The windows of T steps, first to last; see (T5) in docs/equations.md. The losses of each step belong to one window.
 * Where nothing would be cut there is one window, all of the sequence. `lossFrom`, default 0: no loss stands before it.
 */
export function windowsOf(T: number, truncation: Truncation | undefined, lossFrom = 0): Windows {
  const { every, back } = truncation !== undefined && truncation.back < T ? truncation : { every: T, back: T };
  return {
    count: Math.ceil((T - lossFrom) / every),
    longest: back,
    growing: Math.max(0, Math.floor((back - lossFrom) / every)),
    at: (i) => {
      const start = lossFrom + i * every;
      const to = Math.min(T, start + every);
      return { from: Math.max(0, to - back), to, lossFrom: start };
    },
  };
}
