// Comma-separated values (RFC 4180) as a table of texts.

import { FormatError } from '../../errors.ts';
import { decodeUtf8 } from '../../formats/utf8.ts';

/** A table: names of its columns, and rows with as many texts. */
export interface CsvTable {
  readonly names: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A field without quotes; what ends a field. */
const PLAIN = /[^",\r\n]*/y;
const END = /,|\r?\n|\r|$/y;

/** The text of a pattern at a place; undefined if it is not there. */
function textAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

/** The place after a field in quotes, which may hold commas, line ends, and quotes twice; −1 if the last quote is missing. */
function afterQuotes(text: string, at: number): number {
  for (let quote = text.indexOf('"', at + 1); quote >= 0; quote = text.indexOf('"', quote + 2)) {
    if (text[quote + 1] !== '"') return quote + 1;
  }
  return -1;
}

function* recordsOf(text: string, fail: (received: string) => never): Generator<string[]> {
  let fields: string[] = [];
  for (let at = 0; at < text.length; ) {
    const isQuoted = text[at] === '"';
    const after = isQuoted ? afterQuotes(text, at) : at + textAt(PLAIN, text, at)!.length;
    const end = after < 0 ? undefined : textAt(END, text, after);
    if (end === undefined) return fail(`a quote out of place at character ${at}`);
    fields.push(isQuoted ? text.slice(at + 1, after - 1).replaceAll('""', '"') : text.slice(at, after));
    at = after + end.length;
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
  const seen = new Set<string>();
  const repeated = names.find((name) => seen.size === seen.add(name).size);
  if (repeated !== undefined) return fail(`the column ${repeated} twice`);
  const odd = rows.findIndex((row) => row.length !== names.length);
  if (odd >= 0) return fail(`${rows[odd]!.length} fields in row ${odd + 1}, and ${names.length} names`);
  return { names, rows };
}
