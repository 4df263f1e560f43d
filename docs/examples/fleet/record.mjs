// Counts the flights of each day at each airport, from the npm package vega-datasets.

import { fileURLToPath } from 'node:url';
import { decompress } from 'fzstd';
import { asyncBufferFromFile, parquetRead } from 'hyparquet';

const FILE = new URL('../data/flights-3m.parquet', import.meta.resolve('vega-datasets'));

export const SOURCE =
  'three million flights within the United States (Bureau of Transportation Statistics), as in the npm package vega-datasets';

/** Milliseconds of a day. */
const DAY = 86_400_000;

/** First day, and number of days. The file has six more flights, of the day after. */
const FIRST = Date.parse('2001-01-01');
export const DAYS = (Date.parse('2001-07-01') - FIRST) / DAY;

/** The date of a day, such as '2001-06-03'. */
export const dateOf = (day) => new Date(FIRST + day * DAY).toISOString().slice(0, 10);

/** hyparquet has no Zstandard of its own. */
const compressors = { ZSTD: (bytes, length) => decompress(bytes, new Uint8Array(length)) };

/** Calls `each` with pieces { date, origin, destination } of the table: columns of equal lengths. */
async function readPieces(each) {
  const pieces = new Map();
  const columns = ['date', 'origin', 'destination'];
  await parquetRead({
    file: await asyncBufferFromFile(fileURLToPath(FILE)),
    columns,
    compressors,
    onChunk({ columnName, columnData, rowStart }) {
      const piece = { ...pieces.get(rowStart), [columnName]: columnData };
      pieces.set(rowStart, piece);
      if (!columns.every((name) => name in piece)) return;
      pieces.delete(rowStart);
      each(piece);
    },
  });
  if (pieces.size > 0) throw new Error('fleet: the columns of the table are divided at different rows');
}

/**
 * Flights a day that depart from each airport, and that arrive there, by the day of departure: the file has no other.
 *
 * @returns {Promise<{ id: string, values: number[] }[]>} series of all days, by name
 */
export async function readSeries() {
  const counts = new Map();
  const count = (id, day) => {
    if (!counts.has(id)) counts.set(id, new Array(DAYS).fill(0));
    counts.get(id)[day]++;
  };
  await readPieces(({ date, origin, destination }) => {
    for (let i = 0; i < date.length; i++) {
      const day = Math.floor((date[i].getTime() - FIRST) / DAY);
      if (day < 0 || day >= DAYS) continue;
      count(`from ${origin[i]}`, day);
      count(`to ${destination[i]}`, day);
    }
  });
  return [...counts].map(([id, values]) => ({ id, values })).sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Least mean of flights a day, and most days without a flight: of a smaller series, there is little to forecast. */
const LEAST = 2;
const MOST_EMPTY = 3;

/** Divides series by their first days [0, end), those of the training: what is left out, and why. */
export function choose(series, end) {
  const reasonOf = ({ values }) => {
    const known = values.slice(0, end);
    if (known.reduce((sum, each) => sum + each, 0) < LEAST * end) return `fewer than ${LEAST} flights a day`;
    if (known.filter((each) => each === 0).length > MOST_EMPTY) return `more than ${MOST_EMPTY} days without a flight`;
    return known.every((each, t) => t < 7 || each === known[t - 7]) ? 'equal weeks' : '';
  };
  const reasons = series.map(reasonOf);
  const left = new Map();
  for (const reason of reasons) if (reason !== '') left.set(reason, (left.get(reason) ?? 0) + 1);
  return { chosen: series.filter((_, i) => reasons[i] === ''), left };
}
