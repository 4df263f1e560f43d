// The task of a series of numbers: foretell the next change.
import { CO2 } from './co2.mjs';

/** Bounds of the count of numbers. */
export const SERIES = { least: 60, most: 2000 };

/** The numbers of a text, undefined if they are no series. An empty text stands for carbon dioxide at Mauna Loa. */
export function seriesOf(text) {
  if (text === '') return CO2;
  const values = text.split(' ').map((word) => (word === '' ? Number.NaN : Number(word)));
  const fits = values.length >= SERIES.least && values.length <= SERIES.most && values.every(Number.isFinite);
  return fits && changesOf(values) !== undefined ? values : undefined;
}

/** The text of a series, which an address holds: at most the newest numbers, in seven digits. */
export const textOfSeries = (values) =>
  values
    .slice(-SERIES.most)
    .map((value) => String(Number(value.toPrecision(7))))
    .join(' ');

/** Changes from value to value, divided by their root mean square in the first four fifths; undefined if nothing changes there. */
function changesOf(values) {
  const changes = values.slice(1).map((value, k) => value - values[k]);
  const known = changes.slice(0, Math.floor(0.8 * changes.length));
  const scale = Math.sqrt(known.reduce((sum, change) => sum + change * change, 0) / known.length);
  return scale > 0 && Number.isFinite(scale) ? changes.map((change) => change / scale) : undefined;
}

/** The number in a cell, 1.5 or 1,5; NaN if there is none. */
function numberIn(cell = '') {
  const text = cell.trim();
  return text === '' ? Number.NaN : Number(/^[+-]?\d*,\d+$/.test(text) ? text.replace(',', '.') : text);
}

/**
 * The columns of a table that are series: [{ name, values }].
 *
 * @param {readonly (readonly string[])[]} rows - cells of a CSV file; a first row without a number has the names
 */
export function seriesColumns(rows) {
  const width = rows.reduce((most, row) => Math.max(most, row.length), 0);
  const hasNames = rows.length > 0 && !rows[0].some((cell) => Number.isFinite(numberIn(cell)));
  const body = hasNames ? rows.slice(1) : rows;
  return Array.from({ length: width }, (_, k) => ({
    name: (hasNames && rows[0][k]?.trim()) || `column ${k + 1}`,
    values: body.map((row) => numberIn(row[k])),
  })).filter(({ values }) => values.every(Number.isFinite) && seriesOf(textOfSeries(values)) !== undefined);
}

/** @returns {import('./tasks.mjs').Task} */
export function seriesTask(text) {
  const changes = changesOf(seriesOf(text));
  return {
    title: 'Forecasting',
    about: 'Foretell how a series changes next. The last fifth is not trained on.',
    answers: 'numbers',
    changes: true,
    everyStep: true,
    inputs: ['change'],
    outputs: ['next change'],
    length: { least: 8, most: 120, usual: 36, means: 'time steps that are read at a time' },
    goal: 0.85,
    score: 'better than “no change”',
    draw(random, rows, wanted, heldOut = false) {
      const T = Math.min(wanted, Math.floor(changes.length / 3));
      const split = Math.min(Math.floor(0.8 * changes.length), changes.length - T - 1);
      const [from, to] = heldOut ? [split, changes.length] : [0, split];
      const x = new Float32Array(rows * T);
      const y = new Float32Array(rows * T);
      for (let b = 0; b < rows; b++) {
        const start = from + random.integer(to - from - T);
        x.set(changes.slice(start, start + T), b * T);
        y.set(changes.slice(start + 1, start + T + 1), b * T);
      }
      return { x, xShape: [rows, T, 1], y, yShape: [rows, T, 1] };
    },
  };
}
