// The forward pass of a recurrent layer.

import type { Cell } from '../cells/cell.ts';
import { rowsBefore, type StepRows } from './packing.ts';
import { moveTo, type Tape } from './tape.ts';

/** Runs `cell` over T time steps: slot 0 of the states holds the initial ones, slots 1 to T receive the others. */
export function unroll(cell: Cell, tape: Tape, rows: StepRows, T: number): void {
  const { input, moving, dropout, zoneouts } = tape;
  input.rows = rowsBefore(rows, T);
  cell.inputForward(input); // one product for all time steps
  for (let t = 0; t < T; t++) {
    dropout?.forward(rows, t);
    cell.forwardStep(moveTo(moving, tape, rows, t));
    for (let k = 0; k < zoneouts.length; k++) zoneouts[k]!.forward(rows, t);
  }
}
