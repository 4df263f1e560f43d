// Derivatives of the activations as functions of their OUTPUT, which the forward pass saves.

import { isPositive, type Lane, lane, mul, sub } from './lane.ts';

/** σ′ = s(1 − s), s = σ(a) */
export function dSigmoid(sigmoidOutput: Lane): Lane {
  return mul(sigmoidOutput, sub(lane(1), sigmoidOutput));
}
/** tanh′ = 1 − y², y = tanh(a) */
export function dTanh(tanhOutput: Lane): Lane {
  return sub(lane(1), mul(tanhOutput, tanhOutput));
}
/** relu′ = 1 if relu(a) > 0, else 0, also at the kink */
export function dRelu(reluOutput: Lane): Lane {
  return isPositive(reluOutput);
}
