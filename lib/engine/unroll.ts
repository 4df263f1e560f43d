import type { Cell } from '../cells/cell.ts';
import { moveTo, stepOf, type Tape } from './tape.ts';

/**
 * Runs `cell` over a sequence: slot 0 of the tape's states holds the initial state, slots 1 to T come out. The tape's
 * weights are packed already.
 */
export function unroll(cell: Cell, tape: Tape): void {
  const { kernels, T, B } = tape;
  cell.weights.inputForward(kernels, tape.gates, tape.x, tape.weights, T * B); // one product for all steps
  const step = stepOf(tape, tape.weights.recurrent);
  for (let t = 0; t < T; t++) {
    moveTo(step, cell, tape, t);
    cell.forwardStep(step);
  }
}
