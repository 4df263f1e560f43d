// What an observer sees of a recurrent pass.

import type { Cell } from '../cells/cell.ts';
import type { StateSpec } from '../memory/states.ts';
import type { BackwardObserver } from './backpropagate.ts';
import type { GradientTape, Tape } from './tape.ts';
import { type Visit, visitParameterGradients, visitSteps } from './visit.ts';

/** Shows `visit` what `unroll` wrote over T time steps, step by step, in the order of `cell.forwardOrder`. */
export function visitForward(cell: Cell, tape: Tape, T: number, from: number, visit: Visit): void {
  const { B, gates, saved, slots } = tape;
  for (let t = 0; t < T; t++) {
    for (const name of cell.forwardOrder) {
      const slot = slots.find(({ path }) => path[0] === name);
      if (slot === undefined) visitBlock(cell, name, t, from, { B, gates, saved, blocks: cell.savedBlocks }, visit);
      else visitState(slot, slot.at + (t + 1) * slot.size, B, from + t, visit);
    }
  }
}

/** An observer that shows `visit` the gradients of T time steps as soon as they are complete. */
export function backwardObserver(
  cell: Cell,
  { B, slots }: Tape,
  { dGates: gates, dSaved: saved, dStates, input }: GradientTape,
  T: number,
  from: number,
  visit: Visit,
): BackwardObserver {
  const places = { B, gates, saved, blocks: cell.gradientBlocks };
  return {
    states: (t) => {
      for (const slot of slots) visitState(slot, dStates[slot.path[0]!]!, B, from + t, visit);
    },
    step: (t) => {
      for (const name of cell.backwardOrder) visitBlock(cell, name, t, from, places, visit);
    },
    parameters: () => visitParameterGradients(cell.parameters, visit),
    input: () => visitSteps('input', { T, B, F: cell.inputSize!, at: input.dx }, from, visit),
  };
}

function visitState({ path, width }: StateSpec, at: number, B: number, step: number, visit: Visit): void {
  visit({ kind: 'tensor', name: path[0]!, step, at, shape: [B, width] });
}

/** Positions of the blocks of all time steps. */
interface Blocks {
  readonly B: number;
  readonly gates: number;
  readonly saved: number;
  /** Values per unit in `saved`. */
  readonly blocks: number;
}

/** Shows `visit` a gate, or `saved`, at time step t. */
function visitBlock(cell: Cell, name: string, t: number, from: number, places: Blocks, visit: Visit): void {
  const { units: H, gateWidth: N } = cell;
  const { B, gates, saved, blocks } = places;
  const gate = cell.gates.indexOf(name);
  const step = from + t;
  const S = H * blocks;
  if (gate < 0) visit({ kind: 'tensor', name, step, at: saved + t * B * S, shape: [B, S] });
  else visit({ kind: 'gate', name, step, at: gates + t * B * N + gate * H, shape: [B, H], rowStride: N });
}
