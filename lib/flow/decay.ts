// The rate at which gradients decay towards the past, and the horizon.

import { exp64 } from '../kernels/arithmetic.ts';
import { log } from '../kernels/log.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Decay, JacobianNorm } from './gradient-flow.ts';

const { MAX_VALUE, MIN_VALUE, NaN: UNKNOWN } = Number;
const { isNaN: isUnknown } = Number;
const { max, min } = Math;

/** ln 1000: the decay after which a thousandth of a norm remains. */
export const THOUSAND_FOLD = 6.907755278982137;

/** Computes the decay of a state: the rate of ‖∂L/∂s_t‖, and the horizon, from ‖∂s_t/∂s_i‖ if it was computed. */
export function decayOf(gradients: Tensor, jacobians: readonly JacobianNorm[] = []): Decay {
  const { rate, horizon } = lineThrough(gradients);
  return { rate, horizon: horizonOf(jacobians) ?? horizon };
}

/**
 * Computes the least-squares slope of ln ‖∂L/∂s_t‖ over t, one for all batch rows, each with its own intercept. Norms
 * of 0 and norms that are not finite are omitted. The rate is 0 if no row has two norms left, because no gradient
 * passes a single step. It is NaN if no norm is above 0, because there is no gradient.
 */
function lineThrough(norms: Tensor): Decay {
  const [slots, B] = norms.shape as [number, number];
  let [found, tt, ty] = [false, 0, 0];
  for (let row = 0; row < B; row++) {
    const sums = { n: 0, t: 0, y: 0, tt: 0, ty: 0 };
    for (let t = 0; t < slots; t++) {
      const norm = norms.data[t * B + row]!;
      if (!(norm > 0 && norm < Infinity)) continue;
      const y = log(norm);
      sums.n++;
      sums.t += t;
      sums.y += y;
      sums.tt += t * t;
      sums.ty += t * y;
    }
    if (sums.n === 0) continue;
    found = true;
    tt += sums.tt - (sums.t * sums.t) / sums.n;
    ty += sums.ty - (sums.t * sums.y) / sums.n;
  }
  if (!found) return { rate: UNKNOWN, horizon: UNKNOWN };
  const slope = tt > 0 ? ty / tt : Infinity; // per step towards the future
  return { rate: exp64(-slope), horizon: slope > 0 ? max(1, THOUSAND_FOLD / slope) : Infinity };
}

/**
 * Computes the distance t − i beyond which ‖∂s_t/∂s_i‖ stays below a thousandth, interpolated between the logarithms of
 * the geometric means at each distance. If the farthest mean is still above, the straight line from 1 at distance 0
 * through it is extrapolated. The result is at least 1, and undefined without a norm over at least one step.
 */
function horizonOf(jacobians: readonly JacobianNorm[]): number | undefined {
  const sums = new Map<number, { n: number; y: number }>();
  for (const { from, to, norm } of jacobians) {
    if (isUnknown(norm) || from === to) continue;
    const sum = sums.get(to - from) ?? { n: 0, y: 0 };
    sum.n++;
    sum.y += log(max(MIN_VALUE, min(MAX_VALUE, norm)));
    sums.set(to - from, sum);
  }
  const means = [...sums].map(([steps, { n, y }]) => ({ steps, y: y / n })).sort((a, b) => b.steps - a.steps);
  let beyond = means[0];
  if (beyond === undefined) return undefined;
  if (beyond.y >= -THOUSAND_FOLD) return beyond.y < 0 ? max(1, (-THOUSAND_FOLD * beyond.steps) / beyond.y) : Infinity;
  let last = { steps: 0, y: 0 }; // the farthest mean that is not below a thousandth
  for (const mean of means) {
    if (mean.y >= -THOUSAND_FOLD) {
      last = mean;
      break;
    }
    beyond = mean;
  }
  return max(1, last.steps + ((beyond.steps - last.steps) * (last.y + THOUSAND_FOLD)) / (last.y - beyond.y));
}
