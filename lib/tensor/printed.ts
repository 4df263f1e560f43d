import { INSPECT } from './inspectable.ts';
import type { Layout } from './layout.ts';
import { sizeOf } from './layout.ts';
import type { FloatArray } from './storage.ts';

const { fround } = Math;
const { defineProperty, is } = Object;

/** Elements up to which all are printed. */
const FEW = 100;

/** Axes of which elements are printed. */
const DEEPEST = 4;

/** Characters up to which rows stand on one line. */
const LINE = 80;

/** A number with as many digits as its element type holds. */
function digits(value: number, single: boolean): string {
  if (is(value, -0)) return '-0';
  if (!single) return String(value);
  for (let precision = 1; precision < 9; precision++) {
    const short = Number(value.toPrecision(precision));
    if (fround(short) === value) return String(short);
  }
  return String(Number(value.toPrecision(9)));
}

/** Elements in nested brackets; of many, the first and last of each axis. */
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

/** Rows of cells in columns: words to the left, numbers to the right. */
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

/** A number as a table shows it. */
export function short(value: number): number {
  return Number(value.toPrecision(4));
}

/** Gives a plain object of results words for people; comparisons, clones and loops do not see them. */
export function printable<T extends object>(value: T, print: (value: T) => string): T {
  for (const key of ['toString', INSPECT]) defineProperty(value, key, { value: () => print(value) });
  return value;
}
