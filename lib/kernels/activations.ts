// Activations without a place of their own in lane.ts, and the derivatives of all as functions of their OUTPUT, which the
// forward pass saves.

import { add, div, isPositive, type Lane, lane, max, min, mul, type Scalar, sub } from './lane.ts';

/** (A4) softsign(a) = a / (1 + |a|) */
export function softsign(a: Lane): Lane {
  return div(a, add(lane(1), max(a, sub(lane(0), a))));
}
/** (A5), (A6) a·slope + 1/2, from 0 to 1 */
export function hardSigmoid(a: Lane, slope: Scalar): Lane {
  return min(max(add(mul(a, lane(slope)), lane(0.5)), lane(0)), lane(1));
}

/** (A1′) σ′ = s(1 − s), s = σ(a) */
export function dSigmoid(sigmoidOutput: Lane): Lane {
  return mul(sigmoidOutput, sub(lane(1), sigmoidOutput));
}
/** (A2′) tanh′ = 1 − y², y = tanh(a) */
export function dTanh(tanhOutput: Lane): Lane {
  return sub(lane(1), mul(tanhOutput, tanhOutput));
}
/** (A3′) relu′ = 1 if relu(a) > 0, else 0, also at the kink */
export function dRelu(reluOutput: Lane): Lane {
  return isPositive(reluOutput);
}
/** (A4′) softsign′ = (1 − |y|)², y = softsign(a) */
export function dSoftsign(softsignOutput: Lane): Lane {
  const rest = sub(lane(1), max(softsignOutput, sub(lane(0), softsignOutput)));
  return mul(rest, rest);
}
/** (A5′), (A6′) `slope` if 0 < y < 1, else 0, also at the kinks */
export function dHardSigmoid(hardSigmoidOutput: Lane, slope: Scalar): Lane {
  return mul(lane(slope), mul(isPositive(hardSigmoidOutput), isPositive(sub(lane(1), hardSigmoidOutput))));
}
/** 1 if low < y < high, else 0 */
export function inside(y: Lane, low: Lane, high: Lane): Lane {
  return mul(isPositive(sub(y, low)), isPositive(sub(high, y)));
}
