// The protocol between the engine and a layer: the layer lays out a pass once, and runs it over spans of time steps.

import type { Kernels } from '../kernels/contract.ts';
import type { Take } from '../memory/arena.ts';
import type { StateSpec } from '../memory/states.ts';
import type { Parameter } from '../parameters/parameter.ts';
import type { Random } from '../random/random.ts';
import type { StepRange, StepRows } from './packing.ts';
import type { Signal } from './signal.ts';
import type { Source } from './source.ts';
import type { Visit } from './visit.ts';

/**
 * What a pass is for: `train` keeps the tape of a forward pass and has room for the backward pass; `infer` runs forward
 * only; `step` runs forward one time step at a time.
 */
export type PassPurpose = 'train' | 'infer' | 'step';

/** What a layer lays out its pass with. */
export interface Workspace {
  readonly purpose: PassPurpose;
  /** Whether rows may have different time steps; see `packing.ts`. */
  readonly packed: boolean;
  readonly kernels: Kernels;
  /** Where the layer draws the random masks of training from. */
  readonly random: Random;
  /** Takes room for values of the pass. */
  readonly take: Take;
  /** Takes room for packed weights, which passes of one layer may share. */
  readonly takeWeights: Take;
  /** What layers of a decoder attend to. */
  readonly source?: Source | undefined;
}

/** What random masks depend on, besides the seed, the layer, the time step and the feature. */
export interface Draw {
  /** Number of the training step. */
  readonly trainingStep: number;
  /** Number that precedes all rows of a part of a batch; default 0. */
  readonly firstRow?: number;
  /** The caller's number of each row; undefined if rows are in the caller's order. */
  readonly order: ArrayLike<number> | undefined;
  /** The row of the source that each row attends to; default: the caller's number of the row. */
  readonly sourceRows?: Int32Array;
}

/** One run of a pass, forward or backward, over at most the time steps that the pass was laid out for. */
export interface Run extends StepRange {
  /** Whether the output is needed; otherwise only the states are. */
  readonly output: boolean;
  /** What random masks depend on, in a pass for training. */
  readonly draw: Draw;
  /** Sees every value that the run computes. */
  readonly visit: Visit | undefined;
}

/** A carried state on a tape. */
export interface StateTape extends StateSpec {
  /**
   * [T + 1, B, width]: slot t holds the state after t steps, slot 0 the initial state. Slot t + 1 of a packed sequence
   * has the rows of step t alone, directly after slot t.
   */
  readonly at: number;
  /** B·width: elements of slot 0. */
  readonly size: number;
  /** [B, width]: its gradient, in a pass for training. */
  readonly gradient: number;
  /** [width], the trained initial state; undefined if it is zeros. */
  readonly initial: Parameter | undefined;
  /** Time steps of its layer, if a layer before it changes the time axis; a whole run ends with the last of them. */
  readonly steps?: number;
  /** Copies the state of each row after `steps` time steps of a run to a matrix [B, width], if slots do not hold it. */
  readonly copyAfter?: (rows: StepRows, steps: number, to: number) => void;
}

/** One layer's part of a computation: where its values lie, and how to compute them. */
export interface Pass {
  /** The output; a run of fewer steps than the pass has writes the first of them. */
  readonly output: Signal;
  /** The gradient of the input, in the layout of the input; `backward` writes it. */
  readonly dInput: number;
  /** The carried states of all recurrent layers in it. */
  readonly states: readonly StateTape[];
  /** The run of what follows it, for a run over the whole sequence; undefined if it keeps the time axis. */
  readonly after?: ((run: Run) => Run) | undefined;
  /** Packs the present weights for the runs that follow. */
  pack(): void;
  /** Computes the states in slots 1 to `run.steps` from those in slot 0, and the output. */
  forward(run: Run): void;
  /**
   * Adds to the gradients of the parameters, and replaces the gradients of the states after the last step by those
   * before the first. `dOutput` has the layout of the output; undefined if the output has no gradient. Only for
   * training.
   */
  backward(run: Run, dOutput: number | undefined): void;
}

/** Time steps of its own layer after which a state is current, once a run of `steps` time steps of the input is over. */
export function stepsAfter({ steps: own }: StateTape, steps: number): number {
  return own === undefined || steps === 0 ? steps : own;
}
