// Data of many rows from which the batches of `fit` and `evaluate` are taken.

import { MASK_OPTIONS, type MaskOptions, requireNoMask, takeMask } from '../engine/mask.ts';
import type { Mask } from '../engine/packing.ts';
import { ShapeError } from '../errors.ts';
import { requireAnyLengths } from '../layers/any-lengths.ts';
import { type RowRange, sliceMask } from '../layers/batches.ts';
import type { Network } from '../layers/network.ts';
import type { Loss } from '../losses/loss.ts';
import { optional, type Schema, unchecked } from '../options.ts';
import { type RowData, type Rows, requireRows } from '../tensor/row-data.ts';
import { Tensor } from '../tensor/tensor.ts';
import { type ExampleOptions, type Examples, requireExamples } from './examples.ts';

/** Which rows count, and how much. */
export interface WeightedOptions extends MaskOptions {
  /**
   * Weight of the loss of each row, at least 0: [N], or [N, T] with a weight for each time step that has a target. A mean
   * divides by the sum of the weights; default 1.
   */
  readonly sampleWeights?: RowData;
}

/** @internal The schema of `WeightedOptions`. They are checked against the data. */
export const WEIGHTED_OPTIONS: Schema<WeightedOptions, keyof WeightedOptions> = {
  ...MASK_OPTIONS,
  sampleWeights: optional(unchecked<RowData>),
};

/** Checked data of many rows. */
export interface ExampleSet {
  readonly x: Rows;
  readonly y: Rows;
  readonly weights: Rows | undefined;
  /** Which time steps count; undefined if all do, or if `x` has sequences of different lengths. */
  readonly mask: Mask | undefined;
  /** Whether targets are class numbers. */
  readonly sparse: boolean;
}

/** Inputs, targets and options as given. */
export type GivenExamples = readonly [x: RowData, y: RowData, options: WeightedOptions];

/** How errors name data. */
export type ExampleNames = Pick<ExampleOptions, 'x' | 'y' | 'prefix'>;

/** Number of sequences that are checked at once. */
export const CHECKED_AT_ONCE = 64;

/** Checks data of many rows. Sequences of different lengths are checked, and later padded, batch by batch. */
export function requireExampleSet(
  where: string,
  network: Network,
  loss: Loss,
  [x, y, given]: GivenExamples,
  names: ExampleNames = {},
): ExampleSet {
  const { x: xName = 'x', y: yName = 'y', prefix = '' } = names;
  const { sampleWeights, ...mask } = given;
  const rows = requireRows(where, xName, x);
  const before = network.readsBackwards && loss.needsWhole === undefined;
  const targets = requireRows(where, yName, y, { value: loss.padding, before });
  const weights =
    sampleWeights === undefined ? undefined : requireRows(where, `${prefix}sampleWeights`, sampleWeights, { before });
  if (rows.lengths !== undefined) {
    requireAnyLengths(where, xName, rows, network);
    requireNoMask(where, mask, prefix);
    const set = { x: rows, y: targets, weights, mask: undefined };
    return { ...set, sparse: requireSequences(where, network, loss, set, names) };
  }
  const options = { ...names, mask, sampleWeights: weights?.whole(where) };
  const checked = requireExamples(where, network, loss, rows.whole(where), targets.whole(where), options);
  return {
    x: requireRows(where, xName, checked.source),
    y: requireRows(where, yName, checked.target),
    weights: checked.weights && requireRows(where, `${prefix}sampleWeights`, checked.weights),
    mask: checked.mask,
    sparse: checked.sparse,
  };
}

