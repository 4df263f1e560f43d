// Norms of ∂s_t/∂s_i for a layer, by one of two methods.

import type { Cell } from '../../cells/cell.ts';
import { StateError } from '../../errors.ts';
import { Tensor } from '../../tensor/tensor.ts';
import type { JacobianNorm } from '../gradient-flow.ts';
import type { RowTrace } from '../row-trace.ts';
import { byPower } from './by-power.ts';
import { byProducts } from './by-products.ts';
import { type Paths, pathsOf } from './direct-paths.ts';
import { layerProducts } from './layer-products.ts';
import type { Chain, Found, Pair } from './pair.ts';

/** Method for norms of Jacobians: products of whole matrices, power iteration on vectors, or the cheaper of the two. */
export type JacobianMethod = 'auto' | 'product' | 'power';

/** A request for Jacobians of a layer. */
export interface JacobianRequest {
  readonly pairs: readonly Pair[];
  readonly method: JacobianMethod;
  /** Whether to keep the matrices. */
  readonly keep: boolean;
}

/** Largest number of elements that the products of all sweeps of a row may hold: 256 MiB. */
const ROOM = 2 ** 25;
/** Usual number of iterations for a norm. */
const ITERATIONS = 20;

/**
 * Computes norms of ∂s_t/∂s_i, (F1), by state, for the traced rows. Reuses the memory of the current pass and therefore
 * invalidates it.
 *
 * @throws StateError for a cell that does not report all of its values
 */
export function jacobianNorms(
  where: string,
  name: string,
  cell: Cell,
  rows: readonly RowTrace[],
  request: JacobianRequest,
): Record<string, JacobianNorm[]> {
  for (const row of rows) requireAll(where, name, row);
  const products = layerProducts(cell);
  const { units: H, states } = cell;
  const { pairs, keep } = request;
  const compute = prefersProducts(cell, products.size, request) ? byProducts : byPower;
  const computed = rows.map(({ row, steps }) => {
    const chain: Chain = { H, states: states.length, steps, pairs, keep };
    return { row, found: compute(products, chain), paths: pathsOf(cell, steps, pairs) };
  });
  const entries = states.map((state, k) => {
    const norms = computed.flatMap(({ row, found, paths }) =>
      pairs.map((pair, p) => entry(cell, state, row, pair, found[p]![k]!, paths, p)),
    );
    return [state, norms] as const;
  });
  return Object.fromEntries(entries);
}

function entry(
  { units: H, states, memory }: Cell,
  state: string,
  row: number,
  [from, to]: Pair,
  { norm, error, matrix }: Found,
  { bound, direct }: Paths,
  p: number,
): JacobianNorm {
  return {
    from,
    to,
    row,
    norm,
    error,
    bound: state === states[0] ? bound?.[p] : undefined,
    directPath: state === memory?.state ? direct?.[p] : undefined,
    jacobian: matrix !== undefined ? new Tensor({ data: matrix }, [H, H]) : undefined,
  };
}

function requireAll(where: string, name: string, { missing }: RowTrace): void {
  if (missing.length === 0) return;
  throw new StateError({
    where,
    argument: 'jacobians',
    expected: `find all values of the cell of "${name}" in its forwardOrder`,
    received: `a forwardOrder without ${missing.join(', ')}`,
    remedy: "List them in the cell's forwardOrder",
  });
}

/** Whether products need fewer multiplications than power iteration, estimated roughly. */
function prefersProducts({ units: H, gateWidth }: Cell, n: number, { pairs, method, keep }: JacobianRequest): boolean {
  if (method !== 'auto') return method === 'product';
  if (keep) return true;
  const furthest = new Map<number, number>(); // from each t, the number of steps to the earliest i
  let [chained, last] = [0, 0];
  for (const [from, to] of pairs) {
    furthest.set(to, Math.max(furthest.get(to) ?? 0, to - from));
    chained += to - from;
    last = Math.max(last, to);
  }
  let swept = 0;
  for (const steps of furthest.values()) swept += steps;
  const norms = pairs.length * ITERATIONS * 2 * H * n;
  const byProduct = last * n * H * gateWidth + swept * n * n * n + norms;
  return furthest.size * n * n <= ROOM && byProduct <= chained * ITERATIONS * 2 * n * gateWidth;
}
