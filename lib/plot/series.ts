// Series of points, and their reduction to those that are visible.

import { HUGE, inWords } from './numbers.ts';

/** A point. A y of NaN leaves a gap in the line. */
export type Point = readonly [x: number, y: number];

/** A line. */
export interface Series {
  /** Name in the legend. */
  readonly name: string;
  /** Points in order; a y of NaN leaves a gap. */
  readonly points: readonly Point[];
  /** Whether to draw the line wide and pale behind the others, for comparison; default false. */
  readonly faint?: boolean;
  /** Whether to mark each point; default: true for at most 40 points. */
  readonly dots?: boolean;
}

/** Number of intervals into which a line is divided, about one per pixel; only the extremes of each are drawn. */
const STRETCHES = 1200;

/** Position of a value relative to its axis. */
export type Place = 'inside' | 'below' | 'above' | 'gap';

/** Position of `y` relative to its axis. */
export function placeOf(y: number, log: boolean): Place {
  if (Number.isNaN(y)) return 'gap';
  if (y === Infinity || (!log && y > HUGE)) return 'above';
  return log ? (y <= 0 ? 'below' : 'inside') : y < -HUGE ? 'below' : 'inside';
}

/** Reduces a line to fewer points with the same appearance: the extremes of each interval, and the gaps. */
export function thinned(points: readonly Point[]): readonly Point[] {
  if (points.length <= 2 * STRETCHES) return points;
  const size = Math.ceil(points.length / STRETCHES);
  const y = (i: number): number => points[i]![1];
  const kept = new Set<number>();
  for (let start = 0; start < points.length; start += size) {
    const stretch = Array.from({ length: Math.min(size, points.length - start) }, (_, i) => start + i);
    const found = stretch.filter((i) => !Number.isNaN(y(i)));
    const gap = stretch.find((i) => Number.isNaN(y(i)));
    if (found.length > 0) {
      kept.add(found.reduce((a, b) => (y(b) < y(a) ? b : a)));
      kept.add(found.reduce((a, b) => (y(b) > y(a) ? b : a)));
    }
    if (gap !== undefined) kept.add(gap);
  }
  return [...kept].sort((a, b) => a - b).map((i) => points[i]!);
}

/** Points between two gaps, where a line would not be visible. */
export function lonely(points: readonly Point[]): Point[] {
  const missing = (i: number): boolean => Number.isNaN(points[i]?.[1] ?? Number.NaN);
  return points.filter((_, i) => !missing(i) && missing(i - 1) && missing(i + 1));
}

/** Notes on values that the axis cannot show. */
export function notesOn(values: readonly number[], log: boolean): string[] {
  const counted = (place: Place): number => values.filter((v) => placeOf(v, log) === place).length;
  const [below, above, gaps] = [counted('below'), counted('above'), counted('gap')];
  const zeros = values.filter((v) => v === 0).length;
  const infinite = (v: number): number => values.filter((value) => value === v).length;
  const low = infinite(-Infinity) === below ? '−∞' : `below −${inWords(HUGE)}`;
  const high = infinite(Infinity) === above ? '∞' : `above ${inWords(HUGE)}`;
  const what = log ? (zeros === below ? '0' : 'not above 0') : low;
  const are = (n: number): string => (n === 1 ? '1 value is' : `${n} values are`);
  return [
    ...(below > 0 ? [`▼ ${are(below)} ${what}, below the axis.`] : []),
    ...(above > 0 ? [`▲ ${are(above)} ${high}, above the axis.`] : []),
    ...(gaps > 0 ? [`${are(gaps)} NaN: a gap.`] : []),
  ];
}
