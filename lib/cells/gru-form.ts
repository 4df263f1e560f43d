// What the two forms of a GRU have in common: they differ in the step, and in the gradient of the candidate's weights.

import type { Parameter } from '../parameters/parameter.ts';
import type { BackwardStep, ForwardStep, Segment } from './step.ts';

/** The recurrent products of a GRU. */
export type GRUProduct = 'gates' | 'candidate';

/** The part of a GRU cell that a form reads. */
export interface GRUSizes {
  /** H */
  readonly units: number;
  /** 3·H */
  readonly gateWidth: number;
  /** b_u, only with `resetAfter` and a bias. */
  readonly recurrentBias: Parameter | undefined;
}

/** One form of a GRU: where the reset gate acts. */
export interface GRUForm {
  /** One time step. */
  forward(cell: GRUSizes, step: ForwardStep<'h', GRUProduct>): void;
  /** The backward pass of one time step. */
  backward(cell: GRUSizes, step: BackwardStep<'h', GRUProduct>): void;
  /** Adds the gradient of the candidate's recurrent weights, which begins at `dU`. */
  candidateGradient(cell: GRUSizes, segment: Segment<'h'>, dU: number): void;
}
