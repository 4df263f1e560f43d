import { fc, test as ptest } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import { Beam } from '../../../lib/model/decoding/beam.ts';
import { lengthPenalty } from '../../../lib/model/decoding/hypothesis.ts';

/** Log probabilities of all tokens after a sequence: any function of the sequence. */
type Language = (tokens: readonly number[]) => readonly number[];

/** A random language of V tokens. Few different values, so that ties are frequent. */
const languages = fc
  .record({ V: fc.integer({ min: 1, max: 4 }), steps: fc.integer({ min: 1, max: 4 }), seed: fc.nat() })
  .map(({ V, steps, seed }) => {
    const language: Language = (tokens) =>
      Array.from({ length: V }, (_, token) => {
        const mixed = [seed, ...tokens, token].reduce((h, v) => Math.imul(h ^ (v + 1), 0x9e3779b1) >>> 0, 7);
        return -((mixed >>> 13) % 7) / 4;
      });
    return { V, steps, language };
  });

function search(language: Language, steps: number, width: number, stop?: number, alpha = 0) {
  const beam = new Beam(width, stop, alpha);
  for (let t = 0; t < steps && beam.live.length > 0; t++) beam.advance((slot) => language(beam.live[slot]!.tokens));
  return beam.result();
}

/** Every sequence of at most `steps` tokens that ends with `stop`, or has `steps` tokens. */
function everySequence(language: Language, V: number, steps: number, stop?: number) {
  const all: { tokens: readonly number[]; logProbability: number }[] = [];
  const grow = (tokens: readonly number[], logProbability: number): void => {
    if (tokens.length === steps || (tokens.length > 0 && tokens.at(-1) === stop)) all.push({ tokens, logProbability });
    else for (const [token, log] of language(tokens).entries()) grow([...tokens, token], logProbability + log);
  };
  grow([], 0);
  expect(all.length).toBeGreaterThanOrEqual(Math.min(V, 2));
  return all;
}

const stops = fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined });

describe('beam search', () => {
  ptest.prop([languages, stops])(
    'finds what exhaustive search finds, if no sequence falls out of the beam',
    ({ V, steps, language }, stop) => {
      const all = everySequence(language, V, steps, stop);
      const [best] = search(language, steps, V ** steps, stop);
      expect(best!.logProbability).toBe(Math.max(...all.map(({ logProbability }) => logProbability)));
      expect(search(language, steps, V ** steps, stop)).toHaveLength(all.length);
    },
  );

  ptest.prop([languages, stops])('as wide as the vocabulary is exhaustive over two steps', ({ V, language }, stop) => {
    const best = Math.max(...everySequence(language, V, 2, stop).map(({ logProbability }) => logProbability));
    expect(search(language, 2, V, stop)[0]!.logProbability).toBe(best);
  });

  ptest.prop([languages, stops, fc.constantFrom(0, 0.6, 1)])(
    'of one sequence is greedy search',
    ({ steps, language }, stop, alpha) => {
      const tokens: number[] = [];
      while (tokens.length < steps && (tokens.length === 0 || tokens.at(-1) !== stop)) {
        const logs = language(tokens);
        tokens.push(logs.indexOf(Math.max(...logs)));
      }
      expect(search(language, steps, 1, stop, alpha).map((path) => path.tokens)).toEqual([tokens]);
    },
  );

  ptest.prop([languages, stops, fc.integer({ min: 1, max: 6 }), fc.constantFrom(0, 0.6, 1)])(
    'returns different sequences, the best first, with the sums of their log probabilities',
    ({ steps, language }, stop, width, alpha) => {
      const paths = search(language, steps, width, stop, alpha);
      expect(paths.length).toBeLessThanOrEqual(width);
      expect(new Set(paths.map(({ tokens }) => tokens.join())).size).toBe(paths.length);
      for (const [k, { tokens, logProbability, score, stopped, slots }] of paths.entries()) {
        const sum = tokens.reduce((total, token, t) => total + language(tokens.slice(0, t))[token]!, 0);
        expect(logProbability).toBe(sum);
        expect(score).toBe(logProbability / lengthPenalty(tokens.length, alpha));
        expect(score).toBeLessThanOrEqual(paths[Math.max(0, k - 1)]!.score);
        expect(stopped).toBe(tokens.at(-1) === stop);
        expect(slots).toHaveLength(tokens.length);
      }
    },
  );

  it('prefers the earlier path and then the lower token where scores are equal', () => {
    const even: Language = () => [-1, -1, -1];
    expect(search(even, 2, 4).map(({ tokens }) => tokens)).toEqual([
      [0, 0],
      [0, 1],
      [0, 2],
      [1, 0],
    ]);
  });

  it('lets an ended sequence keep its place in the beam', () => {
    // 0 ends. It is the best token of the first step, so only one other sequence goes on.
    const language: Language = (tokens) => (tokens.length === 0 ? [-1, -2, -3] : [-9, -0.5, -0.25]);
    expect(search(language, 2, 2, 0)).toEqual([
      { tokens: [0], logProbability: -1, score: -1, stopped: true, slots: [0] },
      { tokens: [1, 2], logProbability: -2.25, score: -2.25, stopped: false, slots: [0, 0] },
    ]);
  });

  it('compares sequences of different lengths after the length penalty', () => {
    const language: Language = (tokens) => (tokens.length === 0 ? [-1, -1.25] : [-9, -0.25]);
    expect(search(language, 3, 2, 0, 0)[0]!.tokens).toEqual([0]);
    expect(search(language, 3, 2, 0, 1)[0]).toMatchObject({ tokens: [1, 1, 1], score: -1.75 / 3 });
  });
});

describe('lengthPenalty', () => {
  it('is n^α', () => {
    expect([lengthPenalty(5, 0), lengthPenalty(5, 1), lengthPenalty(1, 0.6)]).toEqual([1, 5, 1]);
    for (const alpha of [0.2, 0.6, 0.75, 2]) expect(lengthPenalty(7, alpha)).toBeCloseTo(7 ** alpha, 4);
  });
});
