// Comma-separated values (RFC 4180) as a table of texts.

import { FormatError } from '../../errors.ts';
import { decodeUtf8 } from '../../formats/utf8.ts';

/** A table: names of its columns, and rows with as many texts. */
export interface CsvTable {
  readonly names: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A field, then what ends it; fields in quotes may hold commas, line ends, and quotes twice. */
const FIELD = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y;

function* recordsOf(text: string, fail: (received: string) => never): Generator<string[]> {
  let fields: string[] = [];
  for (let at = 0; at < text.length; ) {
    FIELD.lastIndex = at;
    const found = FIELD.exec(text);
    if (found === null) return fail(`a quote out of place at character ${at}`);
    const [all, quoted, plain, end] = found;
    fields.push(quoted === undefined ? plain! : quoted.replaceAll('""', '"'));
    at += all.length;
    if (end === ',' && at === text.length) fields.push('');
    if (end === ',' && at < text.length) continue;
    yield fields;
    fields = [];
  }
}

/**
 * Reads a table with a line of names. Empty lines are left out, and so is a byte order mark.
 *
 * @throws FormatError for text that is not UTF-8, a quote out of place, a row with more or fewer fields than names, names that occur twice
 */
export function readCsv(where: string, bytes: Uint8Array): CsvTable {
  const fail = (received: string): never => {
    const expected = 'be comma-separated values with a line of names';
    throw new FormatError({ where, argument: 'file', expected, received });
  };
  const text = decodeUtf8(bytes) ?? fail('bytes that are not UTF-8');
  const [names, ...rows] = [...recordsOf(text.replace(/^\uFEFF/, ''), fail)].filter((row) => row.join('') !== '');
  if (names === undefined) return fail('no line');
  const repeated = names.find((name, j) => names.indexOf(name) !== j);
  if (repeated !== undefined) return fail(`the column ${repeated} twice`);
  const odd = rows.findIndex((row) => row.length !== names.length);
  if (odd >= 0) return fail(`${rows[odd]!.length} fields in row ${odd + 1}, and ${names.length} names`);
  return { names, rows };
}
