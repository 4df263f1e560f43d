// The rate at which gradients decay towards the past, and the horizon.

import { exp64 } from '../kernels/arithmetic.ts';
import { log } from '../kernels/log.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Decay, JacobianNorm } from './gradient-flow.ts';

const { MAX_VALUE, MIN_VALUE, NaN: UNKNOWN } = Number;
const { isNaN: isUnknown } = Number;
const { max, min } = Math;

/** ln 1000: a norm that decays by this exponent is a thousandth of what it was. */
export const THOUSAND_FOLD = 6.907755278982137;

/** Computes the decay of a state: the rate of ‖∂L/∂s_t‖, and the horizon, from ‖∂s_t/∂s_i‖ if it was computed. */
export function decayOf(gradients: Tensor, jacobians: readonly JacobianNorm[] = []): Decay {
  const { rate, horizon } = lineThrough(gradients);
  return { rate, horizon: horizonOf(jacobians) ?? horizon };
}

/**
 * Fits ln ‖∂L/∂s_t‖ = slope·t + intercept by least squares, with one slope for all batch rows and an intercept for
 * each. Norms that are 0 or not finite are omitted. If no row has two norms left, no gradient passes a single step, and
 * the rate is 0. If no norm is above 0, there is no gradient, and the rate is NaN.
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
 * Computes the distance t − i beyond which ‖∂s_t/∂s_i‖ stays below a thousandth. It interpolates linearly between the
 * logarithms of the geometric means at each distance. If the mean at the largest distance is still above a thousandth,
 * it extrapolates the line from there through norm 1 at distance 0. The result is at least 1; undefined if all norms
 * have distance 0.
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
  let last = { steps: 0, y: 0 }; // the mean at the largest distance that is not below a thousandth
  for (const mean of means) {
    if (mean.y >= -THOUSAND_FOLD) {
      last = mean;
      break;
    }
    beyond = mean;
  }
  return max(1, last.steps + ((beyond.steps - last.steps) * (last.y + THOUSAND_FOLD)) / (last.y - beyond.y));
}
