// The span of a training step: the part of a sequence that it trains on.

import type { Hooks } from '../engine/hooks.ts';
import type { Packing } from '../engine/packing.ts';
import type { NonFinitePlace } from '../errors.ts';
import type { NetworkState } from '../layers/network.ts';
import type { StateLeaf } from '../memory/states.ts';
import { integer, optional, type Schema, unchecked } from '../options.ts';
import type { FloatNdArrayLike, NdArrayLike } from '../tensor/ndarray-like.ts';
import { WEIGHTED_OPTIONS, type WeightedOptions } from './example-set.ts';
import type { OnLoss } from './loss-pass.ts';
import { REPORT_OPTIONS, type ReportRequest } from './report.ts';

/** Options of `trainStep`. */
export interface TrainStepOptions extends WeightedOptions, ReportRequest {
  /**
   * States before the first time step, from `model.stream({ batchSize }).zeroState()` for instance; default zeros.
   * After the step they are updated to the states after the last time step.
   */
  readonly state?: NetworkState;
  /**
   * Rows whose gradients are computed at once, at least 1: it bounds the memory of a step. The gradients add up to those of
   * all rows, up to rounding, as sums over rows then have another order. Default: all rows.
   */
  readonly microBatchSize?: number;
}

/** @internal The schema of `TrainStepOptions`. The state is checked against the data. */
export const TRAIN_STEP_OPTIONS: Schema<TrainStepOptions, 'state' | 'microBatchSize' | keyof WeightedOptions> = {
  state: optional(unchecked<NetworkState>),
  microBatchSize: optional(integer()),
  ...WEIGHTED_OPTIONS,
  ...REPORT_OPTIONS,
};

/** The part of a sequence that a training step trains on, and how its errors number rows and time steps. */
export interface StepSpan extends Pick<TrainStepOptions, 'state'> {
  /** The first time step with targets; default 0. Errors count time steps from there. */
  readonly lossFrom?: number;
  /** Number of time steps after which `state` is stored; default: all. */
  readonly until?: number;
  /** Index of each row in the caller's data, for errors; default: 0, 1, 2, … */
  readonly rows?: ArrayLike<number>;
  /** Index of the chunk, for errors; default: none. */
  readonly chunk?: number;
}

/** How a training step runs. */
export interface StepOptions {
  /** Rows whose gradients are computed at once; default all. */
  readonly microBatchSize?: number | undefined;
  /** Receives the outputs. */
  readonly out?: FloatNdArrayLike | undefined;
  /** Receives the losses of rows; see `LossPassOptions`. */
  readonly each?: FloatNdArrayLike | undefined;
}

/** What a part of the rows of a step needs of the whole step. */
export interface PartOfStep {
  /** Number of the first row within the step. */
  readonly firstRow: number;
  /** What the loss of all rows counts in a mean. */
  readonly weight: number | undefined;
  /** Receives the outputs of the part; undefined: nobody reads them. */
  readonly out: FloatNdArrayLike | undefined;
  /** Receives the losses of its rows. */
  readonly each: FloatNdArrayLike | undefined;
}

/** A training step that is laid out in the arena and can compute its gradients. */
export interface LaidStep {
  /** The caller's states before the step. */
  readonly states: readonly StateLeaf[];
  /** Which rows have which time steps; undefined if all have all. */
  readonly packing: Packing | undefined;
  /** Runs the forward pass only. */
  readonly forward: (hooks: Hooks) => void;
  /** Accumulates the gradients and returns the loss. */
  readonly compute: (hooks: Hooks, onLoss?: OnLoss) => number;
  /** Writes the final states back to the caller. */
  readonly storeState: () => void;
  /** Finds the first NaN or infinity of the step. */
  readonly locate: (gradientNorm: number) => NonFinitePlace;
}

/** Converts rows and time steps of a place to those of the caller's data. `firstRow`: that of the part of a step. */
export function asCallerCounts(
  place: NonFinitePlace,
  { rows, lossFrom = 0, chunk }: StepSpan,
  firstRow = 0,
): NonFinitePlace {
  const { step } = place;
  const row = place.row === undefined ? undefined : place.row + firstRow;
  return {
    ...place,
    chunk,
    row: row === undefined ? row : (rows?.[row] ?? row),
    step: step === undefined ? step : step - lossFrom,
  };
}

/** The time step of the caller's x, for a place in an x that was read from its last time step. */
export function fromTheEnd(place: NonFinitePlace, x: NdArrayLike): NonFinitePlace {
  const { tensor, layer, step } = place;
  return tensor === 'x' && layer === undefined && step !== undefined
    ? { ...place, step: x.shape[1]! - 1 - step }
    : place;
}
