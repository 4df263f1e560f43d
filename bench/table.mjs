import { largest } from './statistics.mjs';

const UNITS = [
  [1e3, 's'],
  [1, 'ms'],
  [1e-3, 'µs'],
  [0, 'ns'],
];

// Formats numbers and results for tables.

/** Formats milliseconds in a suitable unit. */
export function duration(milliseconds) {
  const [size, unit] = UNITS.find(([least]) => milliseconds >= least);
  return `${digits(milliseconds / (size || 1e-6))} ${unit}`;
}

/** Formats three digits, without an exponent. */
export function digits(value) {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

/** Formats a ratio with two digits. */
export function multiple(ratio) {
  return `${ratio >= 10 ? ratio.toFixed(0) : ratio.toPrecision(2)}×`;
}

export const percent = (fraction) => (fraction === null ? '' : `${(100 * fraction).toFixed(0)} %`);

/** Columns: heading, and text in a row. */
const COLUMNS = {
  case: ({ name }) => name,
  bits: ({ width }) => (width === null ? '' : `${width}`),
  engine: ({ engine, verified }) => (verified ? engine : `${engine} (not verified)`),
  median: ({ median }) => duration(median),
  quartiles: ({ spread: [low, high] }) => `${duration(low)} to ${duration(high)}`,
  rate: ({ rate }) => `${digits(rate.value)} ${rate.unit}`,
  'of peak': ({ fractionOfPeak }) => percent(fractionOfPeak),
  'by baseline': ({ ratioToOurs }) => (ratioToOurs === 1 ? '' : ratioToOurs.toFixed(3)),
  'by narrow': ({ ratioToNarrow }) => (ratioToNarrow === null ? '' : ratioToNarrow.toFixed(3)),
  'time / ours': ({ ratioToOurs }) => (ratioToOurs === null ? '' : multiple(ratioToOurs)),
};

export const cellsOf = (columns, row) => columns.map((name) => COLUMNS[name](row));

/** Formats the rows as a table for a terminal, one block per group. */
export function table(rows, columns) {
  const cells = rows.map((row) => cellsOf(columns, row));
  const widths = columns.map((_, column) => largest([columns, ...cells].map((row) => row[column].length)));
  const pad = (cell, k) =>
    ['case', 'engine'].includes(columns[k]) ? cell.padEnd(widths[k]) : cell.padStart(widths[k]);
  const line = (row) => row.map(pad).join('  ').trimEnd();
  return rows.reduce(
    (text, { group }, k) => `${text}${group === rows[k - 1]?.group ? '' : `\n${group}\n`}${line(cells[k])}\n`,
    `${line(columns)}\n`,
  );
}
