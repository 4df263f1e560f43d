// Inputs, targets and masks of a training step, checked against each other.

import { type MaskOptions, maskTensor, reversedMask } from '../engine/mask.ts';
import type { Mask } from '../engine/packing.ts';
import { shapeOf } from '../engine/signal.ts';
import { type RowRange, sliceMask, sliceRows } from '../layers/batches.ts';
import type { Network } from '../layers/network.ts';
import type { Loss } from '../losses/loss.ts';
import { copyOf, type NdArrayLike, requireNdArray } from '../tensor/ndarray-like.ts';
import type { Target } from './loss-pass.ts';

/** Checked inputs and targets. */
export interface Examples extends Target {
  readonly source: NdArrayLike;
  /** Which time steps count; undefined if all do. */
  readonly mask: Mask | undefined;
}

/** The mask of examples, and how errors name them and number their rows. */
export interface ExampleOptions {
  readonly mask?: MaskOptions;
  /** Name of the inputs; default `x`. */
  readonly x?: string;
  /** Name of the targets; default `y`. */
  readonly y?: string;
  /** Precedes the names of the mask's options; default nothing. */
  readonly prefix?: string;
  /** Index of each row in the caller's data; default 0, 1, 2, … */
  readonly rows?: ArrayLike<number>;
}

/** Checks inputs, targets and a mask against the network and against each other. */
export function requireExamples(
  where: string,
  network: Network,
  loss: Loss,
  x: NdArrayLike,
  y: NdArrayLike,
  { mask: given = {}, x: xName = 'x', y: yName = 'y', prefix, rows }: ExampleOptions = {},
): Examples {
  const source = network.requireInput(where, xName, x);
  const mask = network.requireMask(where, given, source, prefix);
  const { T, B, F } = network.outputShape(shapeOf(source));
  const prediction = T === undefined ? [B, F] : [B, T, F];
  const counted =
    mask !== undefined && T !== undefined && loss.needsWhole === undefined
      ? withoutMasked(where, yName, y, network.readsBackwards ? reversedMask(mask)! : mask)
      : y;
  const { source: target, sparse } = loss.requireTarget(where, yName, counted, prediction, rows);
  const stepsOf = (row: number): number => (mask === undefined ? T! : mask.offsets[row + 1]! - mask.offsets[row]!);
  loss.requireSteps(where, yName, target, stepsOf, rows);
  return { source, target: network.outsideArena(where, yName, target), sparse, mask };
}

/** A copy of the targets with zeros at masked time steps, which may hold anything; other shapes are refused later. */
export function withoutMasked(where: string, argument: string, y: NdArrayLike, mask: Mask): NdArrayLike {
  const target = requireNdArray(where, argument, y);
  const [B, T] = target.shape;
  if (B !== mask.offsets.length - 1 || T !== mask.T) return target;
  const copy = copyOf(where, argument, target, 'float64');
  const F = copy.size / (B * T);
  const counts = maskTensor(mask).data;
  for (let k = 0; k < counts.length; k++) if (counts[k] === 0) copy.data.fill(0, k * F, (k + 1) * F);
  return copy;
}

/** Some of the rows of examples. */
export function takeExamples({ source, target, sparse, mask }: Examples, range: RowRange): Examples {
  const { start, end } = range;
  return {
    source: sliceRows(source, start, end),
    target: sliceRows(target, start, end),
    sparse,
    mask: sliceMask(mask, range),
  };
}
