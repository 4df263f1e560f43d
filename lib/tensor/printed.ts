// Text forms of tensors, tables and results.

import { INSPECT } from './inspectable.ts';
import type { Layout } from './layout.ts';
import { sizeOf } from './layout.ts';
import type { FloatArray } from './storage.ts';

const { fround } = Math;
const { defineProperty, is } = Object;

/** Largest number of elements that are all printed. */
const FEW = 100;

/** Largest number of axes that are printed. */
const DEEPEST = 4;

/** Largest number of characters for which rows are printed on one line. */
const LINE = 80;

/** Formats a number with as few digits as identify it in its element type. */
function digits(value: number, single: boolean): string {
  if (is(value, -0)) return '-0';
  if (!single) return String(value);
  for (let precision = 1; precision < 9; precision++) {
    const short = Number(value.toPrecision(precision));
    if (fround(short) === value) return String(short);
  }
  return String(Number(value.toPrecision(9)));
}

/** Prints elements in nested brackets; if there are many, the first and last of each axis. */
export function printedElements(data: FloatArray, { shape, stride, offset }: Layout): string {
  const single = data.BYTES_PER_ELEMENT === 4;
  const rank = shape.length;
  const ends = sizeOf(shape) <= FEW ? Infinity : Math.max(1, 4 - Math.max(1, rank - 1)); // 3, 3, 2, 1, 1, …
  const print = (axis: number, at: number): string => {
    if (axis === rank) return digits(data[at]!, single);
    if (axis === DEEPEST) return '[…]';
    const length = shape[axis]!;
    const parts: string[] = [];
    for (let i = 0; i < length; i++) {
      if (i === ends && length > 2 * ends) {
        parts.push('…');
        i = length - ends;
      }
      parts.push(print(axis + 1, at + i * stride[axis]!));
    }
    const line = `[${parts.join(', ')}]`;
    return line.length <= LINE || axis + 1 === rank ? line : `[${parts.join(`,\n${' '.repeat(axis + 1)}`)}]`;
  };
  return print(0, offset);
}

/** Formats rows of cells in columns. Text is aligned left, numbers right. */
export function table(rows: readonly (readonly (string | number)[])[], indent = '  '): string {
  const widths = (rows[0] ?? []).map((_, k) => rows.reduce((most, row) => Math.max(most, String(row[k]).length), 0));
  return rows
    .map((row) => {
      const cells = row.map((cell, k) => {
        return typeof cell === 'number' ? String(cell).padStart(widths[k]!) : cell.padEnd(widths[k]!);
      });
      return `${indent}${cells.join('  ')}`.trimEnd();
    })
    .join('\n');
}

/** Rounds a number for a table. */
export function short(value: number): number {
  return Number(value.toPrecision(4));
}

/** Adds a text form to an object of results, as a property that comparisons, clones and loops ignore. */
export function printable<T extends object>(value: T, print: (value: T) => string): T {
  for (const key of ['toString', INSPECT]) defineProperty(value, key, { value: () => print(value) });
  return value;
}
