// What an observer sees of a recurrent pass.

import type { Cell } from '../cells/cell.ts';
import type { StateSpec } from '../memory/states.ts';
import type { BackwardObserver } from './backpropagate.ts';
import { rowsBefore, rowsOf } from './packing.ts';
import type { Run } from './pass.ts';
import type { GradientTape, Tape } from './tape.ts';
import { type Visit, visitParameterGradients, visitSteps } from './visit.ts';

/** Shows `visit` what `unroll` wrote in a run, step by step, in the order of `cell.forwardOrder`. */
export function visitForward(cell: Cell, tape: Tape, { steps, from, rows }: Run, visit: Visit): void {
  const { gates, saved, slots } = tape;
  const places = { gates, saved, width: cell.savedWidth };
  for (let t = 0; t < steps; t++) {
    const at = { step: from + t, row: rowsBefore(rows, t), B: rowsOf(rows, t) };
    for (const name of cell.forwardOrder) {
      const slot = slots.find(({ path }) => path[0] === name);
      if (slot === undefined) visitBlock(cell, name, at, places, visit);
      else visitState(slot, slot.at + (rows.B + at.row) * slot.width, at, visit);
    }
  }
}

/** An observer that shows `visit` the gradients of a run as soon as they are complete. */
export function backwardObserver(
  cell: Cell,
  { slots }: Tape,
  { dGates: gates, dSaved: saved, dStates, input }: GradientTape,
  run: Run,
  visit: Visit,
): BackwardObserver {
  const { from, rows } = run;
  const places = { gates, saved, width: cell.gradientWidth };
  const at = (t: number): StepPlace => ({ step: from + t, row: rowsBefore(rows, t), B: rowsOf(rows, t) });
  return {
    states: (t) => {
      for (const slot of slots) visitState(slot, dStates[slot.path[0]!]!, at(t), visit);
    },
    step: (t) => {
      for (const name of cell.backwardOrder) visitBlock(cell, name, at(t), places, visit);
    },
    parameters: () => visitParameterGradients(cell.parameters, visit),
    input: () => visitSteps('input', { T: run.steps, B: rows.B, F: cell.inputSize!, at: input.dx }, run, visit),
  };
}

/** A time step. */
interface StepPlace {
  /** Its number within the sequence. */
  readonly step: number;
  /** Number of rows before it. */
  readonly row: number;
  /** Its rows. */
  readonly B: number;
}

function visitState({ path, width }: StateSpec, at: number, { step, B }: StepPlace, visit: Visit): void {
  visit({ kind: 'tensor', name: path[0]!, step, at, shape: [B, width] });
}

/** Positions of the blocks of all time steps. */
interface Blocks {
  readonly gates: number;
  readonly saved: number;
  /** Values per row in `saved`. */
  readonly width: number;
}

/** Shows `visit` a gate, or `saved`, of a time step. */
function visitBlock(cell: Cell, name: string, { step, row, B }: StepPlace, places: Blocks, visit: Visit): void {
  const { units: H, gateWidth: N } = cell;
  const { gates, saved, width: S } = places;
  const gate = cell.gates.indexOf(name);
  if (gate < 0) visit({ kind: 'tensor', name, step, at: saved + row * S, shape: [B, S] });
  else visit({ kind: 'gate', name, step, at: gates + row * N + gate * H, shape: [B, H], rowStride: N });
}
