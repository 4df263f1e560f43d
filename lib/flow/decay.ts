import { exp64 } from '../kernels/arithmetic.ts';
import { log } from '../kernels/log.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Decay } from './gradient-flow.ts';

/** ln 1000: a norm has a thousandth left after this much decay. */
export const THOUSAND_FOLD = 6.907755278982137;

/**
 * Least squares line through ln ‖∂L/∂s_t‖ over t, all batch rows together. Norms of 0 and those that are not finite have
 * no logarithm and are left out; where fewer than two times remain, nothing gets through a single step: rate 0.
 */
export function decayOf(norms: Tensor): Decay {
  const [slots, B] = norms.shape as [number, number];
  const sums = { n: 0, t: 0, y: 0, tt: 0, ty: 0 };
  for (let t = 0; t < slots; t++) {
    for (let row = 0; row < B; row++) {
      const norm = norms.data[t * B + row]!;
      if (!(norm > 0 && norm < Infinity)) continue;
      const y = log(norm);
      sums.n++;
      sums.t += t;
      sums.y += y;
      sums.tt += t * t;
      sums.ty += t * y;
    }
  }
  const spread = sums.n * sums.tt - sums.t * sums.t;
  if (spread === 0) return { rate: 0, horizon: 1 };
  const slope = (sums.n * sums.ty - sums.t * sums.y) / spread; // for each step towards the future
  return { rate: exp64(-slope), horizon: slope > 0 ? THOUSAND_FOLD / slope : Infinity };
}
