import type { LayerProducts } from './layer-products.ts';
import type { Found, Pair } from './pair.ts';
import { type Operator, rescaled, type Scaled, spectralNorm } from './spectral-norm.ts';
import type { StepValues } from './step-values.ts';

/** Norms of ∂s_t/∂s_i, (F1), from products with vectors alone: nothing larger than a state is made. */
export function byPower(
  products: LayerProducts,
  H: number,
  k: number,
  steps: readonly StepValues[],
  pairs: readonly Pair[],
): Found[] {
  return pairs.map(([from, to]) => spectralNorm(chain(products, H, k, steps.slice(from, to))));
}

/** The block of state `k` in the product of the Jacobians of some steps. */
function chain(products: LayerProducts, H: number, k: number, steps: readonly StepValues[]): Operator {
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
      for (const values of steps) {
        const next = new Float64Array(n);
        products.forward(values, at.vector, next);
        at = rescaled(next, at.scale);
      }
      return ofState(at);
    },
    backward: (u) => {
      let at: Scaled = rescaled(within(u));
      for (const values of [...steps].reverse()) {
        products.backward(values, at.vector);
        at = rescaled(at.vector, at.scale);
      }
      return ofState(at);
    },
  };
}
