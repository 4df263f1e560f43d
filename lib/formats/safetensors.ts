// Writes and reads safetensors files: an 8-byte little-endian header length, a JSON header, then the data of all
// tensors without gaps.

import { refuse } from '../checks.ts';
import { describe } from '../describe.ts';
import { FormatError } from '../errors.ts';
import { isIntegers, sizeOf } from '../tensor/layout.ts';
import { allocate, type DType, dtypeOf, type FloatArray, typedArrayTag } from '../tensor/storage.ts';
import { isJsonObject, type Json, type JsonObject, readJson } from './strict-json.ts';
import { encodeUtf8 } from './utf8.ts';

/** A named array to write, with row-major elements. */
export interface NamedArray {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: FloatArray;
}

/** A named array in a file. */
export interface StoredTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: DType;
  /** Little-endian bytes in the file; not a copy. */
  readonly bytes: Uint8Array;
}

/** Content of a file. */
export interface SafetensorsFile {
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: readonly StoredTensor[];
}

/** An array to write, as bytes. */
export interface ByteArray {
  readonly name: string;
  readonly shape: readonly number[];
  /** Element type as in the file: `F32`. */
  readonly code: string;
  /** Little-endian, row-major. */
  readonly bytes: Uint8Array;
}

/** An array of any type in a file. */
export interface StoredBytes extends ByteArray {
  /** Name of the element type. */
  readonly dtype: string;
}

/** What a reader accepts. */
export interface Accepted {
  /** Bytes of the header. */
  readonly header: number;
  /** Values of JSON in the header. */
  readonly values?: number;
  /** Name and size in bytes of each element type, by its code. */
  readonly types: Readonly<Record<string, readonly [dtype: string, size: number]>>;
  /** The codes in words. */
  readonly inWords: string;
}

const CODES = { float32: 'F32', float64: 'F64' } as const;
const BYTES = { float32: 4, float64: 8 } as const;
const HEADER_LIMIT = 1 << 20;
const TENSOR_LIMIT = 512;
const RANK_LIMIT = 8;
/** What files of this library hold. */
const OWN: Accepted = {
  header: HEADER_LIMIT,
  types: { F32: ['float32', 4], F64: ['float64', 8] },
  inWords: 'F32 or F64',
};
/** Number of elements that `readElements` reads at a time. */
const PART = 8192;
const LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/**
 * Returns the bytes of a file. Spaces pad the header, so that the data begin at a multiple of 8 bytes.
 *
 * @throws ArgumentError for more arrays than `decodeSafetensors` accepts
 */
export function encodeSafetensors(
  where: string,
  metadata: Readonly<Record<string, string>>,
  arrays: readonly NamedArray[],
): Uint8Array {
  const parts = arrays.map(({ name, shape, data }) => {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    return {
      name,
      shape,
      code: CODES[dtypeOf(data)],
      bytes: LITTLE_ENDIAN ? bytes : swapped(bytes, data.BYTES_PER_ELEMENT),
    };
  });
  const { header, start } = headerOf(metadata, parts);
  if (arrays.length > TENSOR_LIMIT || start - 8 > HEADER_LIMIT) {
    refuse(where, 'layers', `have at most ${TENSOR_LIMIT} arrays to be saved`, arrays.length);
  }
  return joined(header, start, parts);
}

/** Returns the bytes of a file of arrays of any type. */
export function encodeArrays(metadata: Readonly<Record<string, string>>, parts: readonly ByteArray[]): Uint8Array {
  const { header, start } = headerOf(metadata, parts);
  return joined(header, start, parts);
}

/** The text of the header, and where the data begin: at a multiple of 8. */
function headerOf(
  metadata: Readonly<Record<string, string>>,
  parts: readonly ByteArray[],
): { readonly header: Uint8Array; readonly start: number } {
  let end = 0;
  const entries = parts.map(({ name, shape, code, bytes }) => {
    const start = end;
    end += bytes.length;
    return [name, { dtype: code, shape, data_offsets: [start, end] }] as const;
  });
  const header = encodeUtf8(JSON.stringify(Object.fromEntries([['__metadata__', metadata], ...entries])));
  return { header, start: 8 + Math.ceil(header.length / 8) * 8 };
}

function joined(header: Uint8Array, start: number, parts: readonly ByteArray[]): Uint8Array {
  const file = new Uint8Array(parts.reduce((size, { bytes }) => size + bytes.length, start));
  file.fill(0x20, 8, start);
  file.set(header, 8);
  new DataView(file.buffer).setBigUint64(0, BigInt(start - 8), true);
  let at = start;
  for (const { bytes } of parts) {
    file.set(bytes, at);
    at += bytes.length;
  }
  return file;
}

/** Reads the header of a file of float tensors, as this library writes it. Copies only the header. */
export function decodeSafetensors(where: string, file: Uint8Array): SafetensorsFile {
  const { metadata, tensors } = decodeArrays(where, file, OWN);
  return { metadata, tensors: tensors.map(({ code, dtype, ...rest }) => ({ ...rest, dtype: dtype as DType })) };
}

