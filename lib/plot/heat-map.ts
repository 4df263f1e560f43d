// Heat maps.

import { dot, frame, rect } from '@observablehq/plot';
import { type Axis, coordinates } from './axes.ts';
import { FAINT, INK, type RampName, rampColour } from './palette.ts';
import { element, type SvgElement } from './svg-element.ts';

/** One cell of a heat map. */
export interface HeatCell {
  /** Horizontal extent, from x1 to x2. */
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
  /** Position in the ramp, from 0 to 1; NaN for a gap. */
  readonly share: number;
  /** Tooltip. */
  readonly hint?: string;
  /** Whether to draw a dot, which distinguishes the cell in greyscale print. */
  readonly dotted?: boolean;
}

/** Cells with a frame around them. */
export interface HeatMap {
  readonly cells: readonly HeatCell[];
  readonly ramp: RampName;
  readonly x: Axis;
  readonly y: Axis;
  readonly left?: number;
  readonly bottom?: number;
}

/** Largest number of cells. With more values, each cell shows a block of them. */
const MOST_CELLS = 6000;

/** Draws a heat map. */
export function heatMap({ cells, ramp, x, y, left, bottom }: HeatMap, width: number, height: number): SvgElement {
  const shown = cells.filter(({ share }) => !Number.isNaN(share));
  const dotted = shown.filter((cell) => cell.dotted === true);
  const marks: object[] = [
    shown.some(({ hint }) => hint !== undefined) ? hintedCells(shown, ramp) : plainCells(shown, ramp),
    dot(dotted, {
      x: (cell: HeatCell) => (cell.x[0] + cell.x[1]) / 2,
      y: (cell: HeatCell) => (cell.y[0] + cell.y[1]) / 2,
      r: 1.3,
      fill: INK[0],
    }),
    frame({ stroke: FAINT[0] }),
  ];
  const margins = { ...(left === undefined ? {} : { left }), ...(bottom === undefined ? {} : { bottom }) };
  return coordinates({ width, height, x, y, marks, ...margins });
}

/** Overlap of cells in pixels. Without it, rounding leaves visible lines between cells. */
const OVERLAP = 0.3;

/** One element per cell, each with its tooltip. */
function hintedCells(cells: readonly HeatCell[], ramp: RampName): object {
  return rect(cells, {
    x1: (cell: HeatCell) => cell.x[0],
    x2: (cell: HeatCell) => cell.x[1],
    y1: (cell: HeatCell) => cell.y[0],
    y2: (cell: HeatCell) => cell.y[1],
    fill: (cell: HeatCell) => rampColour(ramp, cell.share),
    shapeRendering: 'crispEdges',
    inset: -OVERLAP,
    title: (cell: HeatCell) => cell.hint,
  });
}

type Scale = (value: number) => number;

/** One element per colour, because a page with one element per cell renders slowly. */
function plainCells(cells: readonly HeatCell[], ramp: RampName): object {
  return (_index: unknown, { x, y }: { readonly x: Scale; readonly y: Scale }): SvgElement => {
    const outlines = new Map<string, string[]>();
    for (const cell of cells) {
      const colour = rampColour(ramp, cell.share);
      const [left, right] = ends(cell.x.map(x));
      const [top, bottom] = ends(cell.y.map(y));
      const outline = `M${left},${top}H${right}V${bottom}H${left}Z`;
      const known = outlines.get(colour);
      if (known === undefined) outlines.set(colour, [outline]);
      else known.push(outline);
    }
    const paths = [...outlines].map(([fill, drawn]) => element('path', { fill, d: drawn.join('') }));
    return element('g', { 'aria-label': 'cells', 'shape-rendering': 'crispEdges' }, paths);
  };
}

/** The ends of a cell in pixels, the smaller first. */
function ends([a, b]: readonly number[]): [number, number] {
  const inPixels = (v: number): number => Math.round(v * 100) / 100;
  return [inPixels(Math.min(a!, b!) - OVERLAP), inPixels(Math.max(a!, b!) + OVERLAP)];
}

/** Number of columns and rows of values per cell, so that there are at most `most` cells. */
export function blockSizes(columns: number, rows: number, most: number = MOST_CELLS): [columns: number, rows: number] {
  let [wide, high] = [1, 1];
  while (Math.ceil(columns / wide) * Math.ceil(rows / high) > most) {
    if (columns / wide >= rows / high) wide++;
    else high++;
  }
  return [wide, high];
}

/** Mean of the values that are not NaN; NaN if there are none. */
export function meanOf(values: readonly number[]): number {
  const found = values.filter((v) => !Number.isNaN(v));
  return found.length === 0 ? Number.NaN : found.reduce((sum, v) => sum + v, 0) / found.length;
}

/** Splits `length` indices into blocks of `size`. */
export function blocks(length: number, size: number): [from: number, to: number][] {
  return Array.from({ length: Math.ceil(length / size) }, (_, i) => [i * size, Math.min(length, (i + 1) * size)]);
}
