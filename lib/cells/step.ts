// The records that a cell computes on: where the values of one time step, or of many, lie in the arena.

import type { Kernels } from '../kernels/contract.ts';
import type { Take } from '../memory/arena.ts';
import type { Purpose } from '../memory/usage.ts';
import type { CellDescription } from './description.ts';
import { type Places, placesOf, placesOver } from './places.ts';

/** One time step of B rows in the forward pass. The engine moves one such record through time. */
export interface ForwardStep<S extends string = string, P extends string = 'gates'> {
  /** Kernels of the arena that all positions refer to. */
  readonly kernels: Kernels;
  /** Rows of the step: those of the batch that have it. */
  B: number;
  /** `units` of the cell. */
  readonly H: number;
  /** G·H, the width of all gates. */
  readonly N: number;
  /** [B, G·H], W_x x + b before the step, the activations of the gates after it. */
  gates: number;
  /** [B, savedWidth], whatever else the backward pass needs. */
  saved: number;
  /** [B, scratchWidth], room for values that nothing reads after the step. */
  readonly stepScratch: number;
  /**
   * The packed recurrent weights of each product in `Cell.products`, and the packed `Cell.matrices`; in the backward pass
   * their transposes.
   */
  readonly weights: Places<P>;
  /** [B, width] each: the states before the step. */
  readonly previous: Places<S>;
  /**
   * [B, K] numbers that the recurrent products multiply: h', or with recurrent dropout h'⊙m. A cell that uses h' elsewhere
   * too reads this if it declares `readsRecurrent`; in any other cell it is `previous.h`.
   */
  recurrent: number;
  /** [B, width] each: the states after the step. */
  readonly next: Places<S>;
}

/** The same step in the backward pass, which only reads gates, saved, previous and next. */
export interface BackwardStep<S extends string = string, P extends string = 'gates'> extends ForwardStep<S, P> {
  /** [B, G·H], gradients of the pre-activations of the gates; `backwardStep` writes them. */
  dGates: number;
  /** [B, gradientWidth], further gradients that the weights need; `backwardStep` writes them. */
  dSaved: number;
  /** [B, width] each: ∂L/∂next before `backwardStep`, ∂L/∂previous after it. */
  readonly dStates: Places<S>;
  /**
   * [B, K]: `backwardStep` of a cell with `readsRecurrent` adds ∂L/∂recurrent to it, once dStates.h is ∂L/∂h' without the
   * products: without recurrent dropout, it is dStates.h.
   */
  readonly dRecurrent: number;
}

/** Time steps as one matrix, in order of time: the weight gradients sum over its rows. */
export interface Segment<S extends string = string> {
  /** Kernels of the arena that all positions refer to. */
  readonly kernels: Kernels;
  /** Room for `matmulGradient` of at most units, output or input features by G·H. */
  readonly scratch: number;
  /** Rows of all steps together, T·B if all have B rows. */
  readonly rows: number;
  /** `units` of the cell. */
  readonly H: number;
  /** G·H, the width of all gates. */
  readonly N: number;
  /** [rows, width] each: the states before each step. */
  readonly previous: Places<S>;
  /** [rows, K] numbers that the recurrent products multiply. */
  readonly recurrent: number;
  /** [rows, width] each: the states after each step. */
  readonly next: Places<S>;
  /** [rows, G·H] */
  readonly gates: number;
  /** [rows, savedWidth] */
  readonly saved: number;
  /** [rows, G·H] */
  readonly dGates: number;
  /** [rows, gradientWidth] */
  readonly dSaved: number;
}

/** The inputs of all time steps, and what they add to the gates. */
export interface InputForward {
  /** Kernels of the arena that all positions refer to. */
  readonly kernels: Kernels;
  /** Rows of all time steps, T·B if all have B rows. */
  rows: number;
  /** Features of the input. */
  readonly I: number;
  /** G·H */
  readonly N: number;
  /** [rows, I], the input. */
  readonly x: number;
  /** [rows, G·H], pre-activations; `inputForward` writes them. */
  readonly gates: number;
  /** [rows, inputSavedSize], whatever else `inputBackward` needs. */
  readonly inputSaved: number;
  /** W_x, packed; in the backward pass its transpose. */
  readonly weights: number;
}

