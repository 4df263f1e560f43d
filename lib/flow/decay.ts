import { exp64 } from '../kernels/arithmetic.ts';
import { log } from '../kernels/log.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Decay, JacobianNorm } from './gradient-flow.ts';

const { MAX_VALUE, MIN_VALUE, NaN: UNKNOWN } = Number;
const { isNaN: isUnknown } = Number;
const { max, min } = Math;

/** ln 1000: a norm has a thousandth left after this much decay. */
export const THOUSAND_FOLD = 6.907755278982137;

/** Decay of a state: the rate of ‖∂L/∂s_t‖, and the horizon of ‖∂s_t/∂s_i‖ where that was computed. */
export function decayOf(gradients: Tensor, jacobians: readonly JacobianNorm[] = []): Decay {
  const { rate, horizon } = lineThrough(gradients);
  return { rate, horizon: horizonOf(jacobians) ?? horizon };
}

/**
 * Least squares slope of ln ‖∂L/∂s_t‖ over t, one for all batch rows, each with its own intercept. Norms of 0 and those
 * that are not finite have no logarithm and are left out. Rate 0 where no row has two norms left, as no gradient gets
 * through a single step; NaN where no norm is above 0, as there is no gradient.
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
  const slope = tt > 0 ? ty / tt : Infinity; // for each step towards the future
  return { rate: exp64(-slope), horizon: slope > 0 ? max(1, THOUSAND_FOLD / slope) : Infinity };
}

/**
 * The distance t − i beyond which ‖∂s_t/∂s_i‖ stays below a thousandth, interpolated between the logarithms of the
 * geometric means at each distance. Where the farthest mean is still above, the straight line from 1 at distance 0 through
 * it goes on. At least 1. Undefined without a norm over at least one step.
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
