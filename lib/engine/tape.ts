// The tape of a recurrent layer: what the forward pass saves, and what the backward pass computes beside it.

import type { Cell } from '../cells/cell.ts';
import { type PackedWeights, takeTransposed, takeWeights } from '../cells/packed-weights.ts';
import {
  type BackwardStep,
  firstStep,
  type GradientRoom,
  type InputBackward,
  type InputForward,
  type MovableStep,
  type StepRoom,
  takeGradients,
  takeSteps,
} from '../cells/step.ts';
import { gradientScratch, type Kernels } from '../kernels/contract.ts';
import { rowsBefore, rowsOf, type StepRows, slotBefore } from './packing.ts';
import type { StateTape, Workspace } from './pass.ts';
import type { MaskScope } from './random-masks.ts';
import { RecurrentDropout } from './recurrent-dropout.ts';
import type { Signal } from './signal.ts';
import { Zoneout } from './zoneout.ts';

/**
 * What the forward pass saves, time-major: row t·B + b is time step t of batch row b, or fewer rows if the sequence is
 * packed. The backward pass only reads it.
 */
export interface Tape extends StepRoom {
  readonly kernels: Kernels;
  /** Rows of the batch. */
  readonly B: number;
  /** The packed weights. */
  readonly weights: PackedWeights;
  /** The input side: x [T, B, I], which another layer or the caller owns, and what it adds to the gates. */
  readonly input: InputForward;
  /** The carried states, in the order of `cell.states`. */
  readonly slots: readonly StateTape[];
  /** The record of one time step; the time loop moves it. */
  readonly moving: MovableStep;
  readonly dropout: RecurrentDropout | undefined;
  /** Zoneout of some states. */
  readonly zoneouts: readonly Zoneout[];
}

/** What a recurrent layer draws at random. */
export interface RecurrentNoise {
  /** Rate of recurrent dropout. */
  readonly recurrentDropout: number;
  /** What its masks are drawn for. */
  readonly scope: MaskScope;
  /** Rates of zoneout by state. */
  readonly zoneout: Readonly<Record<string, number>>;
}

const NO_NOISE: RecurrentNoise = { recurrentDropout: 0, scope: 'sequence', zoneout: {} };

/** What the backward pass computes. */
export interface GradientTape extends GradientRoom {
  /** The packed transposes of the weights. */
  readonly weights: PackedWeights;
  readonly input: InputBackward;
  readonly moving: MovableStep;
}

/** Lays out a forward pass of `cell` over an input. */
export function layTape(cell: Cell, workspace: Workspace, x: Signal, noise?: RecurrentNoise): Tape {
  const { kernels, take, takeWeights: takePacked, purpose } = workspace;
  const { T = 1, B, F: I, at } = x;
  const room = takeSteps(cell, take, B, T, purpose === 'train' ? 'tape' : undefined);
  const { gates, inputSaved } = room;
  const weights = takeWeights(cell, I, takePacked);
  const slots = cell.stateSpecs.map(({ path, width }): StateTape => {
    return { path, width, at: room.states[path[0]!]!, size: B * width, gradient: -1, initial: undefined };
  });
  return {
    ...room,
    kernels,
    B,
    weights,
    input: { kernels, rows: T * B, I, N: cell.gateWidth, x: at, gates, inputSaved, weights: weights.input },
    slots,
    moving: firstStep(cell, kernels, B, room, weights.recurrent),
    ...layNoise(cell, workspace, T, slots, noise),
  };
}

function layNoise(
  cell: Cell,
  workspace: Workspace,
  T: number,
  slots: readonly StateTape[],
  { recurrentDropout: rate, scope, zoneout }: RecurrentNoise = NO_NOISE,
): Pick<Tape, 'dropout' | 'zoneouts'> {
  const drops = rate > 0 && workspace.purpose === 'train';
  return {
    dropout: drops ? new RecurrentDropout(cell, workspace, rate, scope, T, slots[0]!) : undefined,
    zoneouts: slots.flatMap((slot, k) => {
      const share = zoneout[slot.path[0]!] ?? 0;
      return share > 0 ? [new Zoneout(workspace, share, k, T, slot)] : [];
    }),
  };
}

/** Lays out the backward pass that belongs to `tape`. */
export function layGradients(
  cell: Cell,
  tape: Tape,
  { take, takeWeights: takePacked }: Workspace,
  x: Signal,
): GradientTape {
  const { T = 1, B, F: I } = x;
  const gradients = takeGradients(cell, take, B, T);
  const room = { ...gradients, dRecurrent: tape.dropout?.dRecurrent ?? gradients.dRecurrent };
  const weights = takeTransposed(cell, I, takePacked);
  const scratch = take(gradientScratch(Math.max(cell.units, cell.outputWidth, I), cell.gateWidth, T * B));
  const { dGates } = room;
  return {
    ...room,
    weights,
    input: { ...tape.input, weights: weights.input, dGates, dx: take(T * B * I), scratch },
    moving: firstStep(cell, tape.kernels, B, tape, weights.recurrent, room),
  };
}

/** Moves the record of a time step to step t of `rows`; nothing is allocated inside a time loop. */
export function moveTo(
  moving: MovableStep,
  { gates, saved, savedWidth, slots, dropout, zoneouts }: Tape,
  rows: StepRows,
  t: number,
): BackwardStep<string, string> {
  const { step, before, after } = moving;
  const row = rowsBefore(rows, t);
  const previous = slotBefore(rows, t);
  const next = slotBefore(rows, t + 1);
  step.B = rowsOf(rows, t);
  step.gates = gates + row * step.N;
  step.saved = saved + row * savedWidth;
  for (let k = 0; k < slots.length; k++) {
    const { at, width } = slots[k]!;
    before[k] = at + previous * width;
    after[k] = at + next * width;
  }
  step.recurrent = before[0]!;
  dropout?.move(moving, rows, t);
  for (let k = 0; k < zoneouts.length; k++) zoneouts[k]!.move(moving, rows, t);
  return step;
}

/** The same for a record with gradients. */
export function moveBackTo(
  tape: Tape,
  { dGates, dSaved, dSavedWidth, moving }: GradientTape,
  rows: StepRows,
  t: number,
): BackwardStep<string, string> {
  const step = moveTo(moving, tape, rows, t);
  const row = rowsBefore(rows, t);
  step.dGates = dGates + row * step.N;
  step.dSaved = dSaved + row * dSavedWidth;
  return step;
}