/** Reads the header of a file, which alone it copies. Refuses gaps, overlaps, trailing bytes and contradictory sizes. */
export function decodeArrays(
  where: string,
  file: Uint8Array,
  accepted: Accepted,
): { readonly metadata: Readonly<Record<string, string>>; readonly tensors: readonly StoredBytes[] } {
  if (typedArrayTag(file) !== 'Uint8Array') refuse(where, 'bytes', 'be a Uint8Array', file);
  const bytes = new Uint8Array(file.buffer, file.byteOffset, file.length);
  if (bytes.length < 8) unfit(where, 'be a safetensors file', `${bytes.length} bytes`);
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  if (length > accepted.header || 8 + length > bytes.length) {
    const expected = `have a header that lies within the file and has at most ${accepted.header} bytes`;
    const start = String.fromCharCode(...bytes.subarray(0, 32)); // a server may have sent the page of an error
    const isText = /^[\n\r -~]*$/.test(start);
    unfit(where, expected, isText ? `text: ${describe(start)}…` : `a header of ${length} bytes in ${bytes.length}`);
  }
  const json = requireHeader(where, bytes.slice(8, 8 + length), accepted.values); // a copy: shared memory may change
  const { __metadata__: metadata = {}, ...entries } = json;
  if (!isJsonObject(metadata) || !Object.values(metadata).every((value) => typeof value === 'string')) {
    unfit(where, 'have metadata of strings', describe(metadata));
  }
  const data = bytes.subarray(8 + length);
  const sorted = Object.entries(entries)
    .map(([name, entry]) => requireEntry(where, name, entry, accepted))
    .sort((a, b) => a.start - b.start || a.stop - b.stop);
  let end = 0;
  for (const { name, start, stop } of sorted) {
    if (start !== end)
      unfit(where, 'contain its tensors without gaps or overlaps', `${describe(name)} at byte ${start}, not ${end}`);
    end = stop;
  }
  if (end !== data.length)
    unfit(where, `end after its last tensor, at byte ${8 + length + end}`, `${bytes.length} bytes`);
  const tensors = sorted.map(({ start, stop, ...rest }) => ({ ...rest, bytes: data.subarray(start, stop) }));
  return { metadata: metadata as Record<string, string>, tensors };
}

/**
 * Copies the elements of a stored tensor into an array of equal length, of either type. The bytes need no alignment.
 */
export function readElements({ bytes, dtype }: StoredTensor, target: FloatArray): void {
  const size = BYTES[dtype];
  const part = allocate(dtype, Math.min(PART, target.length));
  const partBytes = new Uint8Array(part.buffer);
  for (let start = 0; start < target.length; start += PART) {
    const count = Math.min(PART, target.length - start);
    partBytes.set(bytes.subarray(size * start, size * (start + count)));
    swapUnlessLittle(partBytes, size);
    target.set(part.subarray(0, count), start);
  }
}

/** Throws unless the file holds exactly the expected arrays. */
export function requireArrays(
  where: string,
  wanted: readonly Pick<StoredTensor, 'name' | 'shape'>[],
  tensors: readonly StoredTensor[],
): void {
  const shapes = new Map(tensors.map(({ name, shape }) => [name, shape]));
  for (const { name, shape } of wanted) {
    const found = shapes.get(name);
    const received = found === undefined ? 'no such array' : `[${found.join(', ')}]`;
    if (found?.join() !== shape.join()) unfit(where, `contain ${name} of shape [${shape.join(', ')}]`, received);
    shapes.delete(name);
  }
  for (const name of shapes.keys()) unfit(where, 'contain only the arrays of its layers', describe(name));
}

/** Throws the error for bytes with invalid content. */
export function unfit(where: string, expected: string, received: string): never {
  throw new FormatError({ where, argument: 'bytes', expected, received });
}

function requireHeader(where: string, bytes: Uint8Array, values: number | undefined): JsonObject {
  const fail = (received: string): never => unfit(where, 'have a JSON object as its header, each key once', received);
  if (bytes[0] !== '{'.charCodeAt(0)) fail('another first byte than {');
  return readJson(bytes, fail, false, values) as JsonObject;
}

function requireEntry(where: string, name: string, entry: Json, { types, inWords }: Accepted) {
  const { dtype: code, shape, data_offsets: offsets }: JsonObject = isJsonObject(entry) ? entry : {};
  const label = describe(name);
  const type = typeof code === 'string' && Object.hasOwn(types, code) ? types[code] : undefined;
  if (type === undefined) return unfit(where, `contain tensors of ${inWords}`, `${label} of ${describe(code)}`);
  if (!isIntegers(shape, 0) || shape.length > RANK_LIMIT)
    return unfit(where, 'have a shape for each tensor', `${label}: ${describe(shape)}`);
  if (!isIntegers(offsets, 0) || offsets.length !== 2)
    return unfit(where, 'have offsets for each tensor', `${label}: ${describe(offsets)}`);
  const [start, stop] = offsets as [number, number];
  const size = sizeOf(shape) * type[1];
  if (stop - start !== size)
    return unfit(where, `have the ${size} bytes that the shape of ${label} needs`, `${stop - start} bytes`);
  return { name, code: code as string, dtype: type[0], shape, start, stop };
}

function swapped(bytes: Uint8Array, size: number): Uint8Array {
  const copy = bytes.slice();
  swapUnlessLittle(copy, size);
  return copy;
}

/** Reverses each element's bytes if this machine is big-endian. */
function swapUnlessLittle(bytes: Uint8Array, size: number): void {
  if (LITTLE_ENDIAN) return;
  for (let at = 0; at < bytes.length; at += size) bytes.subarray(at, at + size).reverse();
}
