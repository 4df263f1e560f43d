// Checks labels of sequences, for connectionist temporal classification.

import { refuse } from '../checks.ts';
import { ArgumentError, ShapeError } from '../errors.ts';
import { type NdArrayLike, requireNdArray } from '../tensor/ndarray-like.ts';
import { requireMemory } from './target-values.ts';

/** What follows the labels of a row. */
const PADDING = -1;

/** Number of labels before the padding of a row. */
export function countLabels(labels: ArrayLike<number>, from: number, size: number): number {
  let count = 0;
  while (count < size && labels[from + count] !== PADDING) count++;
  return count;
}

/** Least number of time steps for some labels: one for each, and a blank between two that are equal. */
export function stepsFor(labels: ArrayLike<number>, from: number, count: number): number {
  let steps = count;
  for (let k = 1; k < count; k++) if (labels[from + k] === labels[from + k - 1]) steps++;
  return steps;
}

/** Checks labels for logits of this shape, and returns them without padding that no row needs. */
export function requireLabels(
  where: string,
  argument: string,
  target: NdArrayLike,
  prediction: readonly number[],
  blank: number,
  rows?: ArrayLike<number>,
): NdArrayLike {
  const { data, shape, stride, offset } = requireNdArray(where, argument, target);
  const [B, T, F] = prediction as [number, number, number];
  if (prediction.length !== 3) refuse(where, 'loss', 'follow a model that returns sequences [B, T, F]', prediction);
  if (blank >= F) refuse(where, 'loss', `have a blank below ${F}, the number of classes`, blank);
  if (shape.length !== 2 || shape[0] !== B) {
    throw new ShapeError({
      where,
      argument,
      expected: `have the shape [${B}, labels]`,
      received: `[${shape.join(', ')}]`,
    });
  }
  requireMemory(where, argument, shape);
  let most = 1;
  for (let row = 0; row < B; row++) {
    const labels = rowOf({ data, shape, stride, offset }, row);
    const count = countLabels(labels, 0, labels.length);
    const isLabel = (label: number): boolean => Number.isInteger(label) && label >= 0 && label < F && label !== blank;
    const wrong = labels.findIndex((label, s) => (s < count ? !isLabel(label) : label !== PADDING));
    if (wrong >= 0) {
      const expected = `contain labels from 0 to ${F - 1} other than the blank ${blank}, and then −1`;
      const received = `${labels[wrong]} at row ${rows?.[row] ?? row}, label ${wrong}`;
      throw new ArgumentError({ where, argument, expected, received });
    }
    most = Math.max(most, count);
  }
  const S = Math.min(shape[1]!, most, T + 1); // one label more than fits is impossible too
  return { data, shape: [B, S], stride, offset };
}

/** Throws for labels that need more time steps than their row has. */
export function requireEnoughSteps(
  where: string,
  argument: string,
  target: NdArrayLike,
  stepsOf: (row: number) => number,
  rows?: ArrayLike<number>,
): void {
  for (let row = 0; row < target.shape[0]!; row++) {
    const labels = rowOf(target, row);
    const needed = stepsFor(labels, 0, countLabels(labels, 0, labels.length));
    const steps = stepsOf(row);
    if (needed <= steps) continue;
    throw new ArgumentError({
      where,
      argument,
      expected: 'fit into its time steps, with a blank between equal labels',
      received: `row ${rows?.[row] ?? row}, which needs ${needed} time steps and has ${steps}`,
      remedy: "Leave such rows out, or let them count nothing: new CTCLoss({ impossible: 'zero' })",
    });
  }
}

function rowOf({ data, shape, stride, offset }: NdArrayLike, row: number): number[] {
  return Array.from({ length: shape[1]! }, (_, s) => data[offset + row * stride[0]! + s * stride[1]!]!);
}
