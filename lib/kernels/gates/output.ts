// The output gate of the LSTM.

import { dSigmoid } from '../activations.ts';
import { type Lane, mul, sigmoid } from '../lane.ts';

/** (L5) o = σ(a): the share of tanh(c) that becomes h. */
export function outputGateForward(a: Lane): Lane {
  return sigmoid(a);
}
/** (L5′) da = dh ⊙ tanh(c) ⊙ σ′(o) */
export function outputGateBackward(dh: Lane, tanhC: Lane, o: Lane): Lane {
  return mul(mul(dh, tanhC), dSigmoid(o));
}
