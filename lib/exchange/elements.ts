// Elements of arrays as bytes, and bytes as elements, in the types of other libraries.

import { describe } from '../describe.ts';
import { typedArrayTag } from '../tensor/storage.ts';
import { ELEMENT_TYPES, type ForeignData } from './element-types.ts';
import type { ForeignArray } from './foreign-array.ts';
import { bfloatBits, halfBits, widenBfloats, widenHalves } from './narrow-floats.ts';

const LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/** Throws an error; the arguments say what was expected, to be read after "must", and received. */
export type Fail = (expected: string, received: string) => never;

/**
 * Copies elements out of the bytes of a file, which need no alignment.
 *
 * @param bytes - exactly the elements
 * @param littleEndian - order of the bytes of an element
 * @param fail - for a bool that is neither 0 nor 1
 */
export function decodeElements(bytes: Uint8Array, dtype: string, littleEndian: boolean, fail: Fail): ForeignData {
  const { size, array } = ELEMENT_TYPES.get(dtype)!;
  const copy = new Uint8Array(bytes.length);
  copy.set(bytes);
  if (littleEndian !== LITTLE_ENDIAN) swapBytes(copy, size);
  if (dtype === 'float16') return widenHalves(new Uint16Array(copy.buffer));
  if (dtype === 'bfloat16') return widenBfloats(new Uint16Array(copy.buffer));
  const bad = dtype === 'bool' ? copy.findIndex((value) => value > 1) : -1;
  if (bad >= 0) fail('hold 0 or 1 in elements of bool', `${copy[bad]} at element ${bad}`);
  return new array(copy.buffer);
}

/**
 * The elements of an array as bytes in little-endian order: the array's own memory where that is possible.
 *
 * @param fail - for an unknown type, data that are not of the type, and numbers that a narrow float does not hold
 */
export function encodeElements({ dtype, data }: ForeignArray, fail: Fail): Uint8Array {
  const type = ELEMENT_TYPES.get(dtype);
  if (type === undefined) return fail(`have a dtype of ${[...ELEMENT_TYPES.keys()].join(', ')}`, describe(dtype));
  if (typedArrayTag(data) !== type.array.name) fail(`have a ${type.array.name} for its dtype ${dtype}`, describe(data));
  if (dtype === 'float16' || dtype === 'bfloat16') return littleBytes(narrowed(dtype, data as Float32Array, fail));
  const bad = dtype === 'bool' ? (data as Uint8Array).findIndex((value) => value > 1) : -1;
  if (bad >= 0) fail('hold 0 or 1 in elements of bool', `${data[bad]} at element ${bad}`);
  return littleBytes(data);
}

function narrowed(dtype: string, data: Float32Array, fail: Fail): Uint16Array {
  const bitsOf = dtype === 'float16' ? halfBits : bfloatBits;
  return Uint16Array.from(data, (value, k) => {
    const bits = bitsOf(value);
    return bits < 0 ? fail(`hold numbers that ${dtype} holds exactly`, `${value} at element ${k}`) : bits;
  });
}

function littleBytes({ buffer, byteOffset, byteLength, BYTES_PER_ELEMENT: size }: ForeignData): Uint8Array {
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  if (LITTLE_ENDIAN) return bytes;
  const copy = bytes.slice();
  swapBytes(copy, size);
  return copy;
}

/** Reverses the bytes of each element. */
function swapBytes(bytes: Uint8Array, size: number): void {
  if (size > 1) for (let at = 0; at < bytes.length; at += size) bytes.subarray(at, at + size).reverse();
}
