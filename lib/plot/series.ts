import { HUGE, inWords } from './numbers.ts';

/** x and y; NaN for y leaves a gap. */
export type Point = readonly [x: number, y: number];

/** Points in the order in which a line goes through them. */
export interface Series {
  /** In the legend. */
  readonly name: string;
  /** x and y of each; NaN for y leaves a gap. */
  readonly points: readonly Point[];
  /** Wide and pale, behind the others: something to compare with. Default false. */
  readonly faint?: boolean;
  /** Whether each point is marked; by default when there are 40 or fewer. */
  readonly dots?: boolean;
}

/** A line keeps the extremes of as many stretches as there are pixels, about. */
const STRETCHES = 1200;

/** Where a value can be drawn on its axis. */
export type Place = 'inside' | 'below' | 'above' | 'gap';

/** That of `y`. */
export function placeOf(y: number, log: boolean): Place {
  if (Number.isNaN(y)) return 'gap';
  if (y === Infinity || (!log && y > HUGE)) return 'above';
  return log ? (y <= 0 ? 'below' : 'inside') : y < -HUGE ? 'below' : 'inside';
}

/** The same line to the eye, of fewer points: the least and the largest of each stretch, and a gap where it has one. */
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

/** Points between two gaps: a line does not show them. */
export function lonely(points: readonly Point[]): Point[] {
  const missing = (i: number): boolean => Number.isNaN(points[i]?.[1] ?? Number.NaN);
  return points.filter((_, i) => !missing(i) && missing(i - 1) && missing(i + 1));
}

/** What the axis cannot show, in words. */
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
