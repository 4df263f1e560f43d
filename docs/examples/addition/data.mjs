// Draws sums, and spells them as sequences of tokens.
import { Random, tensor } from 'bptt';

/** Tokens: 0 is padding, 1 ends an answer, the others are characters. */
const CHARACTERS = '0123456789+';
export const STOP = 1;
export const TOKENS = CHARACTERS.length + 2;

/** Largest number of tokens of a question, as in 123+456, and of an answer with its end, as in 1998. */
export const LENGTHS = { question: 7, answer: 5 };

/** @typedef {readonly [a: number, b: number]} Sum - two numbers from 0 to 999 */

export const question = ([a, b]) => `${a}+${b}`;
export const answer = ([a, b]) => String(a + b);

/**
 * Draws sums, none of them twice: 5+7 and 7+5 are the same sum. The first `heldOut` are for the result. A rehearsal drops
 * them and holds out the next ones, so that settings can be chosen without them.
 *
 * @returns {{ heldOut: Sum[], trained: Sum[] }}
 */
export function drawSums({ heldOut = 2000, trained = 40_000, rehearse = false, seed = 1 } = {}) {
  const random = new Random(seed);
  const drawn = new Map();
  while (drawn.size < 2 * heldOut + trained) {
    const [a, b] = [random.integer(1000), random.integer(1000)];
    const key = 1000 * Math.min(a, b) + Math.max(a, b);
    if (!drawn.has(key)) drawn.set(key, [a, b]);
  }
  const sums = [...drawn.values()];
  const from = rehearse ? heldOut : 0;
  return { heldOut: sums.slice(from, from + heldOut), trained: sums.slice(2 * heldOut) };
}

const tokensOf = (text) => Array.from(text, (character) => CHARACTERS.indexOf(character) + 2);

const padded = (rows, length) => tensor(rows.map((row) => [...row, ...Array(length - row.length).fill(0)]));

/** Sources [N, 7]: the questions, padded with zeros. */
export const sources = (sums) =>
  padded(
    sums.map((sum) => tokensOf(question(sum))),
    LENGTHS.question,
  );

/** Targets [N, 5]: the answers, each with its end, padded with zeros. */
export const targets = (sums) =>
  padded(
    sums.map((sum) => [...tokensOf(answer(sum)), STOP]),
    LENGTHS.answer,
  );

/** What a token stands for. */
export const nameOf = (token) => ['padding', 'end', ...CHARACTERS][token];

/** The text of tokens that a model wrote, without its end. */
export const spelled = (tokens) =>
  tokens
    .filter((token) => token > STOP)
    .map(nameOf)
    .join('');
