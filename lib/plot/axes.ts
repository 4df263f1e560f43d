// Coordinate systems with labelled axes.

import { axisX, axisY, gridX, gridY, type Markish, type PlotOptions, plot } from '@observablehq/plot';
import { inWords } from './numbers.ts';
import { GRID, INK, SOFT } from './palette.ts';
import { element, type SvgElement, svgDocument } from './svg-element.ts';

/** An axis, with its label, domain and ticks. */
export interface Axis {
  /** Label; without one, the axis has no ticks either. */
  readonly label?: string;
  readonly domain: readonly [number, number];
  readonly ticks: readonly number[];
  readonly log?: boolean;
  /** Whether values increase from the top down. */
  readonly reverse?: boolean;
  /** Whether to draw grid lines at the ticks. */
  readonly grid?: boolean;
  /** Angle of the labels in degrees; default 0. */
  readonly rotate?: number;
  format?(tick: number): string;
}

/** Margins around a drawing for its axes. */
export const MARGIN = { left: 66, right: 18, top: 6, bottom: 44 } as const;

interface Coordinates {
  readonly width: number;
  readonly height: number;
  readonly x: Axis;
  readonly y: Axis;
  /** Marks of Observable Plot, whose types must not appear in our declarations. */
  readonly marks: readonly object[];
  /** Left margin; default `MARGIN.left`. */
  readonly left?: number;
  /** Bottom margin; about 0 if the x axis has no label. */
  readonly bottom?: number;
}

const scaleOf = ({ domain, log = false, reverse = false }: Axis) => ({
  type: log ? ('log' as const) : ('linear' as const),
  domain: [...domain],
  reverse,
  axis: null,
});

const axisOf = ({ format = (tick) => inWords(tick, 12), rotate = 0 }: Axis, labelOffset: number) => ({
  text: (tick: number) => format(tick), // Plot calls tickFormat only for some ticks of a logarithmic axis
  tickSize: 4,
  ...(rotate === 0 ? {} : { tickRotate: rotate }),
  color: INK[0],
  fontSize: 11,
  label: null,
  labelOffset,
});

/** The labels of both axes, each centred on its side. */
function labels({ width, height, x, y, left = MARGIN.left, bottom = MARGIN.bottom }: Coordinates): SvgElement[] {
  const style = { 'text-anchor': 'middle', 'font-size': 12, fill: SOFT[0] };
  const middle = (left + width - MARGIN.right) / 2;
  const centre = (MARGIN.top + height - bottom) / 2;
  return [
    ...(x.label === undefined ? [] : [element('text', { x: middle, y: height - 8, ...style }, [x.label])]),
    ...(y.label === undefined
      ? []
      : [element('text', { transform: `translate(16,${centre})rotate(-90)`, ...style }, [y.label])]),
  ];
}

/** Draws marks in a coordinate system with labelled axes. */
export function coordinates(system: Coordinates): SvgElement {
  const { width, height, x, y, marks, left = MARGIN.left, bottom = MARGIN.bottom } = system;
  const drawn = plot({
    document: svgDocument as unknown as NonNullable<PlotOptions['document']>,
    className: 'axes',
    figure: false,
    width,
    height,
    marginLeft: left,
    marginRight: MARGIN.right,
    marginTop: MARGIN.top,
    marginBottom: bottom,
    x: scaleOf(x),
    y: scaleOf(y),
    color: { type: 'identity' },
    marks: [
      ...(x.grid === true ? [gridX(x.ticks, { stroke: GRID[0], strokeOpacity: 1 })] : []),
      ...(y.grid === true ? [gridY(y.ticks, { stroke: GRID[0], strokeOpacity: 1 })] : []),
      ...(x.label === undefined ? [] : [axisX(x.ticks, axisOf(x, 36))]),
      ...(y.label === undefined ? [] : [axisY(y.ticks, axisOf(y, 52))]),
      ...(marks as readonly Markish[]),
    ],
  }) as unknown as SvgElement;
  const kept = drawn.children.filter((child) => typeof child === 'string' || child.name !== 'style');
  return drawn.replaceChildren([...kept, ...labels(system)]);
}
