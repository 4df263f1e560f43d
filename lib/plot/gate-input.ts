import { text } from '@observablehq/plot';
import { refuse } from '../checks.ts';
import type { NdArrayLike } from '../tensor/ndarray-like.ts';
import { type Axis, coordinates } from './axes.ts';
import type { Panel } from './figure.ts';
import type { LegendEntry } from './legend.ts';
import { lines } from './lines.ts';
import { INK } from './palette.ts';
import { requireTensor } from './requirements.ts';
import type { Series } from './series.ts';

/** What a sequence was: a text, one letter a step; a word or letter for each step; numbers [T] or [T, I]. */
export type GateInput = string | readonly string[] | readonly number[] | NdArrayLike;

/** Steps that are drawn, from 1: the first and the last of them. */
export type StepRange = readonly [first: number, last: number];

/** What stands above the gates. */
export interface InputPanel {
  readonly panel: Panel;
  readonly legend: readonly LegendEntry[];
}

const VISIBLE: Readonly<Record<string, string>> = { ' ': '␣', '\n': '⏎', '\t': '⇥' };
const LONGEST = 14;

/** The input as a panel of its own over the same x axis. */
export function inputPanel(where: string, input: GateInput, T: number, [first, last]: StepRange, x: Axis): InputPanel {
  const words = wordsOf(where, input, T);
  if (words !== undefined) return { panel: textPanel(words.slice(first - 1, last), first, x), legend: [] };
  const shape = Array.isArray(input) || (input as NdArrayLike).shape?.length === 1 ? [T] : [T, 'I'];
  const array = Array.isArray(input) ? { data: input, shape: [input.length], stride: [1], offset: 0 } : input;
  const values = requireTensor(where, 'input', array, shape);
  const I = values.shape[1] ?? 1;
  const series = Array.from(
    { length: I },
    (_, i): Series => ({
      name: I === 1 ? 'input' : `input ${i}`,
      dots: false,
      points: Array.from({ length: last - first + 1 }, (_, k) => {
        const t = first - 1 + k;
        return [first + k, shape.length === 1 ? values.get(t) : values.get(t, i)];
      }),
    }),
  );
  const { panel, legend } = lines({ series, xLabel: '', yLabel: 'input', yScale: 'linear', xAxis: x, height: 110 });
  return { panel, legend: I === 1 ? [] : legend };
}

/** Undefined when the input is made of numbers. */
function wordsOf(where: string, input: GateInput, T: number): readonly string[] | undefined {
  const words = typeof input === 'string' ? [...input] : input;
  if (!Array.isArray(words) || typeof words[0] === 'number') return undefined;
  if (words.some((word) => typeof word !== 'string'))
    refuse(where, 'input', 'hold only strings, or only numbers', input);
  if (words.length === T) return words;
  return refuse(where, 'input', `have a letter, a word or a number for each of ${T} steps`, words.length);
}

/** Words that are longer than a letter stand upright. */
function textPanel(words: readonly string[], first: number, x: Axis): Panel {
  const shown = words.map((word) => {
    const letters = [...word].map((c) => VISIBLE[c] ?? c);
    return letters.length > LONGEST ? `${letters.slice(0, LONGEST - 1).join('')}…` : letters.join('');
  });
  const longest = Math.max(1, ...shown.map((word) => [...word].length));
  const upright = longest > 1;
  const height = upright ? 12 + longest * 6.8 : 24;
  const draw: Panel['draw'] = (width, drawnHeight) => {
    const { label: _, ...bare } = x;
    const letter = Math.min(13, (1.55 * (width - 84)) / Math.max(1, x.domain[1] - x.domain[0]));
    const marks = text(shown, {
      x: (_word: string, i: number) => first + i,
      y: () => (upright ? 0 : 0.5),
      text: (word: string) => word,
      fontSize: upright ? Math.min(11, letter) : letter,
      fontFamily: 'ui-monospace, monospace',
      fill: INK[0],
      ...(upright ? { rotate: -90, textAnchor: 'start' as const } : {}),
    });
    return coordinates({
      width,
      height: drawnHeight,
      x: bare,
      y: { domain: [0, 1], ticks: [] },
      marks: [marks],
      bottom: 2,
    });
  };
  return { height, draw };
}
