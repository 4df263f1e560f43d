// The backward pass of a recurrent layer.

import type { Cell } from '../cells/cell.ts';
import { type GradientTape, moveBackTo, type Tape } from './tape.ts';

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
 * gradients of the parameters, and writes dx. Sums over time run from the last time step to the first.
 */
export function backpropagate(
  cell: Cell,
  tape: Tape,
  gradients: GradientTape,
  T: number,
  dy: OutputGradient | undefined,
  observer: BackwardObserver,
): void {
  const { kernels, B, saved, gates, states: previous } = tape;
  const { input, dGates, dSaved, dStates } = gradients;
  const dh = dStates[cell.states[0]!]!;
  const { size } = tape.slots[0]!;
  for (let t = T - 1; t >= 0; t--) {
    if (dy?.everyStep)
      kernels.accumulate(dh, dy.at + t * size, size); // (T1)
    else if (dy !== undefined && t === T - 1) kernels.accumulate(dh, dy.at, size);
    observer.states(t);
    cell.backwardStep(moveBackTo(tape, gradients, t)); // (T2)
    observer.step(t);
  }
  const rows = T * B;
  const { scratch } = input;
  const { H, N, next } = gradients.moving.step; // slot 1, after time step 0
  cell.recurrentGradients({ kernels, scratch, rows, H, N, previous, next, gates, saved, dGates, dSaved }); // (T3)
  observer.parameters(); // those of the recurrent weights
  input.rows = rows;
  cell.inputBackward(input); // (T4)
  observer.parameters();
  observer.input();
}
