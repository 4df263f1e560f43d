// Reads and writes zip archives. Entries that are stored need no library; compressed ones are inflated by the engine's own
// DecompressionStream.

import { describe } from '../describe.ts';
import { unfit } from '../formats/safetensors.ts';
import { decodeUtf8, encodeUtf8 } from '../formats/utf8.ts';
import { crc32 } from './crc32.ts';
import { inflate } from './inflate.ts';

/** An entry of an archive. */
export interface ZipEntry {
  /** Its bytes in the archive, compressed or not; not a copy. */
  readonly bytes: Uint8Array;
  /** Bytes after decompression. */
  readonly size: number;
  readonly isDeflated: boolean;
  readonly crc: number;
}

const [LOCAL, CENTRAL, END] = [0x04034b50, 0x02014b50, 0x06054b50];
/** The first byte of each. */
const FIRST = 0x50;
const [LOCAL_SIZE, CENTRAL_SIZE, END_SIZE] = [30, 46, 22];
const LONGEST_COMMENT = 0xffff;
/** The value of a field whose number is elsewhere, in the records for 64 bits. */
const [IN_ZIP64, MANY] = [0xffffffff, 0xffff];
const [STORED, DEFLATED] = [0, 8];
const [ENCRYPTED, UTF8] = [1, 0x800];
/** 1 January 1980, the first day of zip. */
const DATE = 0x21;

