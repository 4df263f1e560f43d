// Copies rows between passes whose batches are packed in different orders.

import type { Arena } from '../memory/arena.ts';
import type { SignalPart } from './signal.ts';

/** The caller's row of each row of a pass; undefined if they are the same. */
export type RowOrder = ArrayLike<number> | undefined;

/** Copies a matrix [B, width] from the rows of one pass to those of another. */
export function copyReordered(
  { data }: Arena,
  to: number,
  toOrder: RowOrder,
  from: number,
  fromOrder: RowOrder,
  B: number,
  width: number,
): void {
  const place = new Int32Array(B); // of each of the caller's rows in `from`
  for (let k = 0; k < B; k++) place[fromOrder?.[k] ?? k] = k;
  for (let k = 0; k < B; k++) {
    const begin = from + place[toOrder?.[k] ?? k]! * width;
    data.copyWithin(to + k * width, begin, begin + width);
  }
}

/** Calls `visit` for each row of a part: its number in the part, the caller's row, and which of its time steps it is. */
export function eachRowOf(
  { T = 1, B, from, packing }: SignalPart,
  visit: (k: number, row: number, t: number) => void,
): void {
  if (packing === undefined) {
    for (let k = 0; k < T * B; k++) visit(k, k % B, from + Math.floor(k / B));
    return;
  }
  const { starts, order } = packing;
  for (let t = from; t < from + T; t++) {
    for (let k = starts[t]!; k < starts[t + 1]!; k++) visit(k - starts[from]!, order[k - starts[t]!]!, t);
  }
}
