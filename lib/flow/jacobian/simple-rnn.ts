import type { SimpleRNNCell } from '../../cells/simple-rnn-cell.ts';
import { dRelu, dTanh } from '../../kernels/activations.ts';
import { roundLike } from '../../kernels/lane.ts';
import { timesColumns } from './product.ts';
import type { StepTangent } from './step-values.ts';

/** (F2) δh = φ′ ⊙ U δh'. `kernel` is the recurrent one, [H, H]. */
export function simpleRnnTangent({ units: H, activation }: SimpleRNNCell, kernel: Float64Array): StepTangent {
  const columns = { matrix: kernel, width: H, from: 0, count: H };
  const slope = activation === 'tanh' ? dTanh : dRelu;
  return ({ next: [h] }, previous, next) => {
    roundLike(kernel);
    timesColumns(next, previous, H, columns);
    for (let j = 0; j < H; j++) next[j]! *= slope(h![j]!);
  };
}

/** ‖diag φ′‖ of a step: the largest slope of any unit, of which (F8) takes the product. */
export function largestSlope({ activation }: SimpleRNNCell, h: Float64Array): number {
  roundLike(h);
  const slope = activation === 'tanh' ? dTanh : dRelu;
  return h.reduce((largest, value) => Math.max(largest, slope(value)), 0);
}
