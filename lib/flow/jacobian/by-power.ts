// Norms of Jacobians by power iteration.

import type { LayerProducts } from './layer-products.ts';
import type { Chain, Found, Pair } from './pair.ts';
import { type Operator, rescaled, type Scaled, spectralNorm } from './spectral-norm.ts';

/** Computes norms of ∂s_t/∂s_i, (F1), from products with vectors, and allocates nothing larger than a state. */
export function byPower(products: LayerProducts, chain: Chain): Found[][] {
  const blocks = Array.from({ length: chain.states }, (_, k) => k);
  return chain.pairs.map((pair) => blocks.map((k) => spectralNorm(operatorOf(products, chain, k, pair))));
}

/** The Jacobian of state `k` at slot `to` with respect to the same state at slot `from`, as an operator. */
function operatorOf(products: LayerProducts, { H, steps }: Chain, k: number, [from, to]: Pair): Operator {
  const { size: n } = products;
  const within = (v: Float64Array): Float64Array => {
    const all = new Float64Array(n);
    all.set(v, k * H);
    return all;
  };
  const ofState = ({ vector, scale }: Scaled): Scaled => rescaled(vector.slice(k * H, (k + 1) * H), scale);
  return {
    size: H,
    forward: (v) => {
      let at: Scaled = rescaled(within(v));
      for (let step = from; step < to; step++) {
        const next = new Float64Array(n);
        products.forward(steps[step]!, at.vector, next);
        at = rescaled(next, at.scale);
      }
      return ofState(at);
    },
    backward: (u) => {
      let at: Scaled = rescaled(within(u));
      for (let step = to - 1; step >= from; step--) {
        products.backward(steps[step]!, at.vector);
        at = rescaled(at.vector, at.scale);
      }
      return ofState(at);
    },
  };
}
