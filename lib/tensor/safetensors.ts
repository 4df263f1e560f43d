import { describe, refuse } from '../checks.ts';
import { FormatError } from '../errors.ts';
import { isIntegers, sizeOf } from './layout.ts';
import { type DType, type FloatArray, typedArrayTag } from './storage.ts';
import { decodeUtf8, encodeUtf8 } from './utf8.ts';

// The safetensors format: 8 bytes little-endian header length, JSON header, then the data of all tensors without gaps.

/** A named array in a file. */
export interface StoredTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly data: FloatArray;
}

/** What a file holds. */
export interface SafetensorsFile {
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: readonly StoredTensor[];
}

const CODES = { float32: 'F32', float64: 'F64' } as const;
const HEADER_LIMIT = 1 << 20;
const RANK_LIMIT = 8;
const DEPTH_LIMIT = 16;
const LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/** A file; the header is padded with spaces so that the data begin at a multiple of 8 bytes. */
export function encodeSafetensors({ metadata, tensors }: SafetensorsFile): Uint8Array {
  let end = 0;
  const entries = tensors.map(({ name, shape, dtype, data }) => {
    const start = end;
    end += data.byteLength;
    return [name, { dtype: CODES[dtype], shape, data_offsets: [start, end] }] as const;
  });
  const json = JSON.stringify(Object.fromEntries([['__metadata__', metadata], ...entries]));
  const text = encodeUtf8(json);
  const header = Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(8 + header + end);
  bytes.fill(0x20, 8, 8 + header);
  bytes.set(text, 8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(header), true);
  let at = 8 + header;
  for (const { data } of tensors) {
    bytes.set(littleEndian(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), data.BYTES_PER_ELEMENT), at);
    at += data.byteLength;
  }
  return bytes;
}

/** Reads a file of float tensors, refusing one with gaps, overlaps, trailing bytes, or sizes that contradict each other. */
export function decodeSafetensors(where: string, bytes: Uint8Array): SafetensorsFile {
  if (typedArrayTag(bytes) !== 'Uint8Array') refuse(where, 'bytes', 'be a Uint8Array', bytes);
  if (bytes.length < 8) unfit(where, 'be a safetensors file', `${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = Number(view.getBigUint64(0, true));
  if (length > HEADER_LIMIT || 8 + length > bytes.length) {
    unfit(
      where,
      `have a header of at most ${HEADER_LIMIT} bytes within the file`,
      `a header of ${length} bytes in ${bytes.length}`,
    );
  }
  const header = parseHeader(where, bytes.subarray(8, 8 + length));
  const { __metadata__: metadata = {}, ...entries } = header;
  if (!isRecord(metadata) || !Object.values(metadata).every((value) => typeof value === 'string')) {
    unfit(where, 'have metadata of strings', describe(metadata));
  }
  const sorted = Object.entries(entries)
    .map(([name, entry]) => requireEntry(where, name, entry))
    .sort((a, b) => a.start - b.start);
  let end = 0;
  for (const { name, start, stop } of sorted) {
    if (start !== end)
      unfit(where, 'hold its tensors without gaps or overlaps', `${describe(name)} at byte ${start}, not ${end}`);
    end = stop;
  }
  if (8 + length + end !== bytes.length)
    unfit(where, `end after its last tensor, at byte ${8 + length + end}`, `${bytes.length} bytes`);
  const tensors = sorted.map(({ name, shape, dtype, start, stop }) => {
    const copy = new Uint8Array(stop - start); // not bytes.slice: that of a Buffer of Node copies nothing
    copy.set(bytes.subarray(8 + length + start, 8 + length + stop));
    const { buffer } = littleEndian(copy, dtype === 'float64' ? 8 : 4);
    const data = dtype === 'float64' ? new Float64Array(buffer) : new Float32Array(buffer);
    return { name, shape, dtype, data };
  });
  return { metadata: metadata as Record<string, string>, tensors };
}

/** Refuses a file unless it holds exactly the arrays that are wanted. */
export function requireArrays(
  where: string,
  wanted: readonly Pick<StoredTensor, 'name' | 'shape'>[],
  tensors: readonly StoredTensor[],
): void {
  const shapes = new Map(tensors.map(({ name, shape }) => [name, shape]));
  for (const { name, shape } of wanted) {
    const found = shapes.get(name);
    const received = found === undefined ? 'no such array' : `[${found.join(', ')}]`;
    if (found?.join() !== shape.join()) unfit(where, `hold ${name} of shape [${shape.join(', ')}]`, received);
    shapes.delete(name);
  }
  for (const name of shapes.keys()) unfit(where, 'hold only the arrays of its layers', describe(name));
}

/** Refuses bytes that are not what they should be. */
export function unfit(where: string, expected: string, received: string): never {
  throw new FormatError({ where, argument: 'bytes', expected, received });
}

function parseHeader(where: string, bytes: Uint8Array): Record<string, unknown> {
  const text = decodeUtf8(bytes);
  const header = text?.startsWith('{') ? parseStrictly(text) : undefined;
  if (isRecord(header) && !Object.hasOwn(header, '__proto__')) return header;
  return unfit(where, 'have a JSON object as its header, each key once', 'something else');
}

/**
 * The value of JSON without repeated keys, of which JSON.parse would take the last in silence, and without deep nesting;
 * undefined for any other text.
 */
export function parseStrictly(text: string): unknown {
  const levels = { depth: 0, colons: 0 };
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') {
      for (at++; at < text.length && text[at] !== '"'; at++) if (text[at] === '\\') at++;
    } else if (character === ':') levels.colons++;
    else if (character === '{' || character === '[') levels.depth++;
    else if (character === '}' || character === ']') levels.depth--;
    if (levels.depth > DEPTH_LIMIT) return undefined;
  }
  const value = parse(text);
  return keysOf(value) === levels.colons ? value : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Keys of an object and of everything in it. */
function keysOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const own = Array.isArray(value) ? 0 : Object.keys(value).length;
  return Object.values(value).reduce<number>((sum, part) => sum + keysOf(part), own);
}

function requireEntry(where: string, name: string, entry: unknown) {
  const { dtype: code, shape, data_offsets: offsets } = isRecord(entry) ? entry : {};
  const label = describe(name);
  const dtype = code === 'F32' ? 'float32' : code === 'F64' ? 'float64' : undefined;
  if (dtype === undefined) return unfit(where, 'hold tensors of F32 or F64', `${label} of ${describe(code)}`);
  if (!isIntegers(shape, 0) || shape.length > RANK_LIMIT)
    return unfit(where, 'give each tensor a shape', `${label}: ${describe(shape)}`);
  if (!isIntegers(offsets, 0) || offsets.length !== 2)
    return unfit(where, 'give each tensor its offsets', `${label}: ${describe(offsets)}`);
  const [start, stop] = offsets as [number, number];
  const size = sizeOf(shape) * (dtype === 'float64' ? 8 : 4);
  if (stop - start !== size)
    return unfit(where, `give ${label} the ${size} bytes of its shape`, `${stop - start} bytes`);
  return { name, dtype: dtype as DType, shape, start, stop };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The bytes of elements of a size, from this machine's order to little-endian or back. */
function littleEndian(bytes: Uint8Array, size: number): Uint8Array {
  if (LITTLE_ENDIAN) return bytes;
  const swapped = bytes.slice();
  for (let at = 0; at < swapped.length; at += size) swapped.subarray(at, at + size).reverse();
  return swapped;
}
