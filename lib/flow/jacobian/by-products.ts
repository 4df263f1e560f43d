// Jacobians as products of whole matrices.

import type { LayerProducts } from './layer-products.ts';
import type { Chain, Found } from './pair.ts';
import { matrixOperator, rescaled, type Scaled, spectralNorm } from './spectral-norm.ts';
import { sweepBack } from './sweeps.ts';

/**
 * Computes ∂s_t/∂s_i as products of Jacobians of single steps, (F1). A sweep from t holds the Jacobian of all states,
 * with a block of H rows for each state.
 */
export function byProducts(products: LayerProducts, { H, states, steps, pairs, keep }: Chain): Found[][] {
  const { size: n } = products;
  const blocks = Array.from({ length: states }, (_, k) => k);
  return sweepBack<Scaled[], Found[]>(pairs, {
    begin: () => blocks.map((k) => ({ vector: rowsOf(k, H, n), scale: 1 })),
    back: (sweeps, step) => {
      let J: Float64Array | undefined;
      for (const sweep of sweeps) {
        J ??= products.matrix(steps[step]!);
        for (const k of blocks) sweep[k] = rescaled(times(sweep[k]!.vector, J, n), sweep[k]!.scale);
      }
    },
    read: (sweep) => blocks.map((k) => blockOf(sweep[k]!, H, k, n, keep)),
  });
}

/** The rows [H, n] of the identity that belong to state k. */
function rowsOf(k: number, H: number, n: number): Float64Array {
  const rows = new Float64Array(H * n);
  for (let r = 0; r < H; r++) rows[r * n + k * H + r] = 1;
  return rows;
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

function blockOf({ vector: rows, scale }: Scaled, H: number, k: number, n: number, keep: boolean): Found {
  const block = new Float64Array(H * H);
  for (let r = 0; r < H; r++) block.set(rows.subarray(r * n + k * H, r * n + (k + 1) * H), r * H);
  const { norm, error } = spectralNorm(matrixOperator(block, H));
  const found = { norm: norm * scale, error };
  return keep ? { ...found, matrix: block.map((v) => v * scale) } : found;
}
