// Inputs for a model that came from a file: series of numbers, and text.

/** Time steps of a run: more take long, and no picture shows them. */
const LONGEST = 10_000;
const shorten = (text) => JSON.stringify(text.length > 20 ? `${text.slice(0, 20)}…` : text);

/** What a model takes: rows of numbers, or classes; a reason if the page cannot run it. */
export function inputOf(model) {
  if (model.kind === 'EncoderDecoder')
    return { reason: 'An encoder with a decoder takes two sequences; this page runs models of one.' };
  const { indexCount, inputSize, metadata } = model;
  const vocabulary = Object.values(metadata).find((value) => value?.kind === 'Vocabulary');
  const example = typeof metadata.example === 'string' ? metadata.example : undefined;
  const known = { tokens: vocabulary?.tokens, separator: vocabulary?.separator ?? '', example };
  if (indexCount > 0) return { takes: 'classes', size: indexCount, ...known };
  if (!(inputSize >= 1)) return { reason: 'The file does not say how many numbers the model takes at a step.' };
  const scaler = Object.entries(metadata).find(([, value]) => /Scaler$/.test(value?.kind ?? ''));
  const { length } = known.tokens ?? [];
  return {
    takes: 'numbers',
    size: inputSize,
    scaler: scaler?.[0],
    ...(length === inputSize ? known : { separator: '' }),
  };
}

/** The words of a line, which commas, semicolons, tabs or spaces separate. */
const wordsOf = (line) => line.trim().split(/\s*[,;\t]\s*|\s+/);
const isNumber = (word) => word !== '' && Number.isFinite(Number(word));

/**
 * Rows of numbers in a CSV text. A first line of names is left out. One line of several numbers is a series if each step is
 * one number. Throws an Error with a sentence for anything else.
 *
 * @param {string} text
 * @param {number} size numbers of a step
 */
export function readSeries(text, size) {
  const lines = text.split(/\r\n|\n|\r/).filter((line) => line.trim() !== '');
  if (lines.length > 0 && !wordsOf(lines[0]).some(isNumber)) lines.shift();
  if (lines.length === 0) throw new Error('There are no numbers: give one line for each time step.');
  let rows = lines.map((line, k) => {
    const words = wordsOf(line);
    const wrong = words.find((word) => !isNumber(word));
    if (wrong !== undefined) throw new Error(`Line ${k + 1} has ${shorten(wrong)}, which is no number.`);
    return words.map(Number);
  });
  if (size === 1 && rows.length === 1) rows = rows[0].map((value) => [value]);
  const other = rows.findIndex((row) => row.length !== size);
  if (other >= 0)
    throw new Error(
      `The model takes ${size} number${size === 1 ? '' : 's'} at each time step, and line ${other + 1} has ${rows[other].length}.`,
    );
  if (rows.length > LONGEST)
    throw new Error(`The series has ${rows.length} time steps; the page runs at most ${LONGEST}.`);
  return rows;
}

/** The tokens of a text: those of the model, or characters that the reader gives in the order of their numbers. */
export function tokensOf({ tokens, size }, given) {
  if (tokens !== undefined) return tokens;
  const own = [...given];
  if (own.length === 0)
    throw new Error(`The file has no vocabulary: give its ${size} characters in the order of their numbers.`);
  const twice = own.find((token, k) => own.indexOf(token) < k);
  if (twice !== undefined) throw new Error(`The vocabulary has ${shorten(twice)} twice.`);
  return own;
}

/** The classes of a text's characters or words. Throws an Error with a sentence for a token that is unknown. */
export function readText(text, tokens, separator) {
  const words = separator === '' ? [...text] : text.split(separator).filter((word) => word !== '');
  if (words.length === 0) throw new Error('There is no text.');
  if (words.length > LONGEST) throw new Error(`The text has ${words.length} tokens; the page runs at most ${LONGEST}.`);
  const numbers = new Map(tokens.map((token, k) => [token, k]));
  return words.map((word) => {
    const found = numbers.get(word);
    if (found === undefined)
      throw new Error(`The vocabulary does not have ${shorten(word)}; it has ${shorten(tokens.join(separator))}.`);
    return found;
  });
}

/** Rows of a random walk with this many numbers, to try a model without a series of one's own. */
export function exampleSeries(size, steps = 60) {
  const lines = Array.from({ length: steps }, (_, t) =>
    Array.from({ length: size }, (_, j) => Math.sin((2 * Math.PI * t) / (20 + 5 * j)).toFixed(3)).join(', '),
  );
  return lines.join('\n');
}
