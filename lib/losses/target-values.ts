// Checks the values of targets.

import { expectedNumber } from '../checks.ts';
import { describe } from '../describe.ts';
import { ArgumentError, ShapeError } from '../errors.ts';
import { indexOf, sizeOf } from '../tensor/layout.ts';
import type { NdArrayLike } from '../tensor/ndarray-like.ts';
import { forEachRow } from '../tensor/rows.ts';

const { MAX_VALUE } = Number;
const { floor } = Math;

/** Limit of the number of elements. A view with stride 0 may have far more, and a loop over them would not end. */
const TOO_MANY = 2 ** 30;

/** Throws unless all targets are finite and within bounds. `rows`: row numbers for error messages. */
export function requireWithin(
  where: string,
  argument: string,
  targets: NdArrayLike,
  bounds: { readonly min?: number; readonly max?: number },
  rows?: ArrayLike<number>,
): void {
  const { min = -MAX_VALUE, max = MAX_VALUE } = bounds;
  const { data, shape } = targets;
  requireMemory(where, argument, shape);
  let seen = 0;
  forEachRow(targets, (start, step, length) => {
    const j = firstOutside(data, start, step, length, min, max);
    if (j < length)
      refuseAt(
        where,
        argument,
        expectedNumber(bounds),
        data[start + j * step],
        inWords(indexOf(seen + j, shape), rows, shape.length - 1),
      );
    seen += length;
  });
}

/** What else `requireClasses` knows. */
interface ClassFacts {
  /** Row numbers for error messages. */
  readonly rows?: ArrayLike<number> | undefined;
  /** A number that stands for no class, and is allowed. */
  readonly ignored?: number | undefined;
}

/** Throws unless all targets are class numbers. */
export function requireClasses(
  where: string,
  argument: string,
  targets: NdArrayLike,
  classes: number,
  { rows, ignored }: ClassFacts = {},
): void {
  const { data, shape } = targets;
  requireMemory(where, argument, shape);
  let seen = 0;
  forEachRow(targets, (start, step, length) => {
    const j = firstNoClass(data, start, step, length, classes, ignored);
    if (j < length)
      refuseAt(
        where,
        argument,
        `contain class numbers from 0 to ${classes - 1}${ignored === undefined ? '' : `, or ${ignored} to ignore`}`,
        data[start + j * step],
        inWords(indexOf(seen + j, shape), rows),
      );
    seen += length;
  });
}

/** Index in a row of the first element outside the bounds; `length` if there is none. */
function firstOutside(
  data: ArrayLike<number>,
  start: number,
  step: number,
  length: number,
  min: number,
  max: number,
): number {
  for (let j = 0, at = start; j < length; j++, at += step) {
    const value = data[at]!;
    if (!(value >= min && value <= max)) return j;
  }
  return length;
}

/** Index in a row of the first element that is not a class number; `length` if there is none. */
function firstNoClass(
  data: ArrayLike<number>,
  start: number,
  step: number,
  length: number,
  classes: number,
  ignored?: number,
): number {
  for (let j = 0, at = start; j < length; j++, at += step) {
    const value = data[at]!;
    if (!(value >= 0 && value < classes && floor(value) === value) && value !== ignored) return j;
  }
  return length;
}

function refuseAt(where: string, argument: string, expected: string, value: unknown, place: string): never {
  throw new ArgumentError({ where, argument, expected, received: `${describe(value)} at ${place}` });
}

/** Formats an index with the names of its axes: `row 3, step 17, unit 0`. Class numbers have no unit. */
function inWords(index: readonly number[], rows: ArrayLike<number> | undefined, unitAxis?: number): string {
  const named = index.map((at, axis) => {
    if (axis === unitAxis) return `unit ${at}`;
    if (axis === 0) return `row ${rows?.[at] ?? at}`;
    return axis === 1 ? `step ${at}` : `axis ${axis}: ${at}`;
  });
  return named.join(', ');
}

/** Throws for more elements than fit into memory. */
export function requireMemory(where: string, argument: string, shape: readonly number[]): void {
  const size = sizeOf(shape);
  if (size <= TOO_MANY) return;
  throw new ShapeError({ where, argument, expected: 'fit into memory', received: `${size} elements` });
}