/** Checks sequences of different lengths; returns whether targets are class numbers. */
function requireSequences(
  where: string,
  network: Network,
  loss: Loss,
  set: Omit<ExampleSet, 'sparse'>,
  names: ExampleNames,
): boolean {
  const { x: xName = 'x', y: yName = 'y', prefix = '' } = names;
  const { x, y, weights } = set;
  const lengths = x.lengths!;
  const perStep = loss.needsWhole === undefined && network.outputShape({ T: 1, B: 1, F: Number.NaN }).T !== undefined;
  requireCount(where, yName, y, x.count, perStep ? lengths : undefined, xName);
  if (weights) {
    const stepwise = perStep && (weights.lengths !== undefined || weights.slice(where, 0, 1).shape.length === 2);
    requireCount(where, `${prefix}sampleWeights`, weights, x.count, stepwise ? lengths : undefined, xName);
  }
  let sparse = false;
  for (let start = 0; start < x.count; start += CHECKED_AT_ONCE) {
    const rows = rowRange(start, Math.min(x.count, start + CHECKED_AT_ONCE));
    const mask = { lengths: lengthsOf(lengths, rows) };
    const sampleWeights = weights?.take(where, rows);
    const options = { ...names, mask, sampleWeights, rows };
    sparse = requireExamples(where, network, loss, x.take(where, rows), y.take(where, rows), options).sparse;
  }
  return sparse;
}

/** Requires `count` rows and, if `lengths` are given, as many time steps in each. */
export function requireCount(
  where: string,
  argument: string,
  rows: Rows,
  count: number,
  lengths: Int32Array | undefined,
  like: string,
): void {
  if (rows.count !== count) {
    throw new ShapeError({
      where,
      argument,
      expected: `have ${count} rows, as ${like}`,
      received: `${rows.count} rows`,
    });
  }
  if (lengths === undefined) return;
  const stepsOf = (row: number): number | undefined => rows.lengths?.[row] ?? rows.slice(where, 0, 1).shape[1];
  for (let row = 0; row < count; row++) {
    const T = stepsOf(row);
    if (T === lengths[row]) continue;
    throw new ShapeError({
      where,
      argument: `${argument}[${row}]`,
      expected: `have ${lengths[row]} time steps, as ${like}[${row}]`,
      received: `${T ?? 'no'} time steps`,
    });
  }
}

/** The numbers of rows from `start` to before `end`. */
export function rowRange(start: number, end: number): Uint32Array {
  const rows = new Uint32Array(end - start);
  for (let i = 0; i < rows.length; i++) rows[i] = start + i;
  return rows;
}

/** The lengths of some sequences. */
export function lengthsOf(lengths: ArrayLike<number>, rows: ArrayLike<number>): Int32Array {
  const taken = new Int32Array(rows.length);
  for (let i = 0; i < rows.length; i++) taken[i] = lengths[rows[i]!]!;
  return taken;
}

/** The number of time steps of each row that count; undefined if all rows have all. */
export function stepsOfRows({ x, mask }: Pick<ExampleSet, 'x' | 'mask'>): ArrayLike<number> | undefined {
  if (x.lengths !== undefined || mask === undefined) return x.lengths;
  const { offsets } = mask;
  return Int32Array.from({ length: x.count }, (_, row) => offsets[row + 1]! - offsets[row]!);
}

/** Checked examples that are copies. */
export interface CopiedExamples extends Examples {
  readonly source: Tensor;
  readonly target: Tensor;
  readonly weights: Tensor | undefined;
}

/** Copies rows by number. */
export function takeRows(where: string, network: Network, set: ExampleSet, rows: ArrayLike<number>): CopiedExamples {
  const { x, y, weights, sparse, mask } = set;
  const source = asInput(network, x.take(where, rows, 'batchSize'));
  const masked =
    x.lengths === undefined
      ? takeMask(mask, rows)
      : network.requireMask(where, { lengths: lengthsOf(x.lengths, rows) }, source);
  return {
    source,
    target: y.take(where, rows, 'batchSize'),
    sparse,
    weights: weights?.take(where, rows),
    mask: masked,
  };
}

/** Indices [B, T] as [B, T, 1]; other inputs as they are. */
export function asInput(network: Network, x: Tensor): Tensor {
  return network.readsIndices && x.shape.length === 2 ? new Tensor(x, [...x.shape, 1]) : x;
}

/** Rows of a set, without a copy if they are those of one array. */
export function sliceSet(where: string, network: Network, set: ExampleSet, range: RowRange): Examples {
  const { start, end } = range;
  const { x, y, weights, sparse, mask } = set;
  if (x.lengths !== undefined) return takeRows(where, network, set, rowRange(start, end));
  return {
    source: x.slice(where, start, end),
    target: y.slice(where, start, end),
    sparse,
    weights: weights?.slice(where, start, end),
    mask: sliceMask(mask, range),
  };
}
