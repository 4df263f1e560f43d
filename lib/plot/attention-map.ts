// The plot of attention weights.

import { refuse, requireElements, requireNumber } from '../checks.ts';
import { optional, readOptions, type Schema, unchecked } from '../options.ts';
import type { NdArrayLike } from '../tensor/ndarray-like.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { type Axis, MARGIN } from './axes.ts';
import { figure, type Panel } from './figure.ts';
import { blockSizes, blocks, type HeatCell, heatMap, meanOf } from './heat-map.ts';
import { inWords, largestOf, ticksBetween } from './numbers.ts';
import { FIGURE_OPTIONS, type FigureOptions, requireString } from './options.ts';
import { requireList, requireTensor } from './requirements.ts';
import { longestOf, roomForText, shownWord, textPanel } from './text-panel.ts';

type Words = string | readonly string[];

/** Options of `attentionMap`. */
export interface AttentionMapOptions extends FigureOptions {
  /** The source, drawn above: a text with one letter per step, or a list of words; default the numbers of its steps. */
  readonly source?: string | readonly string[];
  /** The target, drawn on the left, from the top down; default the numbers of its steps. */
  readonly target?: string | readonly string[];
  /** Text below the title; default: how to read the figure. */
  readonly caption?: string;
}

const OPTIONS: Schema<AttentionMapOptions, keyof FigureOptions | 'source' | 'target' | 'caption'> = {
  ...FIGURE_OPTIONS,
  source: optional(unchecked<Words>), // checked with the weights
  target: optional(unchecked<Words>),
  caption: optional(requireString),
};

const HOW_TO_READ = 'Each row is a step of the target: its weights over the steps of the source.';

/** The checked weights with the words of their steps, and what follows from them. */
interface Drawn {
  /** [U, S], float64 */
  readonly weights: Tensor;
  readonly U: number;
  readonly S: number;
  readonly source: readonly string[] | undefined;
  readonly target: readonly string[] | undefined;
  /** The largest weight, which has the last colour of the ramp; 1 if all are 0. */
  readonly most: number;
  /** Left margin, with room for the words of the target. */
  readonly left: number;
  readonly x: Axis;
}

/** Width and height of a cell in pixels, if there is room. */
const CELL = 34;

/** Least distance of two lines of text in pixels. */
const LINE = 13;

/**
 * Draws the attention weights (AT5) of one sequence as a heat map, with a row for each step of the target and a column
 * for each step of the source.
 *
 * @param weights - [U, S], at least 0: `model.attention(source, target).pick(0)`, or `attention` of a sequence that
 *   `generate` returns
 * @param options - see AttentionMapOptions
 * @returns SVG
 * @throws ArgumentError, ShapeError
 *
 * @example
 * ```ts
 * const weights = tensor([[0.9, 0.1, 0], [0, 0.2, 0.8]]);
 * attentionMap(weights, { source: ['le', 'chat', 'noir'], target: ['the', 'black'] }); // SVG
 * ```
 */
export function attentionMap(weights: NdArrayLike, options: AttentionMapOptions = {}): string {
  const where = 'attentionMap';
  const { source, target, caption = HOW_TO_READ, ...frame } = readOptions(where, options, OPTIONS);
  const drawn = requireDrawn(where, weights, { source, target });
  const { U, S, left, most, x } = drawn;
  const [tall, wide] = blocksOf(drawn);
  const ticks = [0, most / 2, most].map((v) => inWords(v));
  const [top, ...below] = [
    ...(drawn.source === undefined ? [] : [textPanel(drawn.source, 1, x, left)]),
    mapPanel(drawn),
  ];
  const width = Math.max(roomFor(drawn.source), Math.min(720, Math.max(460, left + MARGIN.right + CELL * S)));
  return figure(
    { width, title: 'Attention weights', ...frame },
    {
      summary: caption,
      panels: [{ ...top!, heading: '', ramp: { name: 'share', label: 'weight', ticks } }, ...below],
      notes: tall * wide === 1 ? [] : [`Each cell is the mean over ${tall} × ${wide} of ${U} × ${S} weights.`],
    },
  );
}