/** Whether bytes begin as a zip archive does. */
export function isZip(bytes: Uint8Array): boolean {
  return bytes.length >= 4 && viewOf(bytes).getUint32(0, true) === LOCAL;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

/**
 * Reads the directory of an archive: its entries by name. Copies nothing. Refuses encrypted entries, other methods than
 * stored and deflated, names twice, and entries that overlap or lie outside the archive.
 */
export function readZip(where: string, bytes: Uint8Array): ReadonlyMap<string, ZipEntry> {
  const view = viewOf(bytes);
  const end = findEnd(where, bytes, view);
  const [count, size, start] = [
    view.getUint16(end + 10, true),
    view.getUint32(end + 12, true),
    view.getUint32(end + 16, true),
  ];
  if (count === MANY || start === IN_ZIP64)
    unfit(where, 'have fewer than 65,535 files in at most 4 GiB', 'a larger zip archive');
  if (start + size > end)
    unfit(where, 'have its zip directory before its end', `${size} bytes at ${start}, end at ${end}`);
  const entries = new Map<string, ZipEntry>();
  const places: { readonly from: number; readonly to: number; readonly name: string }[] = [];
  let at = start;
  for (let k = 0; k < count; k++) {
    if (at + CENTRAL_SIZE > start + size || view.getUint32(at, true) !== CENTRAL) {
      unfit(where, `have a zip directory of ${count} files`, `${k} files`);
    }
    const names = view.getUint16(at + 28, true);
    const next = at + CENTRAL_SIZE + names + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    if (next > start + size) unfit(where, `have a zip directory of ${count} files`, `${k} files, and a part of one`);
    const name = decodeUtf8(bytes.subarray(at + CENTRAL_SIZE, at + CENTRAL_SIZE + names));
    if (name === undefined) return unfit(where, 'have names of files in UTF-8', `other bytes in file ${k}`);
    if (entries.has(name)) unfit(where, 'have each file once in its zip directory', `${describe(name)} twice`);
    const { entry, from, to } = readEntry(where, bytes, view, at, name, start);
    entries.set(name, entry);
    places.push({ from, to, name });
    at = next;
  }
  places.sort((a, b) => a.from - b.from);
  places.forEach(({ from, name }, k) => {
    if (k > 0 && from < places[k - 1]!.to) unfit(where, 'have files that do not overlap', describe(name));
  });
  return entries;
}

/** Position of the end record: the last one whose comment ends the archive. */
function findEnd(where: string, bytes: Uint8Array, view: DataView): number {
  const last = view.byteLength - END_SIZE;
  const first = Math.max(0, last - LONGEST_COMMENT);
  for (
    let at = last < 0 ? -1 : bytes.lastIndexOf(FIRST, last);
    at >= first;
    at = at === 0 ? -1 : bytes.lastIndexOf(FIRST, at - 1)
  ) {
    if (view.getUint32(at, true) === END && at + END_SIZE + view.getUint16(at + 20, true) === view.byteLength)
      return at;
  }
  return unfit(where, 'end with the directory of a zip archive', `${view.byteLength} bytes without one`);
}

/** Reads the entry whose directory record is at `at`; the directory begins at `limit`. */
function readEntry(where: string, bytes: Uint8Array, view: DataView, at: number, name: string, limit: number) {
  const label = describe(name);
  const [flags, method] = [view.getUint16(at + 8, true), view.getUint16(at + 10, true)];
  const [crc, compressed, size] = [16, 20, 24].map((field) => view.getUint32(at + field, true)) as [
    number,
    number,
    number,
  ];
  const from = view.getUint32(at + 42, true);
  if ((flags & ENCRYPTED) !== 0) unfit(where, 'not be encrypted', label);
  if (method !== STORED && method !== DEFLATED)
    unfit(where, 'hold files that are stored or deflated', `${label} with method ${method}`);
  const inside = from + LOCAL_SIZE <= limit && view.getUint32(from, true) === LOCAL;
  const start = inside
    ? from + LOCAL_SIZE + view.getUint16(from + 26, true) + view.getUint16(from + 28, true)
    : limit + 1;
  const to = start + compressed;
  if (to > limit)
    unfit(where, 'have files that lie before the zip directory', `${label}, ${compressed} bytes at ${from}`);
  if (method === STORED && size !== compressed)
    unfit(where, 'store files as they are', `${label} of ${size} bytes in ${compressed}`);
  const entry: ZipEntry = { bytes: bytes.subarray(start, to), size, isDeflated: method === DEFLATED, crc };
  return { entry, from, to };
}

/** The bytes of a stored entry; not a copy. Compares its checksum. */
export function storedBytes(where: string, name: string, entry: ZipEntry): Uint8Array {
  if (entry.isDeflated) unfit(where, 'hold files that are stored, not compressed', describe(name));
  return checked(where, name, entry, entry.bytes);
}

function checked(where: string, name: string, { crc }: ZipEntry, bytes: Uint8Array): Uint8Array {
  const found = crc32(bytes);
  if (found === crc) return bytes;
  const hex = (value: number): string => value.toString(16).padStart(8, '0');
  return unfit(where, `have the checksum ${hex(crc)} of ${describe(name)} in its zip directory`, hex(found));
}

/** The bytes of an entry, inflated if need be. No more is inflated than the size in the directory. */
export async function entryBytes(where: string, name: string, entry: ZipEntry): Promise<Uint8Array> {
  return entry.isDeflated
    ? checked(where, name, entry, await inflate(where, describe(name), entry))
    : storedBytes(where, name, entry);
}

/** An archive of stored files. */
export function writeZip(files: readonly (readonly [name: string, bytes: Uint8Array])[]): Uint8Array {
  const named = files.map(([name, bytes]) => ({ name: encodeUtf8(name), bytes, crc: crc32(bytes) }));
  const sizeOf = (header: number, content: boolean): number =>
    named.reduce((sum, { name, bytes }) => sum + header + name.length + (content ? bytes.length : 0), 0);
  const directory = sizeOf(LOCAL_SIZE, true);
  const size = sizeOf(CENTRAL_SIZE, false);
  const archive = new Uint8Array(directory + size + END_SIZE);
  const view = viewOf(archive);
  let [at, central] = [0, directory];
  for (const { name, bytes, crc } of named) {
    view.setUint32(central, CENTRAL, true);
    view.setUint16(central + 4, 20, true); // made by version 2.0
    view.setUint32(central + 42, at, true);
    view.setUint32(at, LOCAL, true);
    for (const common of [at + 4, central + 6]) {
      for (const [k, field] of [20, UTF8, STORED, 0, DATE].entries()) view.setUint16(common + 2 * k, field, true);
      for (const [k, field] of [crc, bytes.length, bytes.length].entries())
        view.setUint32(common + 10 + 4 * k, field, true);
      view.setUint16(common + 22, name.length, true);
    }
    archive.set(name, at + LOCAL_SIZE);
    archive.set(bytes, at + LOCAL_SIZE + name.length);
    archive.set(name, central + CENTRAL_SIZE);
    at += LOCAL_SIZE + name.length + bytes.length;
    central += CENTRAL_SIZE + name.length;
  }
  view.setUint32(central, END, true);
  for (const field of [8, 10]) view.setUint16(central + field, named.length, true);
  view.setUint32(central + 12, size, true);
  view.setUint32(central + 16, directory, true);
  return archive;
}
