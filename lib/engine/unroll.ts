// The forward pass of a recurrent layer.

import type { Cell } from '../cells/cell.ts';
import { rowsBefore, rowsOf, type StepRows } from './packing.ts';
import { moveTo, type Tape } from './tape.ts';

/** Runs `cell` over T time steps: slot 0 of the states holds the initial ones, slots 1 to T receive the others. */
export function unroll(cell: Cell, tape: Tape, rows: StepRows, T: number): void {
  const { input, kernels, moving, dropout, zoneouts } = tape;
  input.rows = rowsBefore(rows, T);
  cell.inputForward(input); // one product for all time steps
  const divides = cell.dividesRows;
  for (let t = 0; t < T; t++) {
    if (divides) kernels.byRows(rowsOf(rows, t), stepWork(cell, rows, t));
    dropout?.forward(rows, t);
    cell.forwardStep(moveTo(moving, tape, rows, t));
    for (let k = 0; k < zoneouts.length; k++) zoneouts[k]!.forward(rows, t);
  }
  kernels.byRows(0, 0);
}

/** Multiply-adds of the recurrent product of a step. */
export function stepWork(cell: Cell, rows: StepRows, t: number): number {
  return rowsOf(rows, t) * cell.gateWidth * cell.outputWidth;
}
