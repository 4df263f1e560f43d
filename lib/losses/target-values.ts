import { refuse, requireNumber } from '../checks.ts';
import { ShapeError } from '../errors.ts';
import { sizeOf } from '../tensor/layout.ts';
import type { NdArrayLike } from '../tensor/ndarray-like.ts';
import { forEachRow } from '../tensor/rows.ts';

const { MAX_VALUE } = Number;
const { floor } = Math;

/** More elements than any memory holds: a view with strides of 0 may have them, and no loop over them would end. */
const TOO_MANY = 2 ** 30;

/** Refuses targets unless all are finite and within bounds; they are read where they lie. */
export function requireWithin(
  where: string,
  argument: string,
  targets: NdArrayLike,
  bounds: { readonly min?: number; readonly max?: number },
): void {
  const { min = -MAX_VALUE, max = MAX_VALUE } = bounds;
  const { data } = targets;
  requireMemory(where, argument, targets.shape);
  forEachRow(targets, (start, step, length) => {
    const at = firstOutside(data, start, step, length, min, max);
    if (at !== undefined) requireNumber(where, argument, data[at], bounds);
  });
}

/** Refuses targets unless all are class numbers; they are read where they lie. */
export function requireClasses(where: string, argument: string, targets: NdArrayLike, classes: number): void {
  const { data } = targets;
  requireMemory(where, argument, targets.shape);
  forEachRow(targets, (start, step, length) => {
    const at = firstNoClass(data, start, step, length, classes);
    if (at !== undefined) refuse(where, argument, `hold class numbers from 0 to ${classes - 1}`, data[at]);
  });
}

function firstOutside(
  data: ArrayLike<number>,
  start: number,
  step: number,
  length: number,
  min: number,
  max: number,
): number | undefined {
  for (let j = 0, at = start; j < length; j++, at += step) {
    const value = data[at]!;
    if (!(value >= min && value <= max)) return at;
  }
  return undefined;
}

function firstNoClass(
  data: ArrayLike<number>,
  start: number,
  step: number,
  length: number,
  classes: number,
): number | undefined {
  for (let j = 0, at = start; j < length; j++, at += step) {
    const value = data[at]!;
    if (!(value >= 0 && value < classes && floor(value) === value)) return at;
  }
  return undefined;
}

function requireMemory(where: string, argument: string, shape: readonly number[]): void {
  const size = sizeOf(shape);
  if (size <= TOO_MANY) return;
  throw new ShapeError({ where, argument, expected: 'fit into memory', received: `${size} elements` });
}
