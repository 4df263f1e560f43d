import type { LayerProducts } from './layer-products.ts';
import type { Found, Pair } from './pair.ts';
import { matrixOperator, rescaled, spectralNorm } from './spectral-norm.ts';
import type { StepValues } from './step-values.ts';

/**
 * ∂s_t/∂s_i as products of whole Jacobians, (F1), of the H units of state `k`: from each t one sweep down through time
 * gives all i, so that a triangle costs T sweeps.
 */
export function byProducts(
  products: LayerProducts,
  H: number,
  k: number,
  steps: readonly StepValues[],
  pairs: readonly Pair[],
): Found[] {
  const found = new Map<string, Found>();
  for (const to of new Set(pairs.map(([, t]) => t))) {
    const wanted = new Set(pairs.filter(([, t]) => t === to).map(([from]) => from));
    sweepFrom(products, H, k, steps, to, wanted).forEach((each, from) => {
      found.set(`${from} ${to}`, each);
    });
  }
  return pairs.map(([from, to]) => found.get(`${from} ${to}`)!);
}

function sweepFrom(
  products: LayerProducts,
  H: number,
  k: number,
  steps: readonly StepValues[],
  to: number,
  wanted: ReadonlySet<number>,
): Map<number, Found> {
  const { size: n } = products;
  const found = new Map<number, Found>();
  let rows = new Float64Array(H * n); // of the joint Jacobian, those of state k
  for (let r = 0; r < H; r++) rows[r * n + k * H + r] = 1;
  let scale = 1;
  for (let from = to, last = Math.min(...wanted); ; from--) {
    if (wanted.has(from)) found.set(from, blockOf(rows, H, k, n, scale));
    if (from === last) return found;
    rows = times(rows, products.matrix(steps[from - 1]!), n);
    ({ scale } = rescaled(rows, scale));
  }
}

/** left [rows, n] · right [n, n] */
function times(left: Float64Array, right: Float64Array, n: number): Float64Array<ArrayBuffer> {
  const out = new Float64Array(left.length);
  for (let at = 0; at < left.length; at++) {
    const factor = left[at]!;
    if (factor === 0) continue;
    const to = at - (at % n);
    const from = (at % n) * n;
    for (let c = 0; c < n; c++) out[to + c]! += factor * right[from + c]!;
  }
  return out;
}

function blockOf(rows: Float64Array, H: number, k: number, n: number, scale: number): Found {
  const block = new Float64Array(H * H);
  for (let r = 0; r < H; r++) block.set(rows.subarray(r * n + k * H, r * n + (k + 1) * H), r * H);
  const { norm, error } = spectralNorm(matrixOperator(block, H));
  return { norm: norm * scale, error, matrix: block.map((v) => v * scale) };
}