/** The input side in the backward pass. */
export interface InputBackward extends InputForward {
  /** [rows, G·H], gradients of the pre-activations; `inputBackward` may overwrite them. */
  readonly dGates: number;
  /** [rows, I], gradient of the input; `inputBackward` writes it. */
  readonly dx: number;
  /** Room for `matmulGradient`. */
  readonly scratch: number;
}

/** What the forward pass writes over T time steps of B rows. */
export interface StepRoom {
  /** [T, B, G·H] */
  readonly gates: number;
  /** [T, B, savedWidth] */
  readonly saved: number;
  /** Elements of `saved` in a row. */
  readonly savedWidth: number;
  /** [T, B, inputSavedSize] */
  readonly inputSaved: number;
  /** [B, scratchWidth] */
  readonly stepScratch: number;
  /** [T + 1, B, width] each: slot 0 is the initial state, so slot t is the state before step t. */
  readonly states: Places;
}

/** What the backward pass writes over the same steps. */
export interface GradientRoom {
  /** [T, B, G·H] */
  readonly dGates: number;
  /** [T, B, gradientWidth] */
  readonly dSaved: number;
  /** Elements of `dSaved` in a row. */
  readonly dSavedWidth: number;
  /** [B, width] each: gradient of the states between two steps. */
  readonly dStates: Places;
  /** [B, K]: gradient of what the recurrent products multiply. */
  readonly dRecurrent: number;
}

/** A position for each state of a cell. */
function byState({ states }: CellDescription, place: (name: string) => number): Places {
  return placesOf(states.map((name) => [name, place(name)]));
}

/** Takes the room that the forward pass of a cell needs over T time steps of B rows. */
export function takeSteps(cell: CellDescription, take: Take, B: number, T: number, purpose?: Purpose): StepRoom {
  return {
    gates: take(T * B * cell.gateWidth, purpose),
    saved: take(T * B * cell.savedWidth, purpose),
    savedWidth: cell.savedWidth,
    inputSaved: take(T * B * cell.inputSavedSize, purpose),
    stepScratch: take(B * cell.scratchWidth),
    states: byState(cell, (name) => take((T + 1) * B * cell.widthOf(name), purpose)),
  };
}

/** Takes the room that the backward pass of a cell needs over T time steps of B rows. */
export function takeGradients(cell: CellDescription, take: Take, B: number, T: number): GradientRoom {
  const dSavedWidth = cell.gradientWidth;
  const dStates = byState(cell, (name) => take(B * cell.widthOf(name)));
  return {
    dGates: take(T * B * cell.gateWidth),
    dSaved: take(T * B * dSavedWidth),
    dSavedWidth,
    dStates,
    dRecurrent: dStates[cell.states[0]!]!,
  };
}

/** A record of one time step, and the positions of its states: writing to `before` and `after` moves them. */
export interface MovableStep {
  readonly step: BackwardStep<string, string>;
  /** Positions of `step.previous`, in the order of `Cell.states`. */
  readonly before: number[];
  /** Positions of `step.next`. */
  readonly after: number[];
}

/** The gradients of a record for the forward pass, which has none. */
const NO_GRADIENTS: Omit<GradientRoom, 'dSavedWidth'> = {
  dGates: -1,
  dSaved: -1,
  dStates: /* @__PURE__ */ placesOf([]),
  dRecurrent: -1,
};

/**
 * The record of the first time step in `room`. Records of both passes have the same properties in the same order, so
 * that engines compile one access for both.
 */
export function firstStep(
  cell: CellDescription,
  kernels: Kernels,
  B: number,
  { gates, saved, stepScratch, states }: StepRoom,
  weights: Places,
  { dGates, dSaved, dStates, dRecurrent }: Omit<GradientRoom, 'dSavedWidth'> = NO_GRADIENTS,
): MovableStep {
  const { units: H, gateWidth: N } = cell;
  const before = cell.states.map((name) => states[name]!);
  const after = cell.states.map((name) => states[name]! + B * cell.widthOf(name));
  const [previous, next] = [placesOver(cell.states, before), placesOver(cell.states, after)];
  const forward = { kernels, B, H, N, gates, saved, stepScratch, weights, previous, recurrent: before[0]!, next };
  return { step: { ...forward, dGates, dSaved, dStates, dRecurrent }, before, after };
}
