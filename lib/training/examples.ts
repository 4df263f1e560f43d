// Inputs, targets, masks and weights of a training step, checked against each other.

import { type MaskOptions, maskTensor, reversedMask } from '../engine/mask.ts';
import type { Mask } from '../engine/packing.ts';
import { shapeOf } from '../engine/signal.ts';
import { type RowRange, sliceMask, sliceRows } from '../layers/batches.ts';
import type { Network } from '../layers/network.ts';
import type { Loss } from '../losses/loss.ts';
import { copyOf, type NdArrayLike, requireNdArray } from '../tensor/ndarray-like.ts';
import { requireWeights, type Target } from './targets.ts';

/** Checked inputs and targets. */
export interface Examples extends Target {
  readonly source: NdArrayLike;
  /** Which time steps count; undefined if all do. */
  readonly mask: Mask | undefined;
}

/** The mask and the weights of examples, and how errors name them and number their rows. */
export interface ExampleOptions {
  readonly mask?: MaskOptions;
  /** A mask that was checked before, for targets that were checked with it. */
  readonly checkedMask?: Mask | undefined;
  /** Weight of each row, or of each time step; default 1. */
  readonly sampleWeights?: NdArrayLike | undefined;
  /** Name of the inputs; default `x`. */
  readonly x?: string;
  /** Name of the targets; default `y`. */
  readonly y?: string;
  /** Precedes the names of the options; default nothing. */
  readonly prefix?: string;
  /** Index of each row in the caller's data; default 0, 1, 2, … */
  readonly rows?: ArrayLike<number>;
}

/** The names of data, if these are not arguments: `validationData[0]`, … */
export function namesOf(name: string): Required<Pick<ExampleOptions, 'x' | 'y' | 'prefix'>> {
  return { x: `${name}[0]`, y: `${name}[1]`, prefix: `${name}[2].` };
}

/** Checks inputs, targets, a mask and weights against the network and against each other. */
export function requireExamples(
  where: string,
  network: Network,
  loss: Loss,
  x: NdArrayLike,
  y: NdArrayLike,
  options: ExampleOptions = {},
): Examples {
  const { mask: given = {}, checkedMask, sampleWeights, x: xName = 'x', y: yName = 'y', prefix = '', rows } = options;
  const source = network.requireInput(where, xName, x);
  const mask = checkedMask ?? network.requireMask(where, given, source, prefix);
  const { T, B, F } = network.outputShape(shapeOf(source));
  const prediction = T === undefined ? [B, F] : [B, T, F];
  const perStep = T !== undefined && loss.needsWhole === undefined;
  const counted =
    mask !== undefined && perStep && checkedMask === undefined
      ? withoutMasked(where, yName, y, network.readsBackwards ? reversedMask(mask)! : mask)
      : y;
  const { source: target, sparse } = loss.requireTarget(where, yName, counted, prediction, rows);
  const stepsOf = (row: number): number => (mask === undefined ? T! : mask.offsets[row + 1]! - mask.offsets[row]!);
  loss.requireSteps(where, yName, target, stepsOf, rows);
  const weights = requireWeights(where, `${prefix}sampleWeights`, sampleWeights, { B, T: perStep ? T : undefined });
  return { source, target: network.outsideArena(where, yName, target), sparse, weights, mask };
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
export function takeExamples({ source, target, sparse, weights, mask }: Examples, range: RowRange): Examples {
  const { start, end } = range;
  return {
    source: sliceRows(source, start, end),
    target: sliceRows(target, start, end),
    sparse,
    weights: weights && sliceRows(weights, start, end),
    mask: sliceMask(mask, range),
  };
}
