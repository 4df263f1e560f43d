// The candidate of LSTM and GRU.

import { dTanh } from '../activations.ts';
import { type Lane, mul, tanh } from '../lane.ts';

/** (L2), (G2) candidate = tanh(a): the new content for the state. */
export function candidateForward(a: Lane): Lane {
  return tanh(a);
}
/** (L2′), (G2′) da = dState ⊙ gate ⊙ tanh′(candidate). The gate is i in an LSTM, z in a GRU. */
export function candidateBackward(dState: Lane, gate: Lane, candidate: Lane): Lane {
  return mul(mul(dState, gate), dTanh(candidate));
}
