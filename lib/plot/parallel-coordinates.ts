// Parallel coordinates: trials as lines through an axis for each parameter.

import { dot, line, ruleX, text } from '@observablehq/plot';
import type { ReadTrial, StudyResults } from '../fleet/sweep/study-results.ts';
import { oneOf, optional, readOptions, type Schema } from '../options.ts';
import { type Axis, coordinates, MARGIN } from './axes.ts';
import { figure, type Panel } from './figure.ts';
import type { LegendEntry } from './legend.ts';
import { DOWN, UP } from './lines.ts';
import { extent, inWords, largestOf } from './numbers.ts';
import { FIGURE_OPTIONS, type FigureOptions } from './options.ts';
import { FAINT, INK, PAPER, rampColour, SERIES, SOFT } from './palette.ts';
import { parameterAxis, placeOn, shareOn } from './parameter-axes.ts';
import { type Point, placeOf } from './series.ts';
import { valueAxis } from './sweep-history.ts';
import { hintOf, inShort, readTrials, shortened, type Trials, trialNotes, type Valued } from './trials.ts';

/** Options of `parallelCoordinates`. */
export interface ParallelCoordinatesOptions extends FigureOptions {
  /** Scale of the axis of values, and of their colours; default `'linear'`. */
  readonly yScale?: 'log' | 'linear';
}

const OPTIONS: Schema<ParallelCoordinatesOptions, keyof FigureOptions> = {
  ...FIGURE_OPTIONS,
  yScale: optional(oneOf('log', 'linear'), 'linear'),
};

/** Height of the axes, and pixels of a letter. */
const [HEIGHT, LETTER] = [270, 6.2];

/**
 * Draws each trial as a line: from its value, on the left, through an axis for each parameter. The better the value, the
 * stronger the colour. Parameters with `log` have a logarithmic axis. Trials that are not complete have pale dotted lines, without a
 * value.
 *
 * @param study - a `Study`, or `{ space, direction, trials }` of one
 * @param options - see ParallelCoordinatesOptions
 * @returns SVG
 * @throws ArgumentError
 *
 * @example
 * ```ts
 * const space = { x: uniform(1e-3, 1, { log: true }), cell: choice(['gru', 'lstm']) };
 * const study = await sweep(space, ({ parameters: { x } }) => x * x, { trials: 20 });
 * parallelCoordinates(study); // SVG
 * ```
 */
export function parallelCoordinates(study: StudyResults, options: ParallelCoordinatesOptions = {}): string {
  const where = 'parallelCoordinates';
  const { yScale, ...frame } = readOptions(where, options, OPTIONS);
  const trials = readTrials(where, study);
  const values = valueAxis({ ...trials, partial: [] }, yScale);
  return figure(
    { width: 720, title: 'Trials through their parameters', ...frame },
    {
      summary: inShort(trials),
      legend: legendOf(trials),
      panels: [panelOf(trials, values)],
      notes: trialNotes({ ...trials, partial: [], silent: 0 }, yScale === 'log'),
    },
  );
}

function legendOf({ complete, best, all }: Trials): LegendEntry[] {
  const rest = all.length - complete.length;
  return [
    ...(complete.length > 0 ? [{ name: `complete (${complete.length})`, colour: rampColour('quality', 0.7) }] : []),
    ...(best === undefined ? [] : [{ name: 'best', colour: SERIES[1]![0] }]),
    ...(rest > 0 ? [{ name: `not complete (${rest})`, colour: FAINT[0], dash: '1 3', width: 1.5 }] : []),
  ];
}

/** How good each complete trial is: 0 for the worst finite value, 1 for the best. */
function qualities({ complete, direction }: Trials, { log = false }: Axis): Map<ReadTrial, number> {
  const inside = complete.filter(({ value }) => placeOf(value, log) === 'inside');
  const [low, high] = extent(inside.map(({ value }) => value)) ?? [0, 0];
  return new Map(
    complete.map((trial): [ReadTrial, number] => {
      const share =
        low < high ? shareOn({ domain: [low, high], log }, heightOf(trial, { domain: [low, high], log })) : 1;
      return [trial, direction === 'minimize' && low < high ? 1 - share : share];
    }),
  );
}

/** The value, or the end of the axis where the value is beyond it. */
function heightOf({ value }: Valued, { domain: [low, high], log = false }: Pick<Axis, 'domain' | 'log'>): number {
  const place = placeOf(value, log);
  return place === 'inside' ? value : place === 'below' ? low : high;
}