function requireDrawn(
  where: string,
  given: NdArrayLike,
  words: { readonly source: Words | undefined; readonly target: Words | undefined },
): Drawn {
  const weights = requireTensor(where, 'weights', given, ['U', 'S']);
  requireElements(where, 'weights', weights.shape);
  const [U, S] = weights.shape as [number, number];
  const all = counting(0, U).flatMap((u) =>
    counting(0, S).map((s) => requireNumber(where, `weights[${u}][${s}]`, weights.get(u, s), { min: 0 })),
  );
  const source = requireWords(where, 'source', words.source, S);
  const target = requireWords(where, 'target', words.target, U)?.map(shownWord);
  const left = target === undefined ? MARGIN.left : Math.max(MARGIN.left, 38 + 6.8 * longestOf(target));
  const x: Axis = { label: 'step of the source', domain: [0.5, S + 0.5], ticks: ticksBetween(1, S, 9, 1) };
  return { weights, U, S, source, target, most: largestOf(all) || 1, left, x };
}

/** The words of all steps of one sequence, or the letters of its text. */
function requireWords(
  where: string,
  argument: string,
  value: Words | undefined,
  steps: number,
): readonly string[] | undefined {
  if (value === undefined) return undefined;
  const given = typeof value === 'string' ? Array.from(value) : value;
  const words = requireList(where, argument, given, 'a letter or a word for each step').map((word, i) =>
    requireString(where, `${argument}[${i}]`, word),
  );
  if (words.length === steps) return words;
  return refuse(where, argument, `have a letter or a word for each of ${steps} steps`, words.length);
}

/** Width that the words of the source need; vertical words need more. */
function roomFor(source: readonly string[] | undefined): number {
  return source === undefined ? 0 : roomForText(source.length, longestOf(source) > 1 ? LINE : undefined);
}

const counting = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

/** Number of target and source steps per cell. */
function blocksOf({ U, S }: Drawn): [tall: number, wide: number] {
  const [wide, tall] = blockSizes(S, U);
  return [tall, wide];
}

/** The heat map. Its rows have their words as ticks, as far as there is room. */
function mapPanel(drawn: Drawn): Panel {
  const { U, target, left, x } = drawn;
  const cells = cellsOf(drawn);
  const domain = [0.5, U + 0.5] as const;
  const draw: Panel['draw'] = (width, height) => {
    const step = target === undefined ? undefined : Math.max(1, Math.ceil((LINE * U) / height));
    const ticks =
      step === undefined ? ticksBetween(1, U, 9, 1) : counting(1, U + 1).filter((u) => (u - 1) % step === 0);
    const format = (u: number): string => target?.[u - 1] ?? String(u);
    const y: Axis = { label: 'step of the target', domain, ticks, reverse: true, format };
    return heatMap({ cells, ramp: 'share', x, y, left }, width, height);
  };
  return { height: Math.min(640, Math.max(120, CELL * U)) + MARGIN.top + MARGIN.bottom, draw };
}

function cellsOf(drawn: Drawn): HeatCell[] {
  const { weights, U, S, most } = drawn;
  const [tall, wide] = blocksOf(drawn);
  return blocks(U, tall).flatMap(([top, bottom]) =>
    blocks(S, wide).map(([from, to]): HeatCell => {
      const weight = meanOf(counting(top, bottom).flatMap((u) => counting(from, to).map((s) => weights.get(u, s))));
      const hint = tall * wide === 1 ? { hint: hintOf(drawn, top, from, weight) } : {};
      return { x: [from + 0.5, to + 0.5], y: [top + 0.5, bottom + 0.5], share: weight / most, ...hint };
    }),
  );
}

/** `noir (3) to black (2): 0.8` */
function hintOf({ source, target }: Drawn, u: number, s: number, weight: number): string {
  const named = (words: readonly string[] | undefined, i: number): string =>
    words === undefined ? String(i + 1) : `${words[i]} (${i + 1})`;
  return `${named(source, s)} to ${named(target, u)}: ${inWords(weight)}`;
}
