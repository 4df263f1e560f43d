// The plot of the importance of parameters.

import { rect, text } from '@observablehq/plot';
import { reading, refuse } from '../checks.ts';
import type { ParameterImportance } from '../fleet/sweep/importance.ts';
import { readOptions, type Schema } from '../options.ts';
import { type Axis, coordinates } from './axes.ts';
import { figure } from './figure.ts';
import { inWords, largestOf, linearAround, percent } from './numbers.ts';
import { FIGURE_OPTIONS, type FigureOptions, requireString } from './options.ts';
import { FAINT, INK, SERIES } from './palette.ts';
import { requireList, requireNumberIn, requireObject, withNumbers } from './requirements.ts';
import { shortened } from './trials.ts';

const OPTIONS: Schema<FigureOptions, keyof FigureOptions> = { ...FIGURE_OPTIONS };

/** A bar of the figure. */
interface Bar {
  readonly name: string;
  readonly share: number;
  readonly fill: string;
  readonly row: number;
}

const REST = 'only together';
/** Height of a bar with its distance to the next one. */
const ROW = 30;

/**
 * Draws the share of the variance of the value that each parameter explains alone, largest first, and the share that only
 * several explain together.
 *
 * @param importance - result of `parameterImportance`
 * @param options - see FigureOptions
 * @returns SVG
 * @throws ArgumentError
 *
 * @example
 * ```ts
 * const space = { x: uniform(0, 1), y: uniform(0, 1) };
 * const study = await sweep(space, ({ parameters: { x, y } }) => 2 * x + y, { trials: 50 });
 * importancePlot(parameterImportance(study)); // SVG
 * ```
 */
export function importancePlot(importance: ParameterImportance, options: FigureOptions = {}): string {
  const where = 'importancePlot';
  const frame = readOptions(where, options, OPTIONS);
  const { shares, interactions, rSquared, trials } = requireImportance(where, importance);
  const bars = [
    ...shares.map(({ name, share }) => ({ name, share, fill: SERIES[0]![0] })),
    { name: REST, share: interactions, fill: FAINT[0] },
  ].map((bar, row): Bar => ({ ...bar, row }));
  const [first] = [...shares].sort((a, b) => b.share - a.share);
  const explains = `explains ${percent(first!.share)} of the variance of the value of ${trials} trials`;
  const summary =
    first!.share > 0 ? `${first!.name} alone ${explains}.` : 'No parameter alone explains anything of the value.';
  const known =
    rSquared > 0 ? `Trees explain ${percent(rSquared)} of the variance of trials that they did not learn` : '';
  const doubt = `Trees do not predict trials that they did not learn (R² ${inWords(rSquared)}): the shares mean nothing.`;
  const notes = rSquared >= 0.5 ? [`${known}.`] : [rSquared > 0.1 ? `${known}: the shares are rough.` : doubt];
  const draw = (width: number, height: number) => drawBars(bars, width, height);
  return figure(
    { width: 720, title: 'Importance of the parameters', ...frame },
    { summary, panels: [{ height: 50 + ROW * bars.length, draw }], notes },
  );
}

function requireImportance(where: string, value: ParameterImportance) {
  const given = requireObject(where, 'importance', value, 'be a result of parameterImportance');
  const { parameters, ...rest } = reading(where, 'importance', () => given);
  const numbers = withNumbers(where, 'importance', rest, ['interactions', 'rSquared', 'trials']);
  const at = 'importance.parameters';
  const shares = requireList(where, at, parameters, 'one { name, share } for each parameter').map((each, k) => {
    const { name, share } = requireObject(where, `${at}[${k}]`, each, 'be { name, share }');
    return {
      name: requireString(where, `${at}[${k}].name`, name),
      share: requireShare(where, `${at}[${k}].share`, share),
    };
  });
  return { ...numbers, shares, interactions: requireShare(where, 'importance.interactions', numbers.interactions) };
}

function requireShare(where: string, argument: string, value: unknown): number {
  const share = requireNumberIn(where, argument, value);
  return share >= 0 && share <= 1.001 ? share : refuse(where, argument, 'be from 0 to 1', value);
}

/** Bars from left to right, the first at the top. */
function drawBars(bars: readonly Bar[], width: number, height: number): ReturnType<typeof coordinates> {
  const longest = largestOf(bars.map(({ name }) => [...name].length));
  const left = Math.min(44 + 6.4 * longest, 0.45 * width);
  const letters = Math.floor((left - 40) / 6.4);
  const largest = largestOf(
    bars.map(({ share }) => share),
    0.1,
  );
  const { ticks } = linearAround([0, largest], Math.max(2, (width - left) / 90));
  const y: Axis = {
    label: 'parameter',
    domain: [-0.5, bars.length - 0.5],
    ticks: bars.map(({ row }) => row),
    reverse: true,
    format: (row) => shortened(bars[row]!.name, letters),
  };
  const x: Axis = {
    label: 'share of the variance',
    domain: [0, largest * (1 + 60 / Math.max(60, width - left - 78))], // room for the percentage
    ticks: ticks.filter((tick) => tick <= largest * 1.05),
    grid: true,
    format: (tick) => percent(tick),
  };
  return coordinates({ width, height, x, y, marks: marksOf(bars), left });
}

function marksOf(bars: readonly Bar[]): object[] {
  return [
    rect(bars, {
      x1: 0,
      x2: ({ share }: Bar) => share,
      y1: ({ row }: Bar) => row - 0.34,
      y2: ({ row }: Bar) => row + 0.34,
      fill: ({ fill }: Bar) => fill,
      title: ({ name, share }: Bar) => `${name}: ${percent(share)}`,
    }),
    text(bars, {
      x: ({ share }: Bar) => share,
      y: ({ row }: Bar) => row,
      text: ({ share }: Bar) => percent(share),
      dx: 5,
      textAnchor: 'start',
      fontSize: 11,
      fill: INK[0],
    }),
  ];
}
