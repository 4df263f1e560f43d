// The entry `bptt/exchange/safetensors`: arrays of any element type in safetensors files, the format of Hugging Face.

import { reading, refuse } from '../checks.ts';
import { describe } from '../describe.ts';
import { type Accepted, decodeArrays, encodeArrays, unfit } from '../formats/safetensors.ts';
import { optional, readOptions, type Schema } from '../options.ts';
import { ELEMENT_TYPES } from './element-types.ts';
import { decodeElements, encodeElements } from './elements.ts';
import { type ForeignArrays, requireForeignArrays, type WritableArrays } from './foreign-array.ts';

export type { ForeignArray, ForeignArrays, ForeignData, WritableArrays } from './foreign-array.ts';
export { toFloat32 } from './to-float32.ts';
export { toTensor } from './to-tensor.ts';

/** What a safetensors file holds. */
export interface SafetensorsContent {
  /** The arrays by name, in the order of their bytes. */
  readonly arrays: ForeignArrays;
  /** Texts that travel with them; PyTorch's own files have `format: 'pt'`. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** Options of `writeSafetensors`. */
export interface WriteSafetensorsOptions {
  /** Texts to store beside the arrays; default none. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Codes of element types in files. */
const CODES: Readonly<Record<string, string>> = {
  float64: 'F64',
  float32: 'F32',
  float16: 'F16',
  bfloat16: 'BF16',
  int64: 'I64',
  int32: 'I32',
  int16: 'I16',
  int8: 'I8',
  uint64: 'U64',
  uint32: 'U32',
  uint16: 'U16',
  uint8: 'U8',
  bool: 'BOOL',
};

const ACCEPTED: Accepted = {
  header: 1 << 24,
  values: 1 << 17,
  types: Object.fromEntries(
    Object.entries(CODES).map(([dtype, code]) => [code, [dtype, ELEMENT_TYPES.get(dtype)!.size]]),
  ),
  inWords: Object.values(CODES).join(', '),
};
/** Arrays of a file that is written: its header then has fewer values than a reader accepts. */
const MOST_ARRAYS = 8192;

const WRITE_OPTIONS: Schema<WriteSafetensorsOptions> = { metadata: optional(requireMetadata, {}) };

/**
 * Reads a safetensors file: the arrays by name, with every element type of F64, F32, F16, BF16, I8 to I64, U8 to U64 and
 * BOOL. It is strict: it refuses files with gaps, overlaps, trailing bytes, contradictory sizes or a name twice.
 *
 * @param bytes - the whole file
 * @returns copies of the arrays, row-major, and the metadata
 * @throws FormatError for bytes that are no such file, and for another element type, by name; ArgumentError
 *
 * @example
 * ```ts
 * const bytes = writeSafetensors(new Map([['w', { shape: [2], dtype: 'float16', data: Float32Array.of(0.5, 2) }]]));
 * readSafetensors(bytes).arrays.get('w')?.data; // Float32Array [0.5, 2]
 * ```
 */
export function readSafetensors(bytes: Uint8Array): SafetensorsContent {
  const where = 'readSafetensors';
  const { metadata, tensors } = decodeArrays(where, bytes, ACCEPTED);
  const arrays = tensors.map(({ name, shape, dtype, bytes: stored }) => {
    const fail = (expected: string, received: string): never =>
      unfit(where, `${expected}, of the tensor ${describe(name)}`, received);
    return [name, { shape, dtype, data: decodeElements(stored, dtype, true, fail) }] as const;
  });
  return { arrays: new Map(arrays), metadata };
}

/**
 * Writes a safetensors file. Elements stay as they are: a float16 or bfloat16 that is not exactly one is refused. Larger
 * elements come first, so that all are aligned, which PyTorch's reader needs.
 *
 * @param arrays - by name: arrays of files, or tensors and other ndarrays; at most 8192
 * @param options - `metadata`: default none
 * @returns the bytes of the file
 * @throws ArgumentError for what is no array, an unknown element type, data that do not fit it, a name that is reserved
 *
 * @example
 * ```ts
 * const bytes = writeSafetensors(new Map([['w', tensor([[1, 2]])]]), { metadata: { format: 'pt' } });
 * readSafetensors(bytes).metadata; // { format: 'pt' }
 * ```
 */
export function writeSafetensors(arrays: WritableArrays, options: WriteSafetensorsOptions = {}): Uint8Array {
  const where = 'writeSafetensors';
  const given = [...requireForeignArrays(where, 'arrays', arrays)];
  const { metadata } = readOptions(where, options, WRITE_OPTIONS);
  if (given.length > MOST_ARRAYS) refuse(where, 'arrays', `be at most ${MOST_ARRAYS} arrays`, given.length);
  const parts = given.map(([name, array]) => {
    const argument = `arrays.get(${describe(name)})`;
    if (name === '__metadata__' || name === '__proto__') refuse(where, 'arrays', 'have other names', name);
    const bytes = encodeElements(array, (expected, received) => refuse(where, argument, expected, received));
    return { name, shape: array.shape, code: CODES[array.dtype]!, bytes, size: ELEMENT_TYPES.get(array.dtype)!.size };
  });
  return encodeArrays(
    metadata,
    parts.sort((a, b) => b.size - a.size),
  );
}

function requireMetadata(where: string, argument: string, value: unknown): Readonly<Record<string, string>> {
  return reading(where, argument, () => {
    const expected = 'be an object of strings';
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return refuse(where, argument, expected, value);
    const entries = Object.entries(value);
    for (const [key, text] of entries) {
      if (typeof text !== 'string' || key === '__proto__') refuse(where, `${argument}.${key}`, 'be a string', text);
    }
    return Object.fromEntries(entries) as Record<string, string>;
  });
}
