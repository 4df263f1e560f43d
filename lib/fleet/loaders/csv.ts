// The loader `csv`: windows over a series of a file in the folder of the executor.

import { refuse } from '../../checks.ts';
import { codeOf } from '../../files/file-error.ts';
import { type Check, optional, readOptions, required, type Schema } from '../../options.ts';
import { builtin } from '../builtins.ts';
import type { LoadedData, Loader } from '../run-job.ts';
import { readCsv } from './csv-table.ts';
import { WINDOW_ARGUMENTS, type WindowArguments, windowsOf } from './series.ts';
import { seriesOf, type TableSeries } from './series-table.ts';

/** Arguments of the loader `csv`. */
export interface CsvArguments extends WindowArguments {
  /** Path of the file, within the folder. */
  readonly file: string;
  /** Column of the values; default `'y'`. */
  readonly target?: string;
  /** Column that names the series of a row: `'unique_id'`; default none: the table is one series. */
  readonly by?: string;
  /** The series of the job, a value of `by`; needed with it. */
  readonly id?: string;
  /** Column of the time, in whose order the rows are put: `'ds'`; default none: they are in order. */
  readonly time?: string;
  /** Time steps at the end of the series that the training does not see, at least 0; default 0. */
  readonly holdout?: number;
  /** A version of the file, such as its hash: it makes the key another one when the file changes. Default none. */
  readonly version?: string;
}

const text: Check<string> = (where, argument, value) =>
  typeof value === 'string' && value !== '' ? value : refuse(where, argument, 'be a text', value);

const CSV: Schema<CsvArguments, 'by' | 'id' | 'time' | 'version'> = {
  ...WINDOW_ARGUMENTS,
  file: required(text),
  target: optional(text, 'y'),
  by: optional(text),
  id: optional(text),
  time: optional(text),
  holdout: optional(requireHoldout, 0),
  version: optional(text),
};

/** Bytes of a file at most. */
const LARGEST = 2 ** 28;
const WHERE = 'csv';

function requireHoldout(where: string, argument: string, value: unknown): number {
  return Number.isSafeInteger(value) && (value as number) >= 0
    ? (value as number)
    : refuse(where, argument, 'be an integer of at least 0', value);
}

/** The path of a file in a folder. A path that leads out of it, also by a link, is refused. */
async function within(folder: string, file: string): Promise<string> {
  const { promises } = builtin(WHERE, 'node:fs');
  const { isAbsolute, relative, resolve, sep } = builtin(WHERE, 'node:path');
  const missing = (): never => refuse(WHERE, 'data.file', "be a file in the executor's folder", file);
  if (file.includes('\0') || isAbsolute(file)) return missing();
  const root = await promises.realpath(folder);
  const found = await realpathIn(resolve(root, file), missing);
  const inside = relative(root, found);
  const isOutside = inside === '' || inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside);
  return isOutside || !(await promises.stat(found)).isFile() ? missing() : found;
}

/** The path without links. */
async function realpathIn(path: string, missing: () => never): Promise<string> {
  try {
    return await builtin(WHERE, 'node:fs').promises.realpath(path);
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return missing(); // no such file, or no permission
  }
}

/** The last table: jobs of one file come one after the other. */
interface LastTable {
  readonly is: string;
  readonly series: ReadonlyMap<string, TableSeries>;
}

/** A loader of series from the files of a folder. */
export function csvLoader(folder: string): Loader {
  let last: LastTable | undefined;
  return async (args: Readonly<Record<string, unknown>>): Promise<LoadedData> => {
    const options = readOptions(WHERE, args as unknown as CsvArguments, CSV, 'data');
    const { file, target, by, time, id = '', holdout } = options;
    const path = await within(folder, file);
    const { promises } = builtin(WHERE, 'node:fs');
    const { size, mtimeMs } = await promises.stat(path);
    if (size > LARGEST) refuse(WHERE, 'data.file', `have at most ${LARGEST} bytes`, size);
    const is = JSON.stringify([path, size, mtimeMs, target, by, time]);
    if (last?.is !== is) {
      const table = readCsv(WHERE, await promises.readFile(path));
      last = { is, series: seriesOf(WHERE, table, { target, by, time }) };
    }
    const found = last.series.get(id) ?? refuse(WHERE, 'data.id', 'be the name of a series', id);
    return windowsOf(WHERE, found.values.slice(0, found.values.length - holdout), options);
  };
}
