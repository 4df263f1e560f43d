// Copies of all weights of a model, bit for bit.

import { reading, requireInstance } from '../../checks.ts';
import { ShapeError } from '../../errors.ts';
import type { Parameters } from '../../parameters/parameters.ts';
import { allocate } from '../../tensor/storage.ts';
import { Tensor } from '../../tensor/tensor.ts';
import type { TrainingRun } from '../callbacks.ts';
import type { Run } from '../training-run.ts';

/** Copies all weights, in order, to one tensor. */
export function copyWeights(where: string, { arena, extents, size }: Parameters): Tensor {
  const data = allocate(arena.dtype, size, where, 'weights');
  let at = 0;
  for (const extent of extents) {
    data.set(arena.data.subarray(extent.at, extent.at + extent.size), at);
    at += extent.size;
  }
  return new Tensor({ data }, [size]);
}

/** Copies the weights that an epoch was judged by: those in training, unless a callback lends others. */
export function copyJudged(where: string, run: TrainingRun): Tensor {
  const { lender } = run as Partial<Run>;
  return lender === undefined ? copyWeights(where, run.parameters) : lender.lent(where, run.parameters);
}

/** Checks a tensor of a state, and copies it. */
export function requireTensorCopy(where: string, argument: string, value: unknown): Tensor {
  return reading(where, argument, () => requireInstance(where, argument, value, Tensor, 'be a tensor').copy());
}

/** Throws if a copy has not the number of weights of these parameters. */
export function requireWeights(where: string, argument: string, { size }: Parameters, copy: Tensor): void {
  if (copy.shape.length === 1 && copy.shape[0] === size) return;
  const received = `[${copy.shape.join(', ')}]`;
  throw new ShapeError({
    where,
    argument,
    expected: `have shape [${size}], as the model has ${size} weights`,
    received,
  });
}

/** Restores all weights from a copy. */
export function restoreWeights(where: string, parameters: Parameters, copy: Tensor): void {
  requireWeights(where, 'weights', parameters, copy);
  const { arena, extents } = parameters;
  const { data } = copy.copy();
  let at = 0;
  for (const extent of extents) {
    arena.data.set(data.subarray(at, at + extent.size), extent.at);
    at += extent.size;
  }
  arena.endPass(); // the tape belongs to the old values
}
