// Reverses sequences in time, each row from its own last step.

import { rowsBefore, rowsOf, type StepRange } from './packing.ts';

/**
 * Calls `visit` for groups of neighbouring rows of a whole sequence: where a group begins, where the group of the same
 * rows begins in the reversed sequence, and its number of rows.
 */
export function eachReversed(
  { rows, steps }: Pick<StepRange, 'rows' | 'steps'>,
  visit: (row: number, reversed: number, count: number) => void,
): void {
  if (rows.starts === undefined) {
    for (let t = 0; t < steps; t++) visit(t * rows.B, (steps - 1 - t) * rows.B, rows.B);
    return;
  }
  for (let row = 0; row < rows.B; row++) {
    let length = steps;
    while (length > 0 && rowsOf(rows, length - 1) <= row) length--;
    for (let t = 0; t < length; t++) visit(rowsBefore(rows, t) + row, rowsBefore(rows, length - 1 - t) + row, 1);
  }
}
