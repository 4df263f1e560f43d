// The forward pass of a recurrent layer.

import type { Cell } from '../cells/cell.ts';
import { moveTo, type Tape } from './tape.ts';

/** Runs `cell` over T time steps: slot 0 of the states holds the initial ones, slots 1 to T receive the others. */
export function unroll(cell: Cell, tape: Tape, T: number): void {
  const { input, moving, B } = tape;
  input.rows = T * B;
  cell.inputForward(input); // one product for all time steps
  for (let t = 0; t < T; t++) cell.forwardStep(moveTo(moving, tape, t));
}
