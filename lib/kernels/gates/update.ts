// The update gate of the GRU.

import { dSigmoid } from '../activations.ts';
import { type Lane, mul, sigmoid, sub } from '../lane.ts';

/** (G3) z = σ(a): the share of the NEW candidate in the next state. */
export function updateGateForward(a: Lane): Lane {
  return sigmoid(a);
}
/** (G3′) da = dh ⊙ (h̃ − h') ⊙ σ′(z) */
export function updateGateBackward(dh: Lane, hPrev: Lane, candidate: Lane, z: Lane): Lane {
  return mul(mul(dh, sub(candidate, hPrev)), dSigmoid(z));
}
