// Targets of a training step with their weights, and what they count in a mean.

import { reading, requireShape } from '../checks.ts';
import { type Mask, type Packing, rowsBefore } from '../engine/packing.ts';
import { asColumn, type SignalPart, type SignalShape, stepRows } from '../engine/signal.ts';
import { ShapeError } from '../errors.ts';
import type { Loss } from '../losses/loss.ts';
import { requireWithin } from '../losses/target-values.ts';
import { copyOf, type NdArrayLike, requireNdArray } from '../tensor/ndarray-like.ts';

/** Checked targets; class numbers if `sparse`. */
export interface Target {
  readonly target: NdArrayLike;
  readonly sparse: boolean;
  /** Weight of each row [B], or of each time step [B, T]; undefined if all count 1. */
  readonly weights: NdArrayLike | undefined;
}

/** Targets with their mask. */
export interface MaskedTarget extends Target {
  /** Which time steps of the targets count; undefined if all do. */
  readonly targetMask?: Mask | undefined;
}

/** Checks weights of rows [B] or, if the loss computes each time step, [B, T], and returns a copy. */
export function requireWeights(
  where: string,
  argument: string,
  value: NdArrayLike | undefined,
  { B, T }: { readonly B: number; readonly T: number | undefined },
): NdArrayLike | undefined {
  if (value === undefined) return undefined;
  const given = requireNdArray(where, argument, value);
  const perStep = given.shape.length === 2 && T !== undefined;
  if (perStep) requireShape(where, argument, given.shape, [B, T]);
  else if (given.shape.length !== 1 || given.shape[0] !== B) {
    const expected = T === undefined ? `have the shape [${B}]` : `have the shape [${B}] or [${B}, ${T}]`;
    throw new ShapeError({ where, argument, expected, received: `[${given.shape.join(', ')}]` });
  }
  const weights = reading(where, argument, () => copyOf(where, argument, given, 'float64'));
  requireWithin(where, argument, asColumn(weights), { min: 0 });
  return weights;
}

/** The weight of time step t of a row. */
function weightAt({ data, stride, offset }: NdArrayLike, row: number, t: number): number {
  return data[offset + row * stride[0]! + t * (stride[1] ?? 0)]!;
}

/**
 * The divisor of (E13), what the loss of these targets counts in a mean: the sum of the weights of the rows or time steps that have a loss.
 * `T` is undefined for one output a row.
 */
export function weightOfTargets(loss: Loss, { T, B }: Omit<SignalShape, 'F'>, given: MaskedTarget): number {
  const { target, sparse, targetMask, weights } = given;
  const steps = loss.needsWhole === undefined ? T : undefined;
  const mask = steps === undefined ? undefined : targetMask;
  const classes = sparse && loss.weighsClasses;
  if (weights === undefined && !classes) return mask === undefined ? B * (steps ?? 1) : mask.times.length;
  let total = 0;
  for (let row = 0; row < B; row++) {
    const [first, end] = mask === undefined ? [0, steps ?? 1] : [mask.offsets[row]!, mask.offsets[row + 1]!];
    for (let k = first; k < end; k++) {
      const t = mask === undefined ? k : mask.times[k]!;
      const weight = weights === undefined ? 1 : weightAt(weights, row, t);
      total += weight * (classes ? loss.weightOfClass(weightAt(target, row, t)) : 1);
    }
  }
  return total;
}

/** The weights of a part of the output, in the order of its rows; `whole`: those of its sequences. */
export function weightsOfPart(weights: NdArrayLike, part: Omit<SignalPart, 'at' | 'F'>, whole: boolean): Float64Array {
  const { T, B, from, to, packing } = part;
  if (whole || T === undefined) {
    const found = new Float64Array(B);
    for (let k = 0; k < B; k++) found[k] = weightAt(weights, callersRow(packing, k), 0);
    return found;
  }
  const found = new Float64Array(rowsBefore(stepRows(B, packing, from, to), to - from));
  if (packing === undefined) {
    for (let t = from, k = 0; t < to; t++) for (let row = 0; row < B; row++) found[k++] = weightAt(weights, row, t);
  } else {
    packing.each(from, to, (k, row, time) => {
      found[k] = weightAt(weights, row, time);
    });
  }
  return found;
}

function callersRow(packing: Packing | undefined, k: number): number {
  return packing === undefined ? k : packing.order[k]!;
}
