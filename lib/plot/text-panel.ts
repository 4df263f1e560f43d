// Letters or words above a heat map, one for each of its columns.

import { text } from '@observablehq/plot';
import { type Axis, coordinates, MARGIN } from './axes.ts';
import type { Panel } from './figure.ts';
import { largestOf } from './numbers.ts';
import { INK } from './palette.ts';

const VISIBLE: Readonly<Record<string, string>> = { ' ': '␣', '\n': '⏎', '\t': '⇥' };
const LONGEST = 14;

/** A word as figures show it: spaces are visible, and a long word is cut. */
export function shownWord(word: string): string {
  const letters = [...word].map((c) => VISIBLE[c] ?? c);
  return letters.length > LONGEST ? `${letters.slice(0, LONGEST - 1).join('')}…` : letters.join('');
}

/** Number of letters of the longest word, at least 1. */
export function longestOf(words: readonly string[]): number {
  return largestOf(
    words.map((word) => [...word].length),
    1,
  );
}

/** Width that a figure needs for a letter above each of its columns, or for other texts that are `wide` pixels wide. */
export function roomForText(columns: number, wide = 7): number {
  return Math.min(4000, MARGIN.left + MARGIN.right + wide * columns);
}

/**
 * A panel of letters or words, over the x axis of the panel below. Words of more than one letter are drawn vertically.
 *
 * @param first - x of the first word; the next ones follow at distances of 1
 * @param left - left margin of the panel below
 */
export function textPanel(words: readonly string[], first: number, x: Axis, left: number = MARGIN.left): Panel {
  const shown = words.map(shownWord);
  const longest = longestOf(shown);
  const upright = longest > 1;
  const height = upright ? 12 + longest * 6.8 : 24;
  const draw: Panel['draw'] = (width, drawnHeight) => {
    const { label: _, ...bare } = x;
    const letter = Math.min(13, (1.55 * (width - left - MARGIN.right)) / Math.max(1, x.domain[1] - x.domain[0]));
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
      left,
      bottom: 2,
    });
  };
  return { height, draw };
}
