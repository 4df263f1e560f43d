// The forget gate of the LSTM.

import { dSigmoid } from '../activations.ts';
import { type Lane, mul, sigmoid } from '../lane.ts';

/** (L1) f = σ(a): the share of the old cell state that is kept. */
export function forgetGateForward(a: Lane): Lane {
  return sigmoid(a);
}
/** (L1′) da = dc ⊙ c' ⊙ σ′(f) */
export function forgetGateBackward(dc: Lane, cPrev: Lane, f: Lane): Lane {
  return mul(mul(dc, cPrev), dSigmoid(f));
}
