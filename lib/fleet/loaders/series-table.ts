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
 * The series of a table by name, in the order in which they begin. Times are put in order: numbers by value, dates of ISO 8601 by
 * character. Other texts have to be in order by character: the order of 1/2/2024 and 10/1/2024 is unknown.
 *
 * @throws ArgumentError for columns that the table has not, values that are no numbers, a time that occurs twice, times without an order
 */
export function seriesOf(where: string, { names, rows }: CsvTable, columns: SeriesColumns): Map<string, TableSeries> {
  const at = (argument: keyof SeriesColumns): number => {
    const name = columns[argument];
    const found = names.indexOf(name ?? '');
    if (found >= 0 || name === undefined) return found;
    const remedy = names.length === 1 && /[;\t]/.test(names[0]!) ? 'Separate columns by commas' : undefined;
    return refuse(where, argument, `be one of the columns ${names.join(', ')}`, name, remedy);
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
  if (twice !== undefined) refuse(where, 'time', 'be different in each row of a series', twice[time]);
  const moved = rows.find((row, k) => row !== sorted[k]);
  if (isNumeric || moved === undefined || sortsByCharacter(rows, time)) return sorted;
  const expected = 'be a column of numbers or of dates that begin with the year, as 2024-01-31';
  return refuse(where, 'time', expected, moved[time]);
}

/** Whether times begin with a year and have one form. */
function sortsByCharacter(rows: readonly (readonly string[])[], time: number): boolean {
  const { length } = rows[0]![time]!;
  return rows.every((row) => row[time]!.length === length && /^\d{4}/.test(row[time]!));
}
