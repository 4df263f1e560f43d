// The backward pass of a recurrent layer.

import type { Cell } from '../cells/cell.ts';
import type { Segment } from '../cells/step.ts';
import { rowsBefore, rowsOf, type StepRows } from './packing.ts';
import { type GradientTape, moveBackTo, type Tape } from './tape.ts';
import { stepWork } from './unroll.ts';

/** Position of the output's gradient. */
export interface OutputGradient {
  /** [T, B, H], or [B, H] where only the last time step has one. */
  readonly at: number;
  readonly everyStep: boolean;
}

/** Called as soon as a group of gradients is complete; see `visit.ts`. */
export interface BackwardObserver {
  /** Those of the states after time step t. */
  states(t: number): void;
  /** Those of the gates at time step t, and what `backwardStep` saved. */
  step(t: number): void;
  /** Those of the recurrent weights; at the second call those of all parameters. */
  parameters(): void;
  /** That of the input. */
  input(): void;
}

/** Observes nothing. */
export const UNOBSERVED: BackwardObserver = { states() {}, step() {}, parameters() {}, input() {} };

/**
 * Backpropagation through time (Werbos 1990): the whole of it, for every cell. See (T1) to (T4) in docs/equations.md.
 *
 * `dStates` holds the gradient of the final states on entry, and that of the initial states on return. Adds to the
 * gradients of the parameters, and writes dx. Sums over time run from the last time step to the first. A row that has
 * ended keeps the gradient of its final state until the loop reaches its last step.
 */
export function backpropagate(
  cell: Cell,
  tape: Tape,
  gradients: GradientTape,
  rows: StepRows,
  T: number,
  dy: OutputGradient | undefined,
  observer: BackwardObserver,
): void {
  const { kernels, dropout, zoneouts } = tape;
  const { input, dStates } = gradients;
  const dh = dStates[cell.states[0]!]!;
  const { size, width } = tape.slots[0]!;
  if (dy?.everyStep === false) kernels.accumulate(dh, dy.at, size); // (T1)
  const divides = cell.dividesRows && observer === UNOBSERVED;
  for (let t = T - 1; t >= 0; t--) {
    if (divides) kernels.byRows(rowsOf(rows, t), stepWork(cell, rows, t));
    if (dy?.everyStep) kernels.accumulate(dh, dy.at + rowsBefore(rows, t) * width, rowsOf(rows, t) * width); // (T1)
    observer.states(t);
    for (let k = 0; k < zoneouts.length; k++) zoneouts[k]!.beforeBackward(rows, t, dStates);
    dropout?.beforeBackward(rows, t);
    cell.backwardStep(moveBackTo(tape, gradients, rows, t)); // (T2)
    dropout?.backward(rows, t, dh);
    for (let k = 0; k < zoneouts.length; k++) zoneouts[k]!.backward(rows, t, dStates);
    observer.step(t);
  }
  kernels.byRows(0, 0);
  for (let to = T; to > 0; ) {
    const from = firstOfBlock(rows, to - 1);
    cell.recurrentGradients(segmentOf(tape, gradients, rows, from, to)); // (T3)
    to = from;
  }
  observer.parameters(); // those of the recurrent weights
  input.rows = rowsBefore(rows, T);
  cell.inputBackward(input); // (T4)
  observer.parameters();
  observer.input();
}

/**
 * The first step of the block that ends with step t. Within a block the states before the steps lie side by side, as do
 * the gates: only the first of its steps may have fewer rows than the step before it.
 */
function firstOfBlock(rows: StepRows, t: number): number {
  if (rows.starts === undefined) return 0;
  const before = (step: number): number => (step === 0 ? rows.B : rowsOf(rows, step - 1));
  let first = t;
  while (first > 0 && before(first - 1) === before(t)) first--;
  return first;
}

/** Time steps [from, to) of a block as one matrix. */
function segmentOf(tape: Tape, gradients: GradientTape, rows: StepRows, from: number, to: number): Segment {
  const { scratch } = gradients.input;
  const step = moveBackTo(tape, gradients, rows, from);
  const { kernels, H, N, previous, recurrent, next, gates, saved, dGates, dSaved } = step;
  const count = rowsBefore(rows, to) - rowsBefore(rows, from);
  return { kernels, scratch, rows: count, H, N, previous, recurrent, next, gates, saved, dGates, dSaved };
}
