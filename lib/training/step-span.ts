import type { StackState, StateSlot } from '../engine/stream-state.ts';
import type { Work } from '../engine/traversal.ts';
import type { NonFinitePlace } from '../errors.ts';
import type { OnLoss } from './loss-pass.ts';

/** Options of `trainStep`. */
export interface TrainStepOptions {
  /** States before the first step, as `model.stream({ batchSize })` makes them; holds those after the last step then. */
  readonly state?: StackState;
}

/** Which part of a sequence a training step is about, and what its caller calls the rows and the steps. */
export interface StepSpan extends TrainStepOptions {
  /** The first step with targets; default 0. Errors count steps from there. */
  readonly lossFrom?: number;
  /** The step after which `state` is taken; default: all steps. */
  readonly until?: number;
  /** Number of each row, for errors; default: as they come. */
  readonly rows?: ArrayLike<number>;
  /** Number of the chunk, for errors; default: none. */
  readonly chunk?: number;
}

/** A step in place, up to its gradients. */
export interface LaidStep {
  /** The states before it, as they were given. */
  readonly states: readonly StateSlot[];
  /** Forwards alone, as far as the states need. */
  readonly forward: (work: Work) => void;
  /** Adds the gradients and returns the loss; calls `onLoss` with it and with the place of the gradient of the outputs. */
  readonly compute: (work: Work, onLoss?: OnLoss) => number;
  /** Takes over the states after it. */
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
