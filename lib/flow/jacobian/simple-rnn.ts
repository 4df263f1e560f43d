// The Jacobian-vector product of a SimpleRNN step.

import type { ActivationName } from '../../cells/activations.ts';
import type { StepTangent } from '../../cells/facts.ts';
import { dHardSigmoid, dRelu, dSigmoid, dSoftsign, dTanh } from '../../kernels/activations.ts';
import { type Lane, lane, roundLike } from '../../kernels/lane.ts';
import { timesColumns } from './product.ts';

/** φ′ as a function of φ's output. */
const SLOPES: Readonly<Record<ActivationName, (output: Lane) => Lane>> = {
  tanh: dTanh,
  relu: dRelu,
  sigmoid: dSigmoid,
  linear: () => lane(1),
  softsign: dSoftsign,
  hardSigmoidFifth: (output) => dHardSigmoid(output, 1 / 5),
  hardSigmoidSixth: (output) => dHardSigmoid(output, 1 / 6),
};

/** (F2) δh = φ′ ⊙ U δh'. `kernel` is the recurrent kernel, [H, H]. */
export function simpleRnnTangent(H: number, activation: ActivationName, kernel: Float64Array): StepTangent {
  const columns = { matrix: kernel, width: H, from: 0, count: H };
  const slope = SLOPES[activation];
  return ({ next: [h] }, previous, next) => {
    roundLike(kernel);
    timesColumns(next, previous, H, columns);
    for (let j = 0; j < H; j++) next[j]! *= slope(h![j]!);
  };
}

/** ‖diag φ′‖ of a step: the largest derivative of any unit, a factor of (F8). */
export function largestSlope(activation: ActivationName, h: Float64Array): number {
  roundLike(h);
  const slope = SLOPES[activation];
  return h.reduce((largest, value) => Math.max(largest, slope(value)), 0);
}
