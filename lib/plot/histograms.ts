// The plot of a parameter's histograms during training.

import { frame as border, rectY } from '@observablehq/plot';
import { refuse, requireNumber, requireOneOf } from '../checks.ts';
import type { Histogram } from '../flow/gradient-flow.ts';
import { oneOf, optional, readOptions, type Schema } from '../options.ts';
import { type Axis, coordinates } from './axes.ts';
import type { DrawnRecord } from './drawn.ts';
import { figure, type Panel } from './figure.ts';
import { requireParameters, requireRecords } from './flows.ts';
import { type HeatCell, heatMap } from './heat-map.ts';
import { xAxis } from './lines.ts';
import { largestOf, linearAround, percent } from './numbers.ts';
import { FIGURE_OPTIONS, type FigureOptions, requireString } from './options.ts';
import { FAINT, SERIES } from './palette.ts';
import { requireList, requireObject, withNumbers } from './requirements.ts';

/** Options of `histograms`. */
export interface HistogramsOptions extends FigureOptions {
  /** Name of the parameter, such as `lstm1.kernel`; default: the first. */
  readonly parameter?: string;
  /** What to draw: its values, its gradients, or both; default `'both'`. */
  readonly of?: 'values' | 'gradients' | 'both';
}

const OPTIONS: Schema<HistogramsOptions, keyof FigureOptions | 'parameter'> = {
  ...FIGURE_OPTIONS,
  parameter: optional(requireString),
  of: optional(oneOf('values', 'gradients', 'both'), 'both'),
};

const HEADINGS = { values: 'values', gradients: 'gradients' } as const;
/** Largest number of columns. With more records, only every second or third is drawn. */
const COLUMNS = 120;

/** A histogram and its training step. */
interface Column {
  readonly step: number;
  readonly histogram: Histogram;
}

/**
 * Draws the distribution of the values and gradients of one parameter during training: one column per record, darker
 * for more entries. A single record is drawn as bars.
 *
 * @param records - records of `recordFlow`, or `[{ step: 0, flow }]`
 * @param options - see HistogramsOptions
 * @returns SVG
 * @throws ArgumentError
 *
 * @example
 * ```ts
 * const histogram = { low: -1, high: 1, counts: [1, 4, 7, 2] };
 * const parameters = [{ name: 'lstm1.kernel', values: histogram, gradients: histogram }];
 * histograms([{ step: 0, flow: { parameters } }]); // SVG
 * ```
 */
export function histograms(records: readonly DrawnRecord[], options: HistogramsOptions = {}): string {
  const where = 'histograms';
  const { of, parameter: wanted, ...frame } = readOptions(where, options, OPTIONS);
  const read = requireRecords(where, 'records', records);
  const first = requireParameters(where, 'records[0].flow', read[0]!.flow);
  if (first.length === 0) refuse(where, 'records[0].flow.parameters', 'contain parameters', first);
  const parameter = requireOneOf(
    where,
    'parameter',
    wanted ?? first[0]!.name,
    first.map(({ name }) => name),
  );
  const every = Math.ceil(read.length / COLUMNS);
  const shown = read.filter((_, i) => (read.length - 1 - i) % every === 0);
  const kinds = of === 'both' ? (['values', 'gradients'] as const) : [of];
  const panels = kinds.map((kind, i) => {
    const columns = shown.map((record): Column => {
      const at = `records[${read.indexOf(record)}].flow`;
      const found = requireParameters(where, at, record.flow).find(({ name }) => name === parameter);
      if (found === undefined) refuse(where, `${at}.parameters`, `contain "${parameter}" in every record`, read.length);
      return {
        step: record.step,
        histogram: requireHistogram(where, `${at}.parameters.${parameter}.${kind}`, found[kind]),
      };
    });
    return columns.length === 1 ? bars(columns[0]!, kind) : strip(columns, kind, i + 1 === kinds.length);
  });
  return figure(
    { width: 720, title: `${parameter}: ${kinds.join(' and ')} over training`, ...frame },
    { panels, notes: every > 1 ? [`One record in ${every} is drawn.`] : [] },
  );
}

