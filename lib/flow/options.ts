// The options of `gradientFlow`, and their checks.

import { refuse, requireBoolean, requireEntries, requireInteger } from '../checks.ts';
import { MASK_OPTIONS, type MaskOptions } from '../engine/mask.ts';
import { type Packing, rowsOf } from '../engine/packing.ts';
import type { NetworkState } from '../layers/network.ts';
import { oneOf, optional, readOptions, type Schema, type Settings, unchecked } from '../options.ts';
import type { JacobianMethod } from './jacobian/jacobian-norms.ts';
import type { Pair } from './jacobian/pair.ts';

/** Options of `gradientFlow`. */
export interface FlowOptions extends MaskOptions {
  /** States before the first step, as for `trainStep`, but not updated; default zeros. */
  readonly state?: NetworkState;
  /**
   * Which ∂s_t/∂s_i to compute: a list of pairs [i, t] of slots, 0 ≤ i ≤ t ≤ T, where slot t is the state after t
   * steps; `'last'`: all i with t = T; `'triangle'`: all pairs. Default none, because Jacobians are expensive.
   */
  readonly jacobians?: 'last' | 'triangle' | readonly (readonly [from: number, to: number])[];
  /** Batch rows whose Jacobians are computed; default only the first. */
  readonly rows?: readonly number[];
  /**
   * Method for norms of Jacobians; default `'auto'`. `'product'` multiplies whole matrices, `'power'` iterates on
   * vectors, and `'auto'` chooses the cheaper of the two.
   */
  readonly method?: JacobianMethod;
  /** Whether to return the matrices ∂s_t/∂s_i; default false. */
  readonly keepJacobians?: boolean;
  /** Whether to compute eigenvalues and singular values of W_hh; default: true if Jacobians are computed. */
  readonly spectrum?: boolean;
  /** Global gradient norms of recent training steps, with whose mean verdicts compare; default none. */
  readonly recentNorms?: readonly number[];
}

/** @internal The schema of `FlowOptions`. */
export const FLOW_OPTIONS: Schema<FlowOptions, 'state' | 'jacobians' | 'spectrum' | keyof MaskOptions> = {
  ...MASK_OPTIONS,
  state: optional(unchecked<NetworkState>), // the model checks it
  jacobians: optional(requireJacobians),
  rows: optional(requireRows, [0]),
  method: optional(oneOf('auto', 'product', 'power'), 'auto'),
  keepJacobians: optional(requireBoolean, false),
  spectrum: optional(requireBoolean),
  recentNorms: optional(requireNorms, []),
};

/** Checked options, with defaults. */
export interface FlowSettings extends Settings<FlowOptions, 'state' | 'jacobians' | keyof MaskOptions> {}

/** Checks the options as far as possible without a batch. */
export function requireFlowOptions(where: string, options: FlowOptions): FlowSettings {
  const given = readOptions(where, options, FLOW_OPTIONS);
  const { jacobians, method, keepJacobians } = given;
  if (keepJacobians && method === 'power') {
    refuse(where, 'keepJacobians', "be false with method 'power', which computes no matrices", keepJacobians);
  }
  return { ...given, spectrum: given.spectrum ?? jacobians !== undefined };
}

/** Largest number of norms over all rows. More would not fit into the heap of most engines. */
const MOST_NORMS = 2 ** 22;

/** Throws if rows or pairs lie outside a batch of B rows and T steps, or if there are too many of them. */
export function requireWithin(where: string, { jacobians, rows }: FlowSettings, B: number, T: number): void {
  rows.forEach((row, i) => {
    if (row >= B) refuse(where, `rows[${i}]`, `be a row of the batch, from 0 to ${B - 1}`, row);
  });
  if (jacobians === undefined) return;
  const norms =
    jacobians === 'triangle' ? ((T + 1) * (T + 2)) / 2 : jacobians === 'last' ? T + 1 : Math.max(jacobians.length, T);
  if (norms * rows.length > MOST_NORMS) {
    const expected = `request at most ${MOST_NORMS} norms and steps over all rows`;
    refuse(where, 'jacobians', expected, norms * rows.length, 'Request fewer pairs, or use a shorter sequence');
  }
  if (typeof jacobians === 'string') return;
  jacobians.forEach(([, to], i) => {
    if (to > T) refuse(where, `jacobians[${i}]`, `end at one of the ${T} steps`, to);
  });
}

/** Throws if Jacobians are requested of a row that has fewer time steps than the longest one. */
export function requireWholeRows(where: string, { jacobians, rows }: FlowSettings, packing: Packing | undefined): void {
  if (packing === undefined || jacobians === undefined) return;
  const longest = packing.order.subarray(0, rowsOf(packing.steps(0, packing.T), packing.T - 1));
  rows.forEach((row, i) => {
    if (longest.includes(row)) return;
    const expected = `be a row with ${packing.T} time steps that count, as the longest, for jacobians`;
    refuse(where, `rows[${i}]`, expected, row, `Choose rows: [${longest[0]}]`);
  });
}

/** The pairs of slots to compute for T steps. */
export function pairsOf({ jacobians }: FlowSettings, T: number): readonly Pair[] {
  if (jacobians === undefined) return [];
  if (typeof jacobians !== 'string') return jacobians.map(([from, to]) => [from, to]);
  const slots = Array.from({ length: T + 1 }, (_, t) => t);
  if (jacobians === 'last') return slots.map((from) => [from, T]);
  return slots.flatMap((to) => slots.slice(0, to + 1).map((from): Pair => [from, to]));
}

function requireJacobians(where: string, argument: string, value: unknown): NonNullable<FlowOptions['jacobians']> {
  if (value === 'last' || value === 'triangle') return value;
  const expected = "be 'last', 'triangle' or an array of pairs";
  return requireEntries(where, argument, value as readonly Pair[], expected).map((given, i): Pair => {
    const entry = `${argument}[${i}]`;
    const pair = requireEntries(where, entry, given as readonly number[], 'be a pair [from, to]');
    if (pair.length !== 2) refuse(where, entry, 'be a pair [from, to]', given);
    const from = requireInteger(where, entry, pair[0], 0);
    return [from, requireInteger(where, entry, pair[1], from)];
  });
}

/** Checks rows and removes duplicates. */
function requireRows(where: string, argument: string, value: unknown): readonly number[] {
  const rows = requireEntries(where, argument, value as readonly unknown[], 'be an array');
  return [...new Set(rows.map((row, i) => requireInteger(where, `${argument}[${i}]`, row, 0)))];
}

function requireNorms(where: string, argument: string, value: unknown): readonly number[] {
  return requireEntries(where, argument, value as readonly unknown[], 'be an array').map((norm, i) =>
    typeof norm === 'number' ? norm : refuse(where, `${argument}[${i}]`, 'be a number', norm),
  );
}
