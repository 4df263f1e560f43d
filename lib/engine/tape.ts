import type { Cell } from '../cells/cell.ts';
import { type PackedWeights, takeBackward, takeForward } from '../cells/packed-weights.ts';
import type { BackwardStep } from '../cells/step.ts';
import { gradientScratch, type Kernels } from '../kernels/contract.ts';
import type { Take } from '../memory/arena.ts';

/**
 * What one pass over a sequence saves for the way back, and the scratch of that way. All of it lies in one arena,
 * time-major: row t·B + b is time step t of batch row b. The backward pass only reads what the forward pass wrote.
 */
export interface Tape {
  readonly kernels: Kernels;
  /** Time steps; at most those that there is room for. */
  T: number;
  /** Rows of the batch. */
  readonly B: number;
  /** Units. */
  readonly H: number;
  /** [T, B, I]: the input, owned by whoever came before. */
  readonly x: number;
  /** [T, B, G·H]: pre-activations from the input, then the gates' activations. */
  readonly gates: number;
  /** [T, B, savedBlocks·H] */
  readonly saved: number;
  /** [T + 1, B, H] each: slot 0 is the initial state, so slot t is the state before step t. */
  readonly states: readonly number[];
  /** [T, B, G·H], scratch: gradient of the pre-activations. */
  readonly dGates: number;
  /** [T, B, gradientBlocks·H], scratch. */
  readonly dSaved: number;
  /** [B, H] each, scratch: gradient of the state that the way back stands at. */
  readonly dStates: readonly number[];
  /** The weights, packed for the way forward. */
  readonly weights: PackedWeights;
  /** Their transposes, packed for the way back. */
  readonly weightsTransposed: PackedWeights;
  /** Room for the products of weight gradients. */
  readonly scratch: number;
  /** [T, B, I]: gradient of the input. */
  readonly dx: number;
}

/** Takes room for a pass of `cell` over T steps of B rows of F features that lie at `at`. */
export function layTape(
  cell: Cell,
  kernels: Kernels,
  take: Take,
  { T, B, F: I, at: x }: { readonly T: number; readonly B: number; readonly F: number; readonly at: number },
): Tape {
  const H = cell.units;
  return {
    kernels,
    T,
    B,
    H,
    x,
    gates: take(T * B * cell.gateWidth, 'tape'),
    saved: take(T * B * cell.savedBlocks * H, 'tape'),
    states: cell.states.map(() => take((T + 1) * B * H, 'tape')),
    dGates: take(T * B * cell.gateWidth),
    dSaved: take(T * B * cell.gradientBlocks * H),
    dStates: cell.states.map(() => take(B * H)),
    weights: takeForward(cell, I, take),
    weightsTransposed: takeBackward(cell, I, take),
    scratch: take(gradientScratch(Math.max(H, I), cell.gateWidth, T * B)),
    dx: take(T * B * I),
  };
}

/** A record of one step, to be moved through time by `moveTo`: nothing is allocated inside a time loop. */
export function stepOf(tape: Tape, weights: readonly number[]): BackwardStep {
  const { kernels, B, gates, saved, states, dGates, dSaved, dStates } = tape;
  return { kernels, B, weights, gates, saved, dGates, dSaved, dStates, previous: [...states], next: [...states] };
}

/** Points `step` at time step t. */
export function moveTo(step: BackwardStep, cell: Cell, tape: Tape, t: number): void {
  const units = t * tape.B * tape.H;
  step.gates = tape.gates + units * cell.gates.length;
  step.saved = tape.saved + units * cell.savedBlocks;
  step.dGates = tape.dGates + units * cell.gates.length;
  step.dSaved = tape.dSaved + units * cell.gradientBlocks;
  for (let k = 0; k < tape.states.length; k++) {
    step.previous[k] = tape.states[k]! + units;
    step.next[k] = tape.states[k]! + units + tape.B * tape.H;
  }
}
