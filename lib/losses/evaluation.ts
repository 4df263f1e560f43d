// One evaluation of a loss by hand: which rows count, and the arrays of the result.

import { MASK_OPTIONS, type MaskOptions, requireMask } from '../engine/mask.ts';
import type { Mask } from '../engine/packing.ts';
import { ShapeError } from '../errors.ts';
import type { Arena } from '../memory/arena.ts';
import { optional, readOptions, type Schema, unchecked } from '../options.ts';
import { rowMajor, sizeOf } from '../tensor/layout.ts';
import { copyInto, copyOf, type NdArrayLike, requireNdArray } from '../tensor/ndarray-like.ts';
import { allocate, type DType } from '../tensor/storage.ts';
import { Tensor } from '../tensor/tensor.ts';
import type { LossPlaces, Sequences } from './loss-places.ts';
import { rowWeights, timeStepsOf } from './row-weights.ts';

/** Which rows count in a loss, and how much. */
export interface LossEvaluateOptions extends MaskOptions {
  /** Weight of each row, at least 0: [B], or [B, T] with a weight for each time step; default 1. A mean divides by their sum. */
  readonly weights?: NdArrayLike;
}

const OPTIONS: Schema<LossEvaluateOptions, keyof LossEvaluateOptions> = {
  ...MASK_OPTIONS,
  weights: optional(unchecked<NdArrayLike>),
};

/** The loss of a prediction, with its gradient. */
export interface LossResult {
  /** The reduced loss. */
  readonly loss: number;
  /** Gradient of `loss` with respect to the prediction; 0 where a mask says that a time step does not count. */
  readonly gradient: Tensor;
  /** The losses before weights and reduction, one per position; 0 where a time step does not count. */
  readonly each: Tensor;
}

/** What an evaluation knows beside its arrays. */
export interface EvaluationFacts {
  /** Whether targets are class numbers. */
  readonly sparse: boolean;
  /** Shape of the losses before reduction. */
  readonly eachShape: readonly number[];
  /** Weight of each row, or of each sequence; undefined if all count 1. */
  readonly weights?: Float64Array | undefined;
  readonly sequences?: Sequences;
}

/** Checks options; weights have the shape [...outer]. */
export function requireMaskAndWeights(
  where: string,
  options: LossEvaluateOptions,
  shape: readonly number[],
  outer: readonly number[],
): { readonly mask: Mask | undefined; readonly weights: Float64Array | undefined } {
  const { weights, ...masks } = readOptions(where, options, OPTIONS);
  return { mask: requireMask(where, masks, shape), weights: rowWeights(where, weights, outer) };
}

/** Checks options. `counted`: the rows that count, undefined if all do; `weights`: theirs. */
export function requireCounted(
  where: string,
  options: LossEvaluateOptions,
  shape: readonly number[],
): { readonly counted: Int32Array | undefined; readonly weights: Float64Array | undefined } {
  const { mask, weights } = requireMaskAndWeights(where, options, shape, shape.slice(0, -1));
  const counted = mask && timeStepsOf(mask);
  return { counted, weights: weights && counted ? Float64Array.from(counted, (row) => weights[row]!) : weights };
}

/** Copies of the rows that count: predictions [n, F] and their targets [n, S], or [n] for class numbers. */
export function countedRows(
  where: string,
  rows: Int32Array,
  output: NdArrayLike,
  target: NdArrayLike,
): readonly [NdArrayLike, NdArrayLike] {
  const given = requireNdArray(where, 'target', target);
  const outer = output.shape.slice(0, -1);
  if (given.shape.length < outer.length || outer.some((size, axis) => size !== given.shape[axis])) {
    const expected = `have a shape that begins with [${outer.join(', ')}]`;
    throw new ShapeError({ where, argument: 'target', expected, received: `[${given.shape.join(', ')}]` });
  }
  const take = (argument: string, array: NdArrayLike): NdArrayLike => {
    const rest = array.shape.slice(outer.length);
    const size = sizeOf(rest);
    const { data, dtype } = copyOf(where, argument, array, dtypeOf(array));
    const found = allocate(dtype, rows.length * size, where, argument);
    for (let k = 0; k < rows.length; k++) {
      for (let j = 0; j < size; j++) found[k * size + j] = data[rows[k]! * size + j]!;
    }
    return new Tensor({ data: found }, [rows.length, ...rest]);
  };
  return [take('prediction', output), take('target', given)];
}

/** The result of rows that count in the shape of all rows. */
export function spread({ loss, gradient, each }: LossResult, rows: Int32Array, shape: readonly number[]): LossResult {
  const outer = shape.slice(0, -1);
  const put = ({ data, dtype, shape: own }: Tensor): Tensor => {
    const rest = own.slice(1);
    const size = sizeOf(rest);
    const all = allocate(dtype, sizeOf(outer) * size);
    for (let k = 0; k < rows.length; k++) {
      for (let j = 0; j < size; j++) all[rows[k]! * size + j] = data[k * size + j]!;
    }
    return new Tensor({ data: all }, [...outer, ...rest]);
  };
  return { loss, gradient: put(gradient), each: put(each) };
}

/** Evaluates checked arrays in an arena. */
export function evaluateIn(
  arena: Arena,
  compute: (places: LossPlaces) => number,
  where: string,
  output: NdArrayLike,
  source: NdArrayLike,
  { sparse, eachShape, weights, sequences }: EvaluationFacts,
): LossResult {
  const { shape } = output;
  const size = sizeOf(shape);
  const F = shape.at(-1)!;
  const places = arena.layOut((take) => {
    const room = { dOutput: take(size), each: take(size), output: take(size), target: take(size) };
    return { ...room, rows: size / F, F, sparse, ...(sequences && { sequences }), ...(weights && { weights }) };
  }, where);
  const view = (at: number, of: readonly number[]): Tensor => new Tensor(arena, of, rowMajor(of), at);
  if (sequences !== undefined) arena.data.fill(0, places.dOutput, places.dOutput + size);
  copyInto(view(places.output, shape), output);
  copyInto(view(places.target, source.shape), source);
  const loss = compute(places);
  return { loss, gradient: view(places.dOutput, shape).copy(), each: view(places.each, eachShape).copy() };
}

/** float64 stays float64; all else is computed in float32. */
export function dtypeOf({ data }: NdArrayLike): DType {
  return (data as Float64Array).BYTES_PER_ELEMENT === 8 ? 'float64' : 'float32';
}
