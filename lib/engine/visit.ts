// How observers see the values of a pass. The search for NaN and `bptt/flow` are observers.

import type { Parameters } from '../parameters/parameters.ts';
import { rowsBefore, rowsOf, type StepRange } from './packing.ts';
import type { Signal } from './signal.ts';

/** One named block of values: those of one time step, or the gradient of a parameter. */
export interface Values {
  /** The layer's name in its model; undefined for a layer by itself. */
  readonly layer?: string | undefined;
  /** A tensor is any value but a gate or a parameter: a state, `saved`, `input`, `output`, `preactivation`. */
  readonly kind: 'gate' | 'tensor' | 'parameter';
  readonly name: string;
  /** Time step; undefined without a time axis. */
  readonly step?: number | undefined;
  readonly at: number;
  /** [rows, units], or that of the parameter. */
  readonly shape: readonly number[];
  /** Number of time steps, if `step` counts from the last one of each row. */
  readonly reversed?: number | undefined;
  /** Number of the first row, of a part of a parameter; default 0. */
  readonly firstRow?: number | undefined;
  /** Elements from one row to the next; undefined if rows lie side by side. */
  readonly rowStride?: number | undefined;
}

/** Called for all values of a pass, in the order in which it computes them. */
export type Visit = (values: Values) => void;

/**
 * The same values, with the name of their layer in a network. Written out, because a spread takes ten times as long.
 */
export function inLayer(
  { layer, kind, name, step, at, shape, rowStride, firstRow, reversed }: Values,
  outer: string,
): Values {
  const path = layer === undefined ? outer : `${outer}.${layer}`;
  return { layer: path, kind, name, step, at, shape, rowStride, firstRow, reversed };
}

/** Shows `visit` the time steps of a run of a signal, one by one. */
export function visitSteps(
  name: string,
  { T, B, F, at }: Signal,
  { from, steps, rows }: StepRange,
  visit: Visit,
): void {
  if (T === undefined) visit({ kind: 'tensor', name, step: undefined, at, shape: [B, F] });
  for (let t = 0; t < (T === undefined ? 0 : steps); t++) {
    visit({ kind: 'tensor', name, step: from + t, at: at + rowsBefore(rows, t) * F, shape: [rowsOf(rows, t), F] });
  }
}

/** Shows `visit` the gradients of parameters, in order; of sparse rows each row that has one. */
export function visitParameterGradients(parameters: Parameters, visit: Visit): void {
  for (const { name, gradientAt, value, sparse } of parameters) {
    if (sparse === undefined) visit({ kind: 'parameter', name, at: gradientAt, shape: value.shape });
    else {
      for (const row of sparse.used) {
        visit({ kind: 'parameter', name, at: sparse.at(row), shape: [1, sparse.width], firstRow: row });
      }
    }
  }
}