function requireHistogram(where: string, argument: string, value: Histogram | undefined): Histogram {
  const given = requireObject(where, argument, value, 'be { low, high, counts }');
  const { low, high, counts } = withNumbers(where, argument, given, ['low', 'high']);
  requireNumber(where, `${argument}.low`, low);
  requireNumber(where, `${argument}.high`, high, { min: low });
  const read = requireList(where, `${argument}.counts`, counts, 'counts').map((count, i) =>
    requireNumber(where, `${argument}.counts[${i}]`, count, { min: 0 }),
  );
  return { low, high, counts: read };
}

/** Edges and shares of the bins. A histogram of a single value gets a bin of some width around it. */
function binsOf({ low, high, counts }: Histogram): { from: number; to: number; share: number }[] {
  const [start, width] = low < high ? [low, (high - low) / counts.length] : [low - 0.5, 1 / counts.length];
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count, i) => ({
    from: start + i * width,
    to: start + (i + 1) * width,
    share: total === 0 ? 0 : count / total,
  }));
}

function strip(columns: readonly Column[], kind: keyof typeof HEADINGS, lowest: boolean): Panel {
  const binned = columns.map(({ histogram }) => binsOf(histogram));
  const largest = largestOf(binned.flat().map(({ share }) => share)) || 1;
  const edges = edgesOf(columns.map(({ step }) => step));
  const cells = binned.flatMap((bins, k) =>
    bins.map(
      ({ from, to, share }): HeatCell => ({
        x: edges[k]!,
        y: [from, to],
        share: share === 0 ? Number.NaN : Math.sqrt(share / largest),
      }),
    ),
  );
  const steps = columns.map(({ step }) => step);
  const labelled = xAxis(steps, 'training step', 720);
  const domain = [edges[0]![0], edges.at(-1)![1]] as const;
  const { label: _, ...bare } = labelled;
  const x: Axis = { ...(lowest ? labelled : bare), domain };
  const around = linearAround(
    binned.flat().flatMap(({ from, to }) => [from, to]),
    5,
  );
  const y: Axis = { label: kind === 'values' ? 'value' : 'gradient', ...around };
  const bottom = lowest ? {} : { bottom: 8 };
  return {
    heading: HEADINGS[kind],
    ramp: { name: 'share', label: 'share of entries in a bin', ticks: ['> 0', percent(largest / 4), percent(largest)] },
    height: 160 + (lowest ? 38 : 0),
    draw: (width, height) => heatMap({ cells, ramp: 'share', x, y, ...bottom }, width, height),
  };
}

/** The edges of each column, halfway to its neighbours. */
function edgesOf(steps: readonly number[]): [number, number][] {
  const middle = (i: number): number => (steps[i]! + steps[i + 1]!) / 2;
  const last = steps.length - 1;
  return steps.map((step, i) => [
    i === 0 ? step - (middle(0) - step) : middle(i - 1),
    i === last ? step + (step - middle(last - 1)) : middle(i),
  ]);
}

function bars({ histogram }: Column, kind: keyof typeof HEADINGS): Panel {
  const bins = binsOf(histogram);
  const y: Axis = { label: 'share of entries', grid: true, ...linearAround([0, ...bins.map(({ share }) => share)], 4) };
  const marks = [
    rectY(bins, {
      x1: 'from',
      x2: 'to',
      y1: 0,
      y2: 'share',
      fill: SERIES[0]![0],
      insetLeft: 0.5,
      insetRight: 0.5,
    }),
    border({ stroke: FAINT[0] }),
  ];
  return {
    heading: HEADINGS[kind],
    height: 170,
    draw: (width, height) => {
      const around = linearAround([bins[0]!.from, bins.at(-1)!.to], 6);
      const x: Axis = { label: kind === 'values' ? 'value' : 'gradient', ...around };
      return coordinates({ width, height, x, y: { ...y, format: (v) => percent(v) }, marks });
    },
  };
}
