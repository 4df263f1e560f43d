// The interface of the two forms of a GRU.

import type { Parameter } from '../parameters/parameter.ts';
import type { BackwardStep, ForwardStep, Segment } from './step.ts';

/** The recurrent products of a GRU. */
export type GRUProduct = 'gates' | 'candidate';

/** One form of a GRU: where the reset gate acts. `recurrentBias` is b_u, only with `resetAfter` and a bias. */
export interface GRUForm {
  /** One time step. */
  forward(step: ForwardStep<'h', GRUProduct>, recurrentBias: Parameter | undefined): void;
  /** The backward pass of one time step. */
  backward(step: BackwardStep<'h', GRUProduct>): void;
  /** Adds the gradient of the candidate's recurrent weights, which begins at `dU`. */
  candidateGradient(dU: number, segment: Segment<'h'>, recurrentBias: Parameter | undefined): void;
}
