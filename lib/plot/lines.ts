// A panel of lines with legend and notes.

import { areaY, dot, line, ruleY } from '@observablehq/plot';
import { type Axis, coordinates } from './axes.ts';
import type { Panel } from './figure.ts';
import { type LegendEntry, MARKS } from './legend.ts';
import { areWhole, extent, linearAround, logAround, ticksBetween } from './numbers.ts';
import { DASHES, FAINT, INK, SERIES, SOFT } from './palette.ts';
import { lonely, notesOn, type Place, type Point, placeOf, type Series, thinned } from './series.ts';

/** A band from `low` to `high` at each x, around a line. */
export type Band = readonly (readonly [x: number, low: number, high: number])[];

/** Lines in one coordinate system, and their settings. */
export interface Lines {
  readonly series: readonly (Series & { readonly band?: Band })[];
  readonly xLabel: string;
  readonly yLabel: string;
  readonly yScale: 'log' | 'linear';
  /** Level of a horizontal reference line. */
  readonly level?: number;
  /** x of points without a y, such as skipped steps. */
  readonly crosses?: { readonly name: string; readonly xs: readonly number[] };
  readonly height?: number;
  /** Range that the x axis covers at least. */
  readonly xDomain?: readonly [number, number];
  /** The x axis of another panel, to draw this one without labels. */
  readonly xAxis?: Axis;
}

/** Largest number of points of a line that are marked each. */
const MARKED = 40;
const CROWDED = 200;
/** A panel of lines, with its legend and notes on values outside the axes. */
export function lines(all: Lines): { panel: Panel; legend: LegendEntry[]; notes: string[] } {
  const { series, xLabel, yLabel, yScale, level, crosses, height = 280, xDomain = [], xAxis: shared } = all;
  const log = yScale === 'log';
  const values = series.flatMap(({ points, band = [] }) => [
    ...points.map(([, y]) => y),
    ...band.flatMap(([, low, high]) => [low, high]),
  ]);
  const xs = [...series.flatMap(({ points }) => points.map(([x]) => x)), ...(crosses?.xs ?? []), ...xDomain];
  const around = [...values, ...(level === undefined ? [] : [level])];
  const y: Axis = { label: yLabel, log, grid: true, ...(log ? logAround(around) : linearAround(around, 6)) };
  const draw: Panel['draw'] = (width, drawnHeight) => {
    const system = { width, height: drawnHeight, y, marks: marksOf(all, y) };
    if (shared === undefined) return coordinates({ ...system, x: xAxis(xs, xLabel, width) });
    const { label: _, ...bare } = shared;
    return coordinates({ ...system, x: bare, bottom: 8 });
  };
  return {
    panel: { height, draw },
    legend: legendOf(all),
    notes: notesOn(
      series.flatMap(({ points }) => points.map(([, value]) => value)),
      log,
    ),
  };
}

/** An axis that covers all x, with whole ticks for whole numbers. */
export function xAxis(xs: readonly number[], label: string, width: number): Axis {
  const [low, high] = extent(xs) ?? [0, 1];
  const domain: [number, number] = low === high ? [low - 0.5, high + 0.5] : [low, high];
  const ticks = low === high ? [low] : ticksBetween(low, high, Math.max(2, width / 80), areWhole(xs) ? 1 : 0);
  return { label, domain, ticks };
}

const colourOf = ({ faint = false }: Series, i: number): string => (faint ? FAINT : SERIES[i % SERIES.length]!)[0];
const dashOf = ({ faint = false }: Series, i: number): string | undefined =>
  faint ? undefined : DASHES[i % DASHES.length];
/** Line width: thin for many points. */
const widthOf = ({ faint = false, points }: Series): number => (points.length > CROWDED ? 1.1 : faint ? 3.5 : 1.8);

/** Index of each series among those with a separate colour. */
function turns(series: readonly Series[]): number[] {
  let next = 0;
  return series.map(({ faint = false }) => (faint ? 0 : next++));
}

function marksOf({ series, yScale, level, crosses }: Lines, { domain: [low, high] }: Axis): object[] {
  const log = yScale === 'log';
  const turn = turns(series);
  const drawn = series.flatMap((each, k): object[] => {
    const stroke = colourOf(each, turn[k]!);
    const { points, band, dots = points.length <= MARKED } = each;
    const places = points.map(([, y]) => placeOf(y, log));
    const at = (place: Place, y: number): Point[] => points.filter((_, i) => places[i] === place).map(([x]) => [x, y]);
    const inside = points.map(([x, y], i): Point => [x, places[i] === 'inside' ? y : Number.NaN]);
    return [
      ...(band === undefined ? [] : [areaOf(band, stroke, low, high)]),
      line(thinned(inside), { stroke, strokeWidth: widthOf(each), strokeDasharray: dashOf(each, turn[k]!) ?? 'none' }),
      ...marked(dots ? inside.filter(([, y]) => !Number.isNaN(y)) : lonely(inside), 2.6, 'circle', stroke),
      ...marked(at('below', low), 4, DOWN, stroke),
      ...marked(at('above', high), 4, UP, stroke),
    ];
  });
  return [
    ...(level === undefined ? [] : [ruleY([level], { stroke: SOFT[0], strokeDasharray: '1 3' })]),
    ...drawn,
    ...(crosses === undefined
      ? []
      : marked(
          crosses.xs.map((x): Point => [x, high]),
          4,
          'times',
          INK[0],
        )),
  ];
}

interface Path {
  moveTo(x: number, y: number): void;
  lineTo(x: number, y: number): void;
  closePath(): void;
}
/** A symbol of Observable Plot. */
interface DrawnSymbol {
  draw(path: Path): void;
}
const triangle = (sign: number): DrawnSymbol => ({
  draw(path: Path): void {
    path.moveTo(-4.5, -3.5 * sign);
    path.lineTo(4.5, -3.5 * sign);
    path.lineTo(0, 4.5 * sign);
    path.closePath();
  },
});
/** ▼ at the lower edge marks a value below the axis. */
export const DOWN: DrawnSymbol = triangle(1);
/** ▲ at the upper edge marks a value above the axis. */
export const UP: DrawnSymbol = triangle(-1);

/** Marks of one kind; none without points. */
export function marked(
  points: readonly Point[],
  r: number,
  symbol: 'circle' | 'times' | DrawnSymbol,
  colour: string,
): object[] {
  if (points.length === 0) return [];
  if (symbol === 'times') return [dot(points, { r, symbol, stroke: colour, strokeWidth: 1.6 })];
  return [dot(points, { r, symbol, fill: colour })];
}

/** A band, clipped at the edges of the axis. */
function areaOf(band: Band, fill: string, low: number, high: number): object {
  const within = (v: number): number => Math.min(high, Math.max(low, v));
  return areaY(band, {
    x: ([x]: Band[number]) => x,
    y1: ([, least]: Band[number]) => within(least),
    y2: ([, , largest]: Band[number]) => within(largest),
    fill,
    fillOpacity: 0.16,
  });
}

function legendOf({ series, crosses }: Lines): LegendEntry[] {
  const turn = turns(series);
  const entries = series.map((each, k): LegendEntry => {
    const { points, dots = points.length <= MARKED } = each;
    return {
      name: each.name,
      colour: colourOf(each, turn[k]!),
      dash: dashOf(each, turn[k]!),
      width: widthOf(each),
      ...(dots ? { mark: MARKS.point } : {}),
    };
  });
  if (crosses === undefined || crosses.xs.length === 0) return entries;
  return [...entries, { name: crosses.name, colour: INK[0], width: 0, mark: MARKS.cross }];
}
