// Reads the rags, splits them, and makes arrays of notes.
import { readFileSync } from 'node:fs';
import { tensor } from 'bptt';

export const SOURCE =
  'seven rags by Scott Joplin, typeset by volunteers of the Mutopia Project and dedicated to the public domain; the notes ' +
  'that begin in each sixteenth';

/** The lowest pitch of a model, and their number. Pitches are those of MIDI: 60 is the middle c, 61 the key to its right. */
export const LOWEST = 24;
export const PITCHES = 75;

/** In the file, a letter is a pitch: the first of these is 29. A point is a step in which no note begins. */
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const FIRST = 29;

/**
 * @typedef {object} Piece
 * @property {string} title
 * @property {number[][]} steps - pitches of the notes that begin in each sixteenth
 */

/** @returns {Piece[]} */
export function readPieces() {
  const text = readFileSync(new URL('rags.txt', import.meta.url), 'utf8');
  return text
    .trim()
    .split(/\n\n/)
    .map((part) => {
      const [head, ...lines] = part.split('\n');
      const words = lines.join(' ').split(' ');
      const pitches = (word) => (word === '.' ? [] : Array.from(word, (letter) => FIRST + LETTERS.indexOf(letter)));
      return { title: head.slice(2), steps: words.map(pitches) };
    });
}

/** Held-out pieces. A rehearsal drops them and holds out others, so that settings can be chosen without them. */
const HELD_OUT = ['Pine Apple Rag', 'The Entertainer'];
const REHEARSAL = ['Elite Syncopations', 'The Easy Winners'];

export function split(pieces, { rehearse = false } = {}) {
  const titled = (titles) => pieces.filter(({ title }) => titles.includes(title));
  const dropped = rehearse ? [...HELD_OUT, ...REHEARSAL] : HELD_OUT;
  return {
    heldOut: titled(rehearse ? REHEARSAL : HELD_OUT),
    trained: pieces.filter(({ title }) => !dropped.includes(title)),
  };
}

/** A piece in all twelve keys, from five semitones lower to six higher. */
export function inAllKeys({ title, steps }) {
  return Array.from({ length: 12 }, (_, k) => ({
    title,
    steps: steps.map((pitches) => pitches.map((p) => p + k - 5)),
  }));
}

/** The notes of a step as PITCHES numbers, 0 or 1. */
export function notesOf(pitches) {
  const row = new Array(PITCHES).fill(0);
  for (const pitch of pitches) row[pitch - LOWEST] = 1;
  return row;
}

/** Notes of a piece: x [1, T, PITCHES], and the same one step ahead as targets y. */
export function wholePiece({ steps }) {
  const rows = steps.map(notesOf);
  return { x: tensor([rows.slice(0, -1)]), y: tensor([rows.slice(1)]) };
}

/** Cuts pieces into windows of `length` steps, and targets one step ahead. Steps after the last whole window are left out. */
export function windowsOf(pieces, length) {
  const cut = pieces.flatMap(({ steps }) => {
    const rows = steps.map(notesOf);
    return Array.from({ length: Math.floor((rows.length - 1) / length) }, (_, k) =>
      rows.slice(k * length, (k + 1) * length + 1),
    );
  });
  return { x: tensor(cut.map((rows) => rows.slice(0, -1))), y: tensor(cut.map((rows) => rows.slice(1))) };
}
