// Checks rows of numbers, one number for each class: scores, or logits of a softmax.

import { refuse } from '../checks.ts';
import { describe } from '../describe.ts';
import { ArgumentError, ShapeError } from '../errors.ts';
import { type Numbers, readNumbers } from './create.ts';
import { sizeOf } from './layout.ts';

/** Class numbers above it are not exact in float32. */
export const MOST_CLASSES: number = 2 ** 24;

/** Rows of `classes` numbers, without gaps. */
export interface ClassRows {
  readonly data: Float64Array;
  /** All axes but the last. */
  readonly shape: readonly number[];
  /** Number of rows. */
  readonly rows: number;
  /** Length of the last axis. */
  readonly classes: number;
}

/** Copies an array [.., F] of scores. NaN is refused, because it has no order. */
export function requireClassRows(where: string, argument: string, values: Numbers): ClassRows {
  const { data, shape: axes } = readNumbers(where, argument, values, 'float64');
  const shape = axes.slice(0, -1);
  const classes = axes.at(-1) ?? 0;
  if (classes < 1 || classes > MOST_CLASSES) {
    const expected = `have a last axis of 1 to ${MOST_CLASSES} classes`;
    throw new ShapeError({ where, argument, expected, received: `[${axes.join(', ')}]` });
  }
  const rows = { data: data as Float64Array, shape, rows: sizeOf(shape), classes };
  const bad = rows.data.findIndex((value) => value !== value);
  if (bad >= 0) refuseRow(where, argument, 'not hold NaN', rows, bad);
  return rows;
}

/** The same for logits: each row has a finite one, and none is Infinity. A class of −Infinity has probability 0. */
export function requireLogits(where: string, argument: string, values: Numbers): ClassRows {
  const rows = requireClassRows(where, argument, values);
  const { data, classes } = rows;
  for (let at = 0; at < data.length; at += classes) {
    let largest = -Infinity;
    for (let j = at; j < at + classes; j++) largest = Math.max(largest, data[j]!);
    if (Number.isFinite(largest)) continue;
    refuseRow(where, argument, 'hold logits below Infinity, at least one of them finite in each row', rows, at);
  }
  return rows;
}

function refuseRow(where: string, argument: string, expected: string, rows: ClassRows, at: number): never {
  const { data, shape, classes } = rows;
  const row = Math.floor(at / classes);
  if (shape.length === 0) return refuse(where, argument, expected, data);
  const received = `${describe(data.slice(row * classes, (row + 1) * classes))} in row ${row}`;
  throw new ArgumentError({ where, argument, expected, received });
}
