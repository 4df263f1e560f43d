// Series of a CSV file.

import { BpttError } from '../errors.ts';
import { type CsvTable, readCsv } from '../fleet/loaders/csv-table.ts';
import { seriesOf, type TableSeries } from '../fleet/loaders/series-table.ts';
import { CommandError } from './io.ts';

/** Which columns and which series are meant. */
export interface ColumnOptions {
  readonly target?: string;
  readonly time?: string;
  readonly by?: string;
  readonly id?: string;
}

/** Columns of a table, as found. */
export interface Columns {
  readonly target: string;
  readonly time: string | undefined;
  readonly by: string | undefined;
}

/** Bytes of a file at most. */
const LARGEST = 2 ** 28;

/** Calls a reader of the library, and says of which file and option its error is. */
function ofFile<R>(file: string, read: () => R): R {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof BpttError)) throw error;
    const words = error.message.replace(/^csv: /, '').replace(/^"file" /, 'it ');
    const isOption = /^"(target|time|by)" /.test(words);
    const twice = /be different in each row/.test(words)
      ? '; --by names the column that tells several series apart'
      : '';
    throw new CommandError(`${file}: ${isOption ? words.replace(/^"(\w+)"/, '--$1') : words}${twice}`);
  }
}

/** The table of a file. */
export function tableOf(file: string, bytes: Uint8Array): CsvTable {
  if (bytes.length > LARGEST)
    throw new CommandError(`${file}: it has ${bytes.length} bytes, and at most ${LARGEST} are read`);
  const table = ofFile(file, () => readCsv('csv', bytes));
  if (table.rows.length > 0) return table;
  throw new CommandError(`${file}: it has a line of names (${shortened(table.names.join(', '))}), and no rows`);
}

/** A text of at most 100 characters. */
const shortened = (text: string): string => (text.length > 100 ? `${text.slice(0, 99)}…` : text);

/** The columns that are meant: of options, or else the usual names. */
export function columnsOf(file: string, { names }: CsvTable, options: ColumnOptions): Columns {
  const { target = 'y', time, by, id } = options;
  if (!names.includes(target)) {
    const listed = shortened(names.join(', '));
    const semicolons = names.length === 1 && /[;\t]/.test(names[0]!) ? ' (fields have to be separated by commas)' : '';
    throw new CommandError(
      `${file}: it has no column ${target}, and these: ${listed}${semicolons}; --target takes the column of the values`,
    );
  }
  if (id !== undefined && by === undefined) {
    throw new CommandError(`${file}: --id ${id} needs --by, the column in which the series are named`);
  }
  return { target, time: time ?? (names.includes('ds') && target !== 'ds' ? 'ds' : undefined), by };
}

/** All series of a table by name. */
export function allSeries(file: string, table: CsvTable, columns: Columns): Map<string, TableSeries> {
  return ofFile(file, () => seriesOf('csv', table, columns));
}

/** A series of a name. */
export function seriesNamed(file: string, series: ReadonlyMap<string, TableSeries>, id: string): TableSeries {
  const found = series.get(id);
  if (found !== undefined) return found;
  const names = shortened([...series.keys()].slice(0, 20).join(', '));
  throw new CommandError(`${file}: --id ${id}: there is no such series; it has ${series.size}: ${names}`);
}
