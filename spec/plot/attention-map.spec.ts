import { describe, expect, it } from '@jest/globals';
import { attentionMap } from '../../lib/plot/index.ts';
import { ramp } from '../../lib/plot/palette.ts';
import { tensor } from '../../lib/tensor/create.ts';
import { all, box, cells, type Drawn, groups, marks, placeOf, read, ticksOf, wordsOf } from '../support/svg.ts';

const weights = tensor([
  [1, 0, 0],
  [0.25, 0.75, 0],
]);

/** Cells in reading order. */
const inOrder = (drawn: Drawn): Drawn[] =>
  cells(drawn).sort((a, b) => box(a).top - box(b).top || box(a).left - box(b).left);
const levels = (drawn: Drawn): number[] =>
  inOrder(drawn).map(({ attributes }) => ramp('share').findIndex(([light]) => light === attributes.fill));
const hints = (drawn: Drawn): string[] =>
  all(drawn, ({ attributes }) => attributes['aria-label'] === 'rect').flatMap(({ children }) =>
    children.flatMap((cell) => cell.children.map(({ text }) => text)),
  );
const middle = (low: number, high: number): number => (low + high) / 2;

describe('attentionMap', () => {
  it('has a row for each step of the target, from the top down, and a column for each step of the source', () => {
    const drawn = read(attentionMap(weights));
    expect(levels(drawn)).toEqual([32, 0, 0, 8, 24, 0]);
    expect(ticksOf(drawn, 'x').map(([label]) => label)).toEqual(['1', '2', '3']);
    expect(ticksOf(drawn, 'y').map(([label]) => label)).toEqual(['1', '2']);
    expect(wordsOf(drawn)).toEqual(expect.arrayContaining(['step of the source', 'step of the target']));
    expect(hints(drawn)).toEqual(['1 to 1: 1', '2 to 1: 0', '3 to 1: 0', '1 to 2: 0.25', '2 to 2: 0.75', '3 to 2: 0']);
  });

  it('has colours from 0 to the largest weight', () => {
    const drawn = read(attentionMap(tensor([[0.1, 0.2, 0.05, 0]])));
    expect(levels(drawn)).toEqual([16, 32, 8, 0]);
    expect(wordsOf(drawn)).toEqual(expect.arrayContaining(['weight', '0', '0.1', '0.2']));
    expect(levels(read(attentionMap(tensor([[0, 0]]))))).toEqual([0, 0]);
  });

  it('has the words of the source above their columns, and those of the target beside their rows', () => {
    const drawn = read(attentionMap(weights, { source: ['le', ' ', 'chat'], target: ['the', 'thirteen lives'] }));
    const above = marks(drawn, 'text');
    const [first, , third, fourth] = inOrder(drawn).map(box);
    expect(above.map(({ text }) => text)).toEqual(['le', '␣', 'chat']);
    for (const [word, cell] of [[above[0]!, first!] as const, [above[2]!, third!] as const]) {
      expect(Math.abs(placeOf(word)[0] - middle(cell.left, cell.right))).toBeLessThan(1);
    }
    const beside = ticksOf(drawn, 'y');
    expect(beside.map(([label]) => label)).toEqual(['the', 'thirteen␣lives']);
    expect(Math.abs(beside[0]![1] - middle(first!.top, first!.bottom))).toBeLessThan(1);
    expect(Math.abs(beside[1]![1] - middle(fourth!.top, fourth!.bottom))).toBeLessThan(1);
    expect(first!.left).toBeGreaterThan(box(inOrder(read(attentionMap(weights)))[0]!).left + 50);
    expect(hints(drawn)[5]).toBe('chat (3) to thirteen␣lives (2): 0');
  });

  it('takes a text as one letter for each step', () => {
    const [texts, lists] = [
      { source: 'a😀b', target: 'xy' },
      { source: ['a', '😀', 'b'], target: ['x', 'y'] },
    ];
    expect(attentionMap(weights, texts)).toBe(attentionMap(weights, lists));
  });

  it('has a caption that says how to read it, or the given one', () => {
    expect(wordsOf(read(attentionMap(weights, { width: 700 })))).toContain(
      'Each row is a step of the target: its weights over the steps of the source.',
    );
    const drawn = read(attentionMap(weights, { title: 'A title', caption: 'A caption' }));
    expect(wordsOf(drawn).slice(0, 2)).toEqual(['A title', 'A caption']);
  });

  it('leaves out words of the target that have no room', () => {
    const rows = Array.from({ length: 200 }, (_, u) => [u]);
    const drawn = read(attentionMap(tensor(rows), { target: rows.map(([u]) => `w${u}`) }));
    const ticks = ticksOf(drawn, 'y');
    expect(ticks.slice(0, 3).map(([label]) => label)).toEqual(['w0', 'w4', 'w8']);
    ticks.slice(1).forEach(([, at], i) => {
      expect(at - ticks[i]![1]).toBeGreaterThan(12);
    });
  });

  it('is wide enough for the words of the source', () => {
    const long = { data: new Float32Array(200), shape: [1, 200], stride: [200, 1], offset: 0 };
    const widthFor = (word: string): number =>
      Number(read(attentionMap(long, { source: Array.from({ length: 200 }, () => word) })).attributes.width);
    expect([widthFor('a'), widthFor('ab')]).toEqual([84 + 7 * 200, 84 + 13 * 200]);
  });

  it('has cells of several weights if there are many, and says so', () => {
    const many = Array.from({ length: 100 }, (_, u) => Array.from({ length: 100 }, (_, s) => (u % 2) * (s % 2)));
    const drawn = read(attentionMap(tensor(many)));
    expect(groups(drawn, 'cells')).toHaveLength(1);
    expect(cells(drawn)).toHaveLength(5000);
    expect(wordsOf(drawn).at(-1)).toBe('Each cell is the mean over 1 × 2 of 100 × 100 weights.');
    expect(levels(drawn).slice(49, 51)).toEqual([0, 16]);
  });
});
