import { existsSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { inExample } from './in-example.ts';
import { read } from './snippets.ts';

const inCharacters = <Result>(body: string): Result =>
  inExample('characters', ['data', 'model', 'ngram', 'pictures'], body);

describe('the text of the example', () => {
  it('is split by chapters: none is in two parts', () => {
    const [run, rehearsal] = inCharacters<Record<'heldOut' | 'trained', number[]>[]>(`
      const chapters = Array.from({ length: 135 }, (_, i) => i + 1);
      return [{}, { rehearse: true }].map((each) => data.split(chapters, each));`);
    expect(run!.heldOut).toEqual([10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120, 130]);
    expect(rehearsal!.heldOut).toEqual([5, 15, 25, 35, 45, 55, 65, 75, 85, 95, 105, 115, 125, 135]);
    expect(rehearsal!.trained).toEqual(run!.trained);
    expect(run!.trained.length + run!.heldOut.length + rehearsal!.heldOut.length).toBe(135);
    expect(new Set([...run!.trained, ...run!.heldOut, ...rehearsal!.heldOut]).size).toBe(135);
  });

  it('has a symbol for each character, and one for all rare and unknown ones', () => {
    const { alphabet, symbols } = inCharacters<Record<string, unknown>>(`
      const alphabet = data.alphabetOf(['b'.repeat(6) + 'a'.repeat(10), 'c'.repeat(9) + 'b'.repeat(4)]);
      return { alphabet, symbols: data.encoder(alphabet)('abcxa') };`);
    expect({ alphabet, symbols }).toEqual({ alphabet: ['□', 'a', 'b'], symbols: [1, 2, 0, 0, 1] });
  });

  it('becomes chunks, each of which continues the rows of the one before; targets are one symbol ahead', () => {
    const chunks = inCharacters<number[][][]>(`
      const symbols = Array.from({ length: 16 }, (_, i) => i);
      return Array.from(data.chunks(symbols, { rows: 2, steps: 3 }), (chunk) => chunk.map((each) => each.toArray()));`);
    expect(chunks).toEqual([
      [
        [
          [0, 1, 2],
          [7, 8, 9],
        ],
        [
          [1, 2, 3],
          [8, 9, 10],
        ],
      ],
      [
        [
          [3, 4, 5],
          [10, 11, 12],
        ],
        [
          [4, 5, 6],
          [11, 12, 13],
        ],
      ],
    ]);
  });
});

/** A text of 400 symbols from 0 to 4, in which each depends on two before it. */
const TEXT = `
  const random = new (await import('bptt')).Random(1);
  const text = [0, 1];
  while (text.length < 400) text.push((text.at(-1) + 2 * text.at(-2) + (random.uniform() < 0.9 ? 1 : 2)) % 5);`;

describe('the n-grams of the example', () => {
  it('have probabilities whose sum is 1, for each order, also after unknown contexts', () => {
    const sums = inCharacters<number[]>(`${TEXT}
      const model = new ngram.NGrams([text], 6, 4); // symbol 5 never occurs
      return [0, 1, 2, 3, 4].flatMap((order) => [[0, 1, 2, 3], [4, 4, 4, 4], [5, 5, 5, 5]].map((context) => {
        const upTo = model.bits([context], order) * 3;
        const p = [0, 1, 2, 3, 4, 5].map((next) => 2 ** (upTo - 4 * model.bits([[...context, next]], order)));
        return p.reduce((a, b) => a + b);
      }));`);
    expect(sums).toHaveLength(15);
    for (const sum of sums) expect(sum).toBeCloseTo(1, 9);
  });

  it('agree with probabilities by hand', () => {
    // Too few counts for discounts of their own: 0.5 each. Order 0, of the symbols that follow different ones: b after a,
    // a after b. p(a) = 0.5/2 + 1/2 · 1/3 = 5/12. Order 1: of 2 symbols after b both are a: 1.5/2 + 0.5/2 · 5/12.
    const bits = inCharacters<number>('return new ngram.NGrams([[0, 1, 0, 1, 0]], 3, 1).bits([[1, 0]], 1);');
    expect(2 ** -bits).toBeCloseTo(0.75 + 0.25 * (5 / 12), 12);
  });

  it('are better with the context that the text depends on', () => {
    const bits = inCharacters<number[]>(`${TEXT}
      const model = new ngram.NGrams([text.slice(0, 300)], 5, 3);
      return [0, 1, 2, 3].map((order) => model.bits([text.slice(300)], order));`);
    expect(bits[2]).toBeLessThan(1.2); // of log₂ 5 = 2.3
    expect(bits[1]).toBeGreaterThan(1.8);
    expect(bits[3]! - bits[2]!).toBeLessThan(0.3);
  });
});

describe('the model of the example', () => {
  it('learns a text, measures the bits of each part alike, and continues it', () => {
    const { bits, epochs, written } = inCharacters<{ bits: number[]; epochs: number; written: number[] }>(`
      const pattern = [0, 1, 2, 1, 3, 4, 2];
      const text = Array.from({ length: 300 }, (_, t) => pattern[t % 7]);
      const settings = { units: 12, embedding: 4, dropout: 0.1, epochs: 20, rows: 4, steps: 10, learningRate: 0.03 };
      const net = model.buildModel(5, settings);
      let epochs = 0;
      await model.train(net, text, () => epochs++, settings);
      const parts = [text.slice(0, 50), text.slice(3, 20)];
      const alone = parts.map((part) => model.bits(net, [part]));
      const bits = [model.bits(net, parts), (49 * alone[0] + 16 * alone[1]) / 65];
      return { bits, epochs, written: model.continueText(net, [0, 1, 2, 1], 10, { temperature: 0.1 }) };`);
    expect(epochs).toBe(20);
    expect(written).toEqual([3, 4, 2, 0, 1, 2, 1, 3, 4, 2]);
    expect(bits[0]).toBeLessThan(0.3); // of log₂ 5 = 2.3
    expect(bits[0]).toBeCloseTo(bits[1]!, 6);
  });
});

describe('docs/characters.md', () => {
  it('has the picture of the run whose results it lists', () => {
    const page = read('docs/characters.md');
    const chart = read('docs/characters/bits.svg');
    const rows = [...page.matchAll(/^\| (GRU, [a-z ]+|n-gram of order \d) \| ([\d.]+) \|/gm)];
    expect(rows.map(([, name]) => name)).toEqual([
      'GRU, a minute',
      'GRU, eight minutes',
      ...[2, 3, 4, 5, 6, 7].map((order) => `n-gram of order ${order}`),
    ]);
    for (const name of ['GRU', 'n-gram of order 3']) expect(chart).toContain(`>${name}<`);
  });
});

const installed = existsSync('./docs/examples/characters/text/node_modules');
const note = installed ? '' : ', skipped: npm run example characters installs the text';
(installed ? describe : describe.skip)(`Moby-Dick${note}`, () => {
  it('has 135 chapters, which n-grams predict as the page says', () => {
    const { count, first, bits } = inCharacters<{ count: number; first: string; bits: number }>(`
      const chapters = data.readChapters();
      const { trained, heldOut } = data.split(chapters);
      const alphabet = data.alphabetOf(trained);
      const encode = data.encoder(alphabet);
      const bits = new ngram.NGrams(trained.map(encode), alphabet.length, 5).bits(heldOut.map(encode), 5);
      return { count: chapters.length, first: chapters[0].slice(0, 43), bits };`);
    expect({ count, first }).toEqual({ count: 135, first: 'CHAPTER 1. Loomings.\n\nCall me Ishmael. Some' });
    const [, wanted] = /\| n-gram of order 5 \| ([\d.]+) \|/.exec(read('docs/characters.md'))!;
    expect(bits.toFixed(3)).toBe(wanted);
  });
});
