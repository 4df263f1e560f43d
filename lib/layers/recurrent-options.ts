// What recurrent layers take and return: options with their schemas, and results.

import { Cell, type State, type StateLike } from '../cells/cell.ts';
import { requireDeclarations } from '../cells/declarations.ts';
import { refuse, requireBoolean, requireInstance } from '../checks.ts';
import type { MaskOptions } from '../engine/mask.ts';
import type { ThroughTime } from '../engine/through-time.ts';
import { optional, required, type Schema, saved, savedIfSet, unchecked } from '../options.ts';
import type { FloatNdArrayLike, NdArrayLike } from '../tensor/ndarray-like.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { NOISE_OPTIONS, type NoiseOptions } from './noise-options.ts';
import { type InputGradient, PASS_OPTIONS, type PassOptions } from './pass-options.ts';

/** Options of every recurrent layer. */
export interface SequenceOptions extends NoiseOptions {
  /** Whether the output is that of every time step, [B, T, K], or of the last one alone, [B, K]; default false. */
  readonly returnSequences?: boolean;
  /**
   * Whether the layer reads each sequence from its last time step that counts to its first; its outputs stay in that
   * order. Only for the first recurrent layer of a network; default false.
   */
  readonly goBackwards?: boolean;
  /**
   * Whether the initial state is a parameter, one row for all sequences: `initialH` [H], and `initialC` of an LSTM. It
   * starts at zeros. A pass that is given an initial state neither uses nor trains it. Default false.
   */
  readonly trainInitialState?: boolean;
  /**
   * Whether each row of a batch continues the sequence of the same row of the previous batch, in `forward`, `predict`,
   * `trainStep` and `fit`, until `resetState`. Gradients end at the beginning of a batch. Default false.
   */
  readonly stateful?: boolean;
}

/** Options of a layer around a cell. */
export interface RNNOptions<C extends Cell = Cell> extends SequenceOptions {
  /** The cell; it may not belong to another layer. */
  readonly cell: C;
}

/** @internal The schema of `SequenceOptions`. */
export const SEQUENCE_OPTIONS: Schema<SequenceOptions> = {
  returnSequences: saved(optional(requireBoolean, false)),
  goBackwards: savedIfSet(optional(requireBoolean, false)),
  trainInitialState: savedIfSet(optional(requireBoolean, false)),
  stateful: savedIfSet(optional(requireBoolean, false)),
  ...NOISE_OPTIONS,
};

/** Divides checked options of a layer into those of the sequence and those of the cell. */
export function divided<O extends SequenceOptions>(
  options: O,
): readonly [sequence: SequenceOptions, cell: Omit<O, keyof SequenceOptions>] {
  const entries = Object.entries(options);
  const part = (within: boolean): object =>
    Object.fromEntries(entries.filter(([name]) => name in SEQUENCE_OPTIONS === within));
  return [part(true), part(false) as O];
}

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

/** Options of one forward pass. `A` is the type of the array `out`. */
export interface ForwardOptions<A extends FloatNdArrayLike = Tensor> extends PassOptions<A> {
  /**
   * State before the first time step: arrays [B, width] by name, in a network records of such by layer; default zeros.
   */
  readonly initialState?: StateLike | Readonly<Record<string, object>>;
  /** Whether to return the final state with the output; default false. */
  readonly returnState?: boolean;
}

/** @internal The schema of `ForwardOptions`. The layer checks the state, whose size depends on the cell. */
export const FORWARD_OPTIONS: Schema<
  ForwardOptions<FloatNdArrayLike>,
  'initialState' | 'out' | keyof ThroughTime | keyof MaskOptions
> = {
  initialState: optional(unchecked<NonNullable<ForwardOptions['initialState']>>),
  returnState: optional(requireBoolean, false),
  ...PASS_OPTIONS,
};

/** Output and final state. `A` is the type of the output: of the array `out`, if it is given. */
export interface OutputAndState<S = State, A = Tensor> {
  /** [B, T, K] with `returnSequences`, else [B, K]; K is the width of the first state. */
  readonly output: A;
  /** After the last time step that counts. */
  readonly state: S;
}

/** Options of one backward pass. */
export interface BackwardOptions<S = State> {
  /**
   * Gradient of the final state, for any of its arrays, in a network for any of its layers; added to the gradient
   * through the output; default zeros.
   */
  readonly dState?: Partial<Arrays<S>>;
}

/** The same record with any arrays in place of tensors. */
export type Arrays<S> = { readonly [N in keyof S]: S[N] extends Tensor ? NdArrayLike : Arrays<S[N]> };

/** @internal The schema of `BackwardOptions`. */
export const BACKWARD_OPTIONS: Schema<BackwardOptions> = { dState: optional(unchecked<Partial<StateLike>>, {}) };

/** What a recurrent backward pass returns. */
export interface RecurrentGradient<S = State> extends InputGradient {
  /** Gradient of the initial state. */
  readonly dInitialState: S;
}
