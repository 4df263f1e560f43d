// Truncated backpropagation through time: the windows of a sequence.

/** Truncated backpropagation through time (Williams and Peng 1990): how far gradients go back. */
export interface Truncation {
  /** k₁, at least 1: the loss is accumulated over so many time steps, then backpropagated. */
  readonly every: number;
  /** k₂, at least `every`: gradients go back so many time steps, counted from the last of these. */
  readonly back: number;
}

/** Time steps [from, to), over which the losses of time steps [lossFrom, to) are backpropagated. */
export interface Window {
  readonly from: number;
  readonly to: number;
  readonly lossFrom: number;
}

/** All windows of a sequence, computed on demand: a list of them might not fit into memory. */
export interface Windows {
  readonly count: number;
  /** Time steps of the longest window. */
  readonly longest: number;
  /** Number of windows that begin with the sequence, and so differ in length; all others are as long as the longest. */
  readonly growing: number;
  /** The i-th, from 0. */
  readonly at: (i: number) => Window;
}

/**
 * The windows of T time steps, first to last; see (T5) in docs/equations.md. The loss of each time step belongs to one
 * window. If nothing is truncated there is one window, the whole sequence. `lossFrom`: the first time step that has a
 * loss; default 0.
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
