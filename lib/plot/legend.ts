// Legends of lines and of colour ramps.

import { ramp as coloursOf, FAINT, INK, LEVELS, type RampName, SOFT } from './palette.ts';
import { element, type SvgElement } from './svg-element.ts';

/** The legend of a line or a mark. */
export interface LegendEntry {
  readonly name: string;
  readonly colour: string;
  readonly dash?: string | undefined;
  /** Width of the line; 0 for none. */
  readonly width?: number;
  /** A path around (0, 0), at most 10 pixels wide. */
  readonly mark?: string;
}

/** The legend of a heat map's colours. The first label belongs to the lowest colour; the others are evenly spaced. */
export interface Ramp {
  readonly name: RampName;
  readonly label: string;
  readonly ticks: readonly string[];
}

/** Height of a row of text. */
export const ROW = 18;

const SAMPLE = 24;
const BAR = 200;
const BAR_HEIGHT = 10;

/** Paths of marks, around (0, 0). */
export const MARKS = {
  dot: 'M-4,0a4,4,0,1,0,8,0a4,4,0,1,0,-8,0',
  diamond: 'M0,-5.5L5.5,0L0,5.5L-5.5,0Z',
  down: 'M-4.5,-3.5L4.5,-3.5L0,4.5Z',
  up: 'M-4.5,3.5L4.5,3.5L0,-4.5Z',
  cross: 'M-3.5,-3.5L3.5,3.5M-3.5,3.5L3.5,-3.5',
  point: 'M-1.6,0a1.6,1.6,0,1,0,3.2,0a1.6,1.6,0,1,0,-3.2,0',
} as const;

/** Entries from left to right, in as many rows as necessary, and the y below them. */
export function legendRows(entries: readonly LegendEntry[], y: number, width: number): [SvgElement[], number] {
  let [left, row] = [12, 0];
  const drawn = entries.map((entry) => {
    const space = SAMPLE + 6 + [...entry.name].length * 6.7 + 18; // approximate width of letters at 12 px
    if (left > 12 && left + space - 18 > width - 8) [left, row] = [12, row + 1];
    const at = { x: left, y: y + row * ROW };
    left += space;
    return sample(entry, at);
  });
  return [drawn, entries.length === 0 ? y : y + (row + 1) * ROW + 4];
}

function sample(
  { name, colour, dash, width = 2.2, mark }: LegendEntry,
  { x, y }: { x: number; y: number },
): SvgElement {
  const line = { x1: 0, x2: SAMPLE, y1: 0, y2: 0, stroke: colour, 'stroke-width': width, 'stroke-dasharray': dash };
  const open = mark === MARKS.cross;
  const parts = [
    ...(width > 0 ? [element('line', line)] : []),
    ...(mark === undefined
      ? []
      : [
          element('path', {
            d: mark,
            transform: `translate(${SAMPLE / 2},0)`,
            fill: open ? 'none' : colour,
            stroke: open ? colour : undefined,
            'stroke-width': open ? 1.6 : undefined,
          }),
        ]),
    element('text', { x: SAMPLE + 6, y: 4, fill: INK[0] }, [name]),
  ];
  return element('g', { class: 'legend', transform: `translate(${x},${y + 9})` }, parts);
}

/** A bar of the ramp that ends at `right`, with ticks below and the label on the left. */
export function rampScale({ name, label, ticks }: Ramp, right: number, y: number): SvgElement[] {
  const [left, step] = [right - BAR - 8, BAR / LEVELS];
  const colours = coloursOf(name).map(([light], i) =>
    element('rect', { x: left + i * step, y: y + 4, width: step + 0.3, height: BAR_HEIGHT, fill: light }),
  );
  const frame = {
    x: left,
    y: y + 4,
    width: BAR,
    height: BAR_HEIGHT,
    fill: 'none',
    stroke: FAINT[0],
    'stroke-width': 0.5,
  };
  const texts = ticks.map((text, i) => {
    const x = left + (ticks.length === 1 ? BAR / 2 : (i * BAR) / (ticks.length - 1));
    return element('text', { x, y: y + 25, 'text-anchor': 'middle', 'font-size': 10, fill: SOFT[0] }, [text]);
  });
  const caption = element('text', { x: left - 10, y: y + 13, 'text-anchor': 'end', 'font-size': 11, fill: SOFT[0] }, [
    label,
  ]);
  return [element('g', { class: 'ramp' }, [...colours, element('rect', frame), ...texts, caption])];
}
