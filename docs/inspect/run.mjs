// Runs a model that came from a file.
import { readSeries, readText, tokensOf } from './series.mjs';

/** Rows [T, O] of an output of any rank. */
function rowsOf(output) {
  const { shape } = output;
  const size = shape.at(-1);
  const flat = output.copy().data;
  return Array.from({ length: flat.length / size }, (_, t) => Array.from(flat.subarray(t * size, (t + 1) * size)));
}

/** The index of the largest number, the first of equal ones. */
const largestOf = (row) => row.reduce((best, value, j) => (value > row[best] ? j : best), 0);

/** The one row [1, …] that a model takes: numbers as [1, T, I], classes as [1, T]. */
function batchOf({ takes, size }, { rows, classes }) {
  if (rows !== undefined) return [rows];
  if (takes === 'classes') {
    const most = classes.reduce((largest, number) => Math.max(largest, number), 0);
    if (most >= size) throw new Error(`The vocabulary has more tokens than the ${size} classes of the model.`);
    return [classes];
  }
  return [classes.map((number) => Array.from({ length: size }, (_, j) => (j === number ? 1 : 0)))];
}

/** Reads what the reader gave: text of a series, or a text with a vocabulary. */
function inputsOf(input, { kind, text, vocabulary = '' }) {
  if (kind === 'series' && input.takes === 'numbers') return { rows: readSeries(text, input.size) };
  if (kind === 'series') return { classes: readSeries(text, 1).map(([number]) => requireClass(number, input.size)) };
  const tokens = tokensOf(input, vocabulary);
  if (input.takes === 'numbers' && tokens.length !== input.size) {
    throw new Error(
      `The vocabulary has ${tokens.length} tokens, and the model takes ${input.size} numbers at each step.`,
    );
  }
  return { tokens, classes: readText(text, tokens, input.separator) };
}

function requireClass(number, size) {
  if (Number.isInteger(number) && number >= 0 && number < size) return number;
  throw new Error(`The model takes classes from 0 to ${size - 1}, and the series has ${number}.`);
}

/**
 * Runs a model on a series or a text. Throws an Error whose message is a sentence.
 *
 * @returns {{ rows: number[][], steps: number, input: number[][], said?: string }} the output, [T, O], or [1, O] for one of
 *   the last step; the input; what the largest outputs mean, for a vocabulary
 */
export function run(model, input, given) {
  if (input?.takes === undefined) throw new Error(input?.reason ?? 'The file has no model that can be run.');
  const read = inputsOf(input, given);
  const rows = rowsOf(model.predict(batchOf(input, read)));
  const { tokens, classes } = read;
  const said =
    tokens?.length === rows[0].length ? rows.map((row) => tokens[largestOf(row)]).join(input.separator) : undefined;
  return { rows, steps: (read.rows ?? classes).length, input: read.rows ?? classes.map((number) => [number]), said };
}
