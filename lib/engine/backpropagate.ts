import type { Cell } from '../cells/cell.ts';
import { moveTo, stepOf, type Tape } from './tape.ts';
import { type Visit, visitParameterGradients, visitStateGradients, visitStepGradients, visitSteps } from './visit.ts';

/** Where the gradient of the output lies. */
export interface OutputGradient {
  /** [T, B, H], or [B, H] when only the last step has one. */
  readonly at: number;
  readonly everyStep: boolean;
}

/**
 * Backpropagation through time (Werbos 1990): the whole of it, for every cell.
 *
 * On entry dStates hold the gradient of the final states, on return that of the initial states. Adds to the parameters'
 * gradients and writes dx. Sums over time run from the last step to the first. See (T1) to (T4) in docs/equations.md. The
 * transposed weights are packed already.
 * `visit` sees each gradient as soon as it is there; training itself goes without.
 */
export function backpropagate(cell: Cell, tape: Tape, dy: OutputGradient | undefined, visit?: Visit): void {
  const { kernels, T, B, H } = tape;
  const dh = tape.dStates[0]!;
  const step = stepOf(tape, tape.weightsTransposed.recurrent);
  for (let t = T - 1; t >= 0; t--) {
    if (dy?.everyStep)
      kernels.accumulate(dh, dy.at + t * B * H, B * H); // (T1)
    else if (dy !== undefined && t === T - 1) kernels.accumulate(dh, dy.at, B * H);
    if (visit !== undefined) visitStateGradients(cell, tape, t, visit);
    moveTo(step, cell, tape, t);
    cell.backwardStep(step); // (T2)
    if (visit !== undefined) visitStepGradients(cell, tape, t, visit);
  }
  const { saved, states: previous, dGates, dSaved, scratch } = tape;
  cell.recurrentGradients({ kernels, scratch, rows: T * B, previous, saved, dGates, dSaved }); // (T3)
  if (visit !== undefined) visitParameterGradients(cell.parameters, visit);
  cell.weights.inputBackward(kernels, tape.dx, tape.x, dGates, tape.weightsTransposed, scratch, T * B); // (T4)
  if (visit === undefined) return;
  visitParameterGradients(cell.parameters, visit);
  visitSteps('input', { T, B, F: cell.inputSize!, at: tape.dx }, visit);
}
