// A training step over a part of a sequence.
import type { Hooks } from '../engine/traversal.ts';
import type { NonFinitePlace } from '../errors.ts';
import type { NetworkState } from '../layers/network.ts';
import type { StateLeaf } from '../memory/states.ts';
import { optional, type Schema, unchecked } from '../options.ts';
import type { OnLoss } from './loss-pass.ts';

/** Options of `trainStep`. */
export interface TrainStepOptions {
  /** States before the first time step, as `model.stream({ batchSize })` makes them; updated to those after the last one. */
  readonly state?: NetworkState;
}

/** @internal The schema of `TrainStepOptions`. The state is checked against the data. */
export const TRAIN_STEP_OPTIONS: Schema<TrainStepOptions, 'state'> = { state: optional(unchecked<NetworkState>) };

/** Which part of a sequence a training step trains on, and how its caller numbers rows and time steps. */
export interface StepSpan extends TrainStepOptions {
  /** The first time step with targets; default 0. Errors count time steps from there. */
  readonly lossFrom?: number;
  /** `state` is updated to that after so many time steps; default: all. */
  readonly until?: number;
  /** Number of each row, for errors; default: as they come. */
  readonly rows?: ArrayLike<number>;
  /** Number of the chunk, for errors; default: none. */
  readonly chunk?: number;
}

/** A training step in its arena, up to its gradients. */
export interface LaidStep {
  /** The states before it, as the caller gave them. */
  readonly states: readonly StateLeaf[];
  /** Runs forward only, as far as the states need. */
  readonly forward: (hooks: Hooks) => void;
  /** Adds the gradients and returns the loss. */
  readonly compute: (hooks: Hooks, onLoss?: OnLoss) => number;
  /** Writes the final states back to the caller. */
  readonly storeState: () => void;
}

/** The place with rows, steps and chunk as the caller of the step counts them. */
export function asCallerCounts(place: NonFinitePlace, { rows, lossFrom = 0, chunk }: StepSpan): NonFinitePlace {
  const { row, step } = place;
  return {
    ...place,
    chunk,
    row: row === undefined ? row : (rows?.[row] ?? row),
    step: step === undefined ? step : step - lossFrom,
  };
}
