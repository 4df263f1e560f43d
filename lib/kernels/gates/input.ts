// The input gate of the LSTM.

import { dSigmoid } from '../activations.ts';
import { type Lane, mul, sigmoid } from '../lane.ts';

/** (L3) i = σ(a): the share of the candidate that is written into the cell state. */
export function inputGateForward(a: Lane): Lane {
  return sigmoid(a);
}
/** (L3′) da = dc ⊙ g ⊙ σ′(i) */
export function inputGateBackward(dc: Lane, g: Lane, i: Lane): Lane {
  return mul(mul(dc, g), dSigmoid(i));
}
