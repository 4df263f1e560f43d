// .npy files: one array of NumPy.

import { refuse } from '../../checks.ts';
import { unfit } from '../../formats/safetensors.ts';
import { encodeUtf8 } from '../../formats/utf8.ts';
import { rowMajor, sizeOf } from '../../tensor/layout.ts';
import type { NdArrayLike } from '../../tensor/ndarray-like.ts';
import { copyStrided } from '../../tensor/strided-copy.ts';
import { ELEMENT_TYPES, type ForeignData } from '../element-types.ts';
import { decodeElements, encodeElements } from '../elements.ts';
import { type ForeignArray, requireForeignArray } from '../foreign-array.ts';
import { requireBytes } from '../require-bytes.ts';
import { headerText, readHeader } from './header.ts';

/** `\x93NUMPY` */
const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
const LONGEST_HEADER = 65_536;
/** Data begin at a multiple of it. */
const ALIGNMENT = 64;

/**
 * Reads a .npy file, as `numpy.save` writes it: versions 1 to 3 of the format, either order of bytes and of axes.
 *
 * @param bytes - the whole file
 * @returns a copy, row-major; float16 is widened to float32, which holds it exactly
 * @throws FormatError for bytes that are no such file, and for elements that are not numbers or bools, by name: objects,
 *   structures, texts, complex numbers, dates; ArgumentError
 *
 * @example
 * ```ts
 * const bytes = writeNpy(tensor([[1, 2], [3, 4]]));
 * readNpy(bytes).shape; // [2, 2]
 * ```
 */
export function readNpy(bytes: Uint8Array): ForeignArray {
  return decodeNpy('readNpy', requireBytes('readNpy', bytes));
}

/** Reads a .npy file on behalf of a function. */
export function decodeNpy(where: string, bytes: Uint8Array): ForeignArray {
  if (bytes.length < 10 || MAGIC.some((byte, k) => bytes[k] !== byte)) {
    unfit(where, 'begin as a .npy file does', `${bytes.length} other bytes`);
  }
  const version = bytes[6]!;
  if (version < 1 || version > 3 || bytes[7] !== 0)
    unfit(where, 'have version 1, 2 or 3 of the format', `${version}.${bytes[7]}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const wide = version > 1;
  const length = !wide ? view.getUint16(8, true) : bytes.length < 12 ? Infinity : view.getUint32(8, true);
  const start = wide ? 12 : 10;
  if (length > LONGEST_HEADER || start + length > bytes.length) {
    unfit(where, `have a header that lies within the file and has at most ${LONGEST_HEADER} bytes`, `${length} bytes`);
  }
  const text = Array.from(bytes.subarray(start, start + length), (byte) => String.fromCharCode(byte)).join('');
  const { dtype, littleEndian, fortranOrder, shape } = readHeader(where, text);
  const size = sizeOf(shape) * ELEMENT_TYPES.get(dtype)!.size;
  const stored = bytes.subarray(start + length);
  if (stored.length !== size)
    unfit(where, `have ${size} bytes for [${shape.join(', ')}] of ${dtype}`, `${stored.length} bytes`);
  const data = decodeElements(stored, dtype, littleEndian, (expected, received) => unfit(where, expected, received));
  return { shape, dtype, data: fortranOrder && shape.length > 1 ? turned(data, shape, dtype) : data };
}

/** Row-major elements from those in Fortran's order, in which the first axis has stride 1. */
function turned(data: ForeignData, shape: readonly number[], dtype: string): ForeignData {
  const copy = new (ELEMENT_TYPES.get(dtype)!.array)(data.length);
  const stride = rowMajor([...shape].reverse()).reverse();
  copyStrided(copy as Float64Array, rowMajor(shape), 0, data as Float64Array, stride, 0, shape);
  return copy;
}

/**
 * Writes a .npy file, which `numpy.load` reads.
 *
 * @param array - an array of a file, a tensor or another ndarray, strided views included
 * @returns the bytes of a file of version 1, little-endian, in C order
 * @throws ArgumentError for what is no array, for data that do not fit its element type, and for bfloat16, which NumPy lacks
 *
 * @example
 * ```ts
 * readNpy(writeNpy({ shape: [2], dtype: 'int64', data: BigInt64Array.of(1n, -2n) })).data; // BigInt64Array [1n, -2n]
 * ```
 */
export function writeNpy(array: ForeignArray | NdArrayLike): Uint8Array {
  return encodeNpy('writeNpy', 'array', requireForeignArray('writeNpy', 'array', array));
}

/** Writes a .npy file on behalf of a function. */
export function encodeNpy(where: string, argument: string, array: ForeignArray): Uint8Array {
  const { shape, dtype } = array;
  const stored = encodeElements(array, (expected, received) => refuse(where, argument, expected, received));
  const text =
    headerText(dtype, shape) ??
    refuse(where, argument, 'have a dtype that NumPy has', dtype, 'Convert it with toFloat32(arrays)');
  const start = Math.ceil((10 + text.length + 1) / ALIGNMENT) * ALIGNMENT;
  const bytes = new Uint8Array(start + stored.length);
  bytes.fill(0x20, 0, start);
  bytes.set([...MAGIC, 1, 0, (start - 10) & 255, (start - 10) >> 8]);
  bytes.set(encodeUtf8(text), 10);
  bytes[start - 1] = 0x0a;
  bytes.set(stored, start);
  return bytes;
}
