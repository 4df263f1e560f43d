import { refuse, requireBoolean, requireEntries, requireInteger, requireOneOf, requireOptions } from '../checks.ts';
import type { StackState } from '../engine/stream-state.ts';
import type { JacobianMethod } from './jacobian/jacobian-norms.ts';
import type { Pair } from './jacobian/pair.ts';

/** What `gradientFlow` computes, and from where. */
export interface FlowOptions {
  /** States before the first step, as `trainStep` takes them; only read. Default zeros. */
  readonly state?: StackState;
  /**
   * Which ∂s_t/∂s_i: pairs [i, t] of slots, 0 ≤ i ≤ t ≤ T, where slot t is the state after t steps; `'last'` for all i of
   * the last t; `'triangle'` for all pairs. Default none: this is what costs.
   */
  readonly jacobians?: 'last' | 'triangle' | readonly (readonly [from: number, to: number])[];
  /** Batch rows of which Jacobians are computed; default the first alone. */
  readonly rows?: readonly number[];
  /**
   * How norms are found: `'product'` multiplies whole Jacobians, `'power'` iterates on vectors; default `'auto'`, what
   * takes less.
   */
  readonly method?: JacobianMethod;
  /** Whether the matrices ∂s_t/∂s_i are returned too; default false. */
  readonly keepJacobians?: boolean;
  /** Whether eigenvalues and singular values of W_hh are computed; default whether Jacobians are. */
  readonly spectrum?: boolean;
  /** Global norms of recent training steps, of which verdicts take the mean; default none. */
  readonly recentNorms?: readonly number[];
}

/** Names of `FlowOptions`. */
export const FLOW_OPTIONS: readonly string[] = [
  'state',
  'jacobians',
  'rows',
  'method',
  'keepJacobians',
  'spectrum',
  'recentNorms',
];

/** Checked options, with defaults. */
export interface FlowSettings {
  readonly state: StackState | undefined;
  readonly jacobians: FlowOptions['jacobians'];
  readonly rows: readonly number[];
  readonly method: JacobianMethod;
  readonly keepJacobians: boolean;
  readonly spectrum: boolean;
  readonly recentNorms: readonly number[];
}

/** Checks all that can be checked without a batch. */
export function requireFlowOptions(
  where: string,
  options: FlowOptions,
  known: readonly string[] = FLOW_OPTIONS,
): FlowSettings {
  const {
    state,
    rows = [0],
    method = 'auto',
    keepJacobians = false,
    ...others
  } = requireOptions(where, options, known);
  const jacobians = requireJacobians(where, others.jacobians);
  const { spectrum = jacobians !== undefined, recentNorms = [] } = others;
  const checked = requireEntries(where, 'rows', rows, 'be an array').map((row, i) =>
    requireInteger(where, `rows[${i}]`, row, 0),
  );
  requireOneOf(where, 'method', method, ['auto', 'product', 'power']);
  requireBoolean(where, 'keepJacobians', keepJacobians);
  if (keepJacobians && method === 'power') {
    refuse(where, 'keepJacobians', "come with another method than 'power', which makes no matrices", keepJacobians);
  }
  requireBoolean(where, 'spectrum', spectrum);
  const norms = requireEntries(where, 'recentNorms', recentNorms, 'be an array').map((norm, i) =>
    typeof norm === 'number' ? norm : refuse(where, `recentNorms[${i}]`, 'be a number', norm),
  );
  return { state, jacobians, rows: [...new Set(checked)], method, keepJacobians, spectrum, recentNorms: norms };
}

/** Norms of all rows at most: more do not fit into the heap of usual engines. */
const MOST_NORMS = 2 ** 22;

/** Refuses rows and pairs that a batch of B rows and T steps does not have, or that are too many. */
export function requireWithin(where: string, { jacobians, rows }: FlowSettings, B: number, T: number): void {
  rows.forEach((row, i) => {
    if (row >= B) refuse(where, `rows[${i}]`, `be a row of the batch, from 0 to ${B - 1}`, row);
  });
  if (jacobians === undefined) return;
  const norms =
    jacobians === 'triangle' ? ((T + 1) * (T + 2)) / 2 : jacobians === 'last' ? T + 1 : Math.max(jacobians.length, T);
  if (norms * rows.length > MOST_NORMS) {
    const expected = `be of ${MOST_NORMS} norms and steps at most, all rows together`;
    refuse(where, 'jacobians', expected, norms * rows.length, 'Name fewer pairs, or take a shorter sequence');
  }
  if (typeof jacobians === 'string') return;
  jacobians.forEach(([, to], i) => {
    if (to > T) refuse(where, `jacobians[${i}]`, `end at one of the ${T} steps`, to);
  });
}

/** The pairs of slots of T steps that are computed. */
export function pairsOf({ jacobians }: FlowSettings, T: number): readonly Pair[] {
  if (jacobians === undefined) return [];
  if (typeof jacobians !== 'string') return jacobians.map(([from, to]) => [from, to]);
  const slots = Array.from({ length: T + 1 }, (_, t) => t);
  if (jacobians === 'last') return slots.map((from) => [from, T]);
  return slots.flatMap((to) => slots.slice(0, to + 1).map((from): Pair => [from, to]));
}

function requireJacobians(where: string, jacobians: FlowOptions['jacobians']): FlowOptions['jacobians'] {
  if (jacobians === undefined || jacobians === 'last' || jacobians === 'triangle') return jacobians;
  const expected = "be 'last', 'triangle' or an array of pairs";
  return requireEntries(where, 'jacobians', jacobians as readonly Pair[], expected).map((given, i): Pair => {
    const argument = `jacobians[${i}]`;
    const pair = requireEntries(where, argument, given as readonly number[], 'be a pair [from, to]');
    if (pair.length !== 2) refuse(where, argument, 'be a pair [from, to]', given);
    const from = requireInteger(where, argument, pair[0], 0);
    return [from, requireInteger(where, argument, pair[1], from)];
  });
}
