// What the caller of a traversal gives it, and what it reads and writes during it.

import type { Packing } from './packing.ts';
import type { SignalPart } from './signal.ts';
import type { Visit } from './visit.ts';

/** How a sequence begins. */
export interface Beginning {
  /** Which rows have which time steps; undefined if all have all. */
  readonly packing?: Packing | undefined;
  /** The random masks of a pass for training are those of this training step; default 0. */
  readonly trainingStep?: number;
  /** Number of the first row within the batch, of which random masks depend; default 0. */
  readonly firstRow?: number;
  /** Whether the caller replaces the initial states, which are then not trained; default false. */
  readonly stateGiven?: boolean;
}

/** Outputs of time steps [from, to), in the pass. */
export interface OutputSteps {
  readonly from: number;
  readonly to: number;
  readonly output: SignalPart;
  /** Room for their gradient, in the same layout. */
  readonly gradient: SignalPart;
}

/** What the caller of a traversal reads and writes during it. Time steps count from the beginning of the sequence. */
export interface Hooks {
  /** Outputs were computed for the first time. */
  readonly onOutput?: (steps: OutputSteps) => void;
  /** Writes the gradient of outputs; called for all time steps of a window that have a loss. */
  readonly writeGradient?: (steps: OutputSteps) => void;
  /** The gradient of the inputs of time steps [from, to) was computed, for one window. */
  readonly onInputGradient?: (gradient: SignalPart) => void;
  /** The gradient of the states after the last time step is zero; may be written to. */
  readonly onFinalGradient?: () => void;
  /** The gradient of the states before the first time step was computed, for one window. */
  readonly onInitialGradient?: () => void;
  /** Observers of all values. Values that are recomputed for a backward pass are observed again. */
  readonly visit?: { readonly forward: Visit; readonly backward: Visit };
}
