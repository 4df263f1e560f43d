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

/**
 * The windows of T steps, first to last; see (T5) in docs/equations.md. The losses of each step belong to one window.
 * Where nothing would be cut there is one window, all of the sequence. `lossFrom`, default 0: no loss stands before it.
 */
export function windowsOf(T: number, truncation: Truncation | undefined, lossFrom = 0): Window[] {
  if (truncation === undefined || T <= truncation.back) return [{ from: 0, to: T, lossFrom }];
  const { every, back } = truncation;
  const windows: Window[] = [];
  for (let start = lossFrom; start < T; start += every) {
    const to = Math.min(T, start + every);
    windows.push({ from: Math.max(0, to - back), to, lossFrom: start });
  }
  return windows;
}

/** Steps of the longest window. There may be more windows than a call has room for arguments. */
export function longestOf(windows: readonly Window[]): number {
  return windows.reduce((longest, { from, to }) => Math.max(longest, to - from), 0);
}
