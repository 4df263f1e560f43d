import { dTanh } from '../activations.ts';
import { type Lane, mul, tanh } from '../lane.ts';

/** (L2), (G2) candidate = tanh(a): what a step proposes to remember. */
export function candidateForward(a: Lane): Lane {
  return tanh(a);
}
/** (L2′), (G2′) da = dState ⊙ gate ⊙ tanh′(candidate); the gate that let it in is i in an LSTM, z in a GRU. */
export function candidateBackward(dState: Lane, gate: Lane, candidate: Lane): Lane {
  return mul(mul(dState, gate), dTanh(candidate));
}
