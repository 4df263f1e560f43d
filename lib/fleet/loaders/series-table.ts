// The series of a long table: a row for each time step of each series, as forecasting people keep them: unique_id, ds, y.

import { refuse } from '../../checks.ts';
import type { CsvTable } from './csv-table.ts';

/** Columns of a long table. */
export interface SeriesColumns {
  /** Column of the values: `'y'`. */
  readonly target: string;
  /** Column that names the series of a row: `'unique_id'`; undefined if the table is one series. */
  readonly by: string | undefined;
  /** Column of the time, in whose order the rows are put: `'ds'`; undefined for the order of the table. */
  readonly time: string | undefined;
}

/** A series of a table. */
export interface TableSeries {
  /** Its times, as in the table; empty without such a column. */
  readonly times: readonly string[];
  /** Its values; null where there is none. */
  readonly values: readonly (number | null)[];
}

const MISSING: readonly string[] = ['', 'NA', 'NaN', 'nan', 'null'];

/**
 * The series of a table by name, in the order in which they begin. Times are put in order: numbers by value, texts by character,
 * as those of ISO 8601.
 *
 * @throws ArgumentError for columns that the table has not, values that are no numbers, a time that occurs twice
 */
export function seriesOf(where: string, { names, rows }: CsvTable, columns: SeriesColumns): Map<string, TableSeries> {
  const at = (argument: keyof SeriesColumns): number => {
    const name = columns[argument];
    const found = names.indexOf(name ?? '');
    const isWrong = found < 0 && name !== undefined;
    return isWrong ? refuse(where, argument, `be one of the columns ${names.join(', ')}`, name) : found;
  };
  const [target, by, time] = [at('target'), at('by'), at('time')];
  const groups = new Map<string, (readonly string[])[]>();
  for (const row of rows) {
    const id = by < 0 ? '' : row[by]!;
    const group = groups.get(id);
    if (group === undefined) groups.set(id, [row]);
    else group.push(row);
  }
  return new Map(
    [...groups].map(([id, group]) => {
      const sorted = time < 0 ? group : inOrder(where, group, time);
      const values = sorted.map((row) => numberOf(where, id, row[target]!));
      return [id, { times: time < 0 ? [] : sorted.map((row) => row[time]!), values }] as const;
    }),
  );
}

function numberOf(where: string, id: string, text: string): number | null {
  const trimmed = text.trim();
  if (MISSING.includes(trimmed)) return null;
  const value = Number(trimmed);
  const of = id === '' ? '' : ` of ${id}`;
  return Number.isFinite(value) ? value : refuse(where, 'target', `be a column of numbers${of}`, text);
}

/** Rows in the order of their times. */
function inOrder(where: string, rows: readonly (readonly string[])[], time: number): readonly (readonly string[])[] {
  const isNumeric = rows.every((row) => row[time] !== '' && Number.isFinite(Number(row[time])));
  const key = (row: readonly string[]): number | string => (isNumeric ? Number(row[time]) : row[time]!);
  const sorted = [...rows].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
  const twice = sorted.find((row, k) => k > 0 && key(row) === key(sorted[k - 1]!));
  return twice === undefined ? sorted : refuse(where, 'time', 'be different in each row of a series', twice[time]);
}
