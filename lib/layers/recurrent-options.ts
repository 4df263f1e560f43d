// What recurrent layers take and return: options with their schemas, and results.

import { Cell, type StateLike, type StateOf } from '../cells/cell.ts';
import { requireDeclarations } from '../cells/declarations.ts';
import { refuse, requireBoolean, requireInstance } from '../checks.ts';
import type { MaskOptions } from '../engine/mask.ts';
import type { ThroughTime } from '../engine/through-time.ts';
import { optional, required, type Schema, saved, unchecked } from '../options.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { type InputGradient, PASS_OPTIONS, type PassOptions } from './layer.ts';

/** Options of every recurrent layer. */
export interface SequenceOptions {
  /** Whether the output is that of every time step, [B, T, K], or of the last one alone, [B, K]; default false. */
  readonly returnSequences?: boolean;
}

/** Options of a layer around a cell. */
export interface RNNOptions<C extends Cell = Cell> extends SequenceOptions {
  /** The cell; it may not belong to another layer. */
  readonly cell: C;
}

/** @internal The schema of `SequenceOptions`. */
export const SEQUENCE_OPTIONS: Schema<SequenceOptions> = {
  returnSequences: saved(optional(requireBoolean, false)),
};

/** @internal The schema of `RNNOptions`. */
export const RNN_OPTIONS: Schema<RNNOptions> = {
  cell: required(requireCell),
  ...SEQUENCE_OPTIONS,
};

function requireCell(where: string, argument: string, value: unknown): Cell {
  const cell = requireInstance(where, argument, value, Cell, 'be a cell');
  if (cell.inUse) refuse(where, argument, 'be new: without parameters yet, and of no other layer', 'a cell in use');
  requireDeclarations(where, argument, cell);
  return cell;
}

/** Options of one forward pass. */
export interface ForwardOptions extends PassOptions {
  /** State before the first time step, the arrays of the cell by name, [B, width]; default zeros. */
  readonly initialState?: StateLike;
  /** Whether to return the final state with the output; default false. */
  readonly returnState?: boolean;
}

/** @internal The schema of `ForwardOptions`. The layer checks the state, whose size depends on the cell. */
export const FORWARD_OPTIONS: Schema<ForwardOptions, 'initialState' | keyof ThroughTime | keyof MaskOptions> = {
  initialState: optional(unchecked<StateLike>),
  returnState: optional(requireBoolean, false),
  ...PASS_OPTIONS,
};

/** Output and final state. */
export interface OutputAndState<C extends Cell = Cell> {
  /** [B, T, K] with `returnSequences`, else [B, K]; K is the width of the first state. */
  readonly output: Tensor;
  /** After the last time step that counts. */
  readonly state: StateOf<C>;
}

/** Options of one backward pass. */
export interface BackwardOptions<C extends Cell = Cell> {
  /** Gradient of the final state, for any of its arrays; added to the gradient through the output; default zeros. */
  readonly dState?: Partial<StateLike<C['states'][number]>>;
}

/** @internal The schema of `BackwardOptions`. */
export const BACKWARD_OPTIONS: Schema<BackwardOptions> = { dState: optional(unchecked<Partial<StateLike>>, {}) };

/** What a recurrent backward pass returns. */
export interface RecurrentGradient<C extends Cell = Cell> extends InputGradient {
  /** Gradient of the initial state. */
  readonly dInitialState: StateOf<C>;
}
