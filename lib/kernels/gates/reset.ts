// The reset gate of the GRU.

import { dSigmoid } from '../activations.ts';
import { type Lane, mul, sigmoid } from '../lane.ts';

/** (G1) r = σ(a): the share of the old state that the candidate uses. */
export function resetGateForward(a: Lane): Lane {
  return sigmoid(a);
}
/** (G1′) da = dReset ⊙ operand ⊙ σ′(r), where `operand` is the factor of r: h', or U h' + b_u (reset after). */
export function resetGateBackward(dReset: Lane, operand: Lane, r: Lane): Lane {
  return mul(mul(dReset, operand), dSigmoid(r));
}