function panelOf(trials: Trials, values: Axis): Panel {
  const names = Object.keys(trials.space);
  const quality = qualities(trials, values);
  const inside = extent(trials.complete.map(({ value }) => value));
  const [low, high] = inside ?? [0, 1];
  const ends = trials.direction === 'minimize' ? [high, low] : [low, high];
  const ramp = { name: 'quality', label: 'value', ticks: ends.map((value) => inWords(value, 2)) } as const;
  const longest = Math.min(22, largestOf(names.map((name) => [...name].length)));
  return {
    ...(inside !== undefined && low < high ? { heading: '', ramp } : {}),
    height: HEIGHT + MARGIN.bottom + longest * 3,
    draw: (width, height) => {
      const room = (width - MARGIN.left - MARGIN.right) / (names.length + 0.5);
      const rotate = longest * LETTER > room - 8 ? -30 : 0;
      const bottom = rotate === 0 ? MARGIN.bottom : MARGIN.bottom + longest * LETTER * 0.5;
      const x: Axis = {
        label: 'parameter',
        domain: [0, names.length + 0.5],
        ticks: names.map((_, i) => i + 1),
        rotate,
        format: (i) => shortened(names[i - 1]!, 22),
      };
      const ticks = values.ticks.map((tick) => shareOn(values, tick));
      const format = (share: number): string => inWords(values.ticks[ticks.indexOf(share)]!, 12);
      const y: Axis = { label: values.label!, domain: [0, 1], ticks, format };
      const marks = [...linesOf(trials, values, quality), ...axesOf(trials, height - bottom, room)];
      return coordinates({ width, height, x, y, marks, bottom });
    },
  };
}

/** Lines of all trials: those that are not complete at the bottom, then the worse ones first. */
function linesOf(trials: Trials, values: Axis, quality: ReadonlyMap<ReadTrial, number>): object[] {
  const axes = Object.entries(trials.space).map(([name, of]) => [name, of, parameterAxis(of, HEIGHT)] as const);
  const through = (trial: ReadTrial): Point[] =>
    axes.map(([name, of, axis], i) => [i + 1, shareOn(axis, placeOn(of, trial, name))]);
  const drawn = (trial: ReadTrial, look: object): object =>
    line(trial.state === 'complete' ? [[0, startOf(trial as Valued, values)], ...through(trial)] : through(trial), {
      strokeLinejoin: 'round',
      title: () => hintOf(trial),
      ...look,
    });
  const complete = [...trials.complete].sort((a, b) => quality.get(a)! - quality.get(b)! || b.number - a.number);
  const rest = trials.all.filter(({ state }) => state !== 'complete');
  const strokeWidth = trials.all.length > 100 ? 0.9 : 1.3;
  const edge = (place: 'below' | 'above', symbol: object, at: number): object[] => {
    const found = complete.filter(({ value }) => placeOf(value, values.log === true) === place);
    return found.length === 0 ? [] : [dot(found, { x: () => 0, y: () => at, r: 4, symbol, fill: INK[0] } as object)];
  };
  const colour = (trial: Valued): string => rampColour('quality', quality.get(trial)!);
  return [
    ...rest.map((trial) => drawn(trial, { stroke: FAINT[0], strokeWidth: 1, strokeDasharray: '1 3' })),
    ...complete.map((trial) => drawn(trial, { stroke: colour(trial), strokeWidth, strokeOpacity: 0.85 })),
    ...(trials.best === undefined ? [] : [drawn(trials.best, { stroke: SERIES[1]![0], strokeWidth: 2.4 })]),
    ...edge('below', DOWN, 0),
    ...edge('above', UP, 1),
  ];
}

function startOf(trial: Valued, values: Axis): number {
  return shareOn(values, heightOf(trial, values));
}

/** A line for each parameter, and its ticks. */
function axesOf({ space }: Trials, length: number, room: number): object[] {
  const ticks = Object.values(space).flatMap((of, i) => {
    const axis = parameterAxis(of, length);
    const format = axis.format ?? ((tick: number) => inWords(tick, 12));
    return axis.ticks.map((tick) => ({ x: i + 1, y: shareOn(axis, tick), label: format(tick) }));
  });
  const letters = Math.max(3, Math.floor((room - 8) / 5.6));
  return [
    ruleX(
      Array.from({ length: Object.keys(space).length + 1 }, (_, i) => i),
      { stroke: SOFT[0], strokeWidth: 1 },
    ),
    text(ticks, {
      x: 'x',
      y: 'y',
      text: ({ label }: { label: string }) => shortened(label, letters),
      dx: 5,
      textAnchor: 'start',
      fontSize: 10,
      fill: INK[0],
      stroke: PAPER[0],
      strokeWidth: 3,
    }),
  ];
}
