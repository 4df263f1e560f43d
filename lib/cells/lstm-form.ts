// The interface of the two forms of an LSTM, and the one of a single kernel.

import type { BackwardStep, ForwardStep } from './step.ts';

/** Names of the gates of an LSTM. */
export type LSTMGate = 'input' | 'forget' | 'candidate' | 'output';

/** The elementwise part of a step of an LSTM; the products with U are the cell's. */
export interface LSTMForm {
  /** Reads pre-activations from `gates`; writes gates, saved, the next c, and m = o⊙φ(c) [B, H]. */
  forward(step: ForwardStep<'h' | 'c'>, m: number): void;
  /** Writes dGates; dStates.c becomes ∂L/∂c'. Reads dm [B, H], and may overwrite it. */
  backward(step: BackwardStep<'h' | 'c'>, dm: number): void;
}

/** (L1) to (L6) in one kernel. `saved` holds tanh(c). */
export const FUSED_LSTM: LSTMForm = {
  forward({ kernels, B, H, gates, saved, previous, next }, m) {
    kernels.lstmStepForward(gates, next.c, saved, m, previous.c, B, H);
  },
  backward({ kernels, B, H, gates, saved, previous, dGates, dStates }, dm) {
    kernels.lstmStepBackward(dGates, dStates.c, gates, saved, previous.c, dm, B, H);
  },
};
