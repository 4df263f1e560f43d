// Arrays in files of other libraries.

import { reading, refuse } from '../checks.ts';
import { describe } from '../describe.ts';
import { isOutOfMemory, ShapeError } from '../errors.ts';
import { isIntegers, rowMajor, sizeOf } from '../tensor/layout.ts';
import { type NdArrayLike, requireNdArray } from '../tensor/ndarray-like.ts';
import { typedArrayTag } from '../tensor/storage.ts';
import { copyStrided } from '../tensor/strided-copy.ts';
import { ELEMENT_TYPES, type ForeignData } from './element-types.ts';

export type { ForeignData } from './element-types.ts';

/** An array in a file of another library, row-major. Its values are those of the file, widened without loss. */
export interface ForeignArray {
  /** Lengths of the axes; [] for a single number. */
  readonly shape: readonly number[];
  /**
   * Element type in the file: `'float64'`, `'float32'`, `'float16'`, `'bfloat16'`, `'int8'` to `'int64'`, `'uint8'` to
   * `'uint64'`, `'bool'`.
   */
  readonly dtype: string;
  /** Elements, row-major. float16 and bfloat16 are in a Float32Array, which holds them exactly, and bool is 0 or 1. */
  readonly data: ForeignData;
}

/** The arrays of a file by name, in the order of the file. */
export type ForeignArrays = ReadonlyMap<string, ForeignArray>;

/** Arrays to write by name: as the readers return them, or tensors and other ndarrays, strided views included. */
export type WritableArrays = ReadonlyMap<string, ForeignArray | NdArrayLike>;

/** The element type of an ndarray over such data. */
const DTYPES: Readonly<Record<string, string>> = {
  Float32Array: 'float32',
  Float64Array: 'float64',
  Int8Array: 'int8',
  Uint8Array: 'uint8',
  Int16Array: 'int16',
  Uint16Array: 'uint16',
  Int32Array: 'int32',
  Uint32Array: 'uint32',
  BigInt64Array: 'int64',
  BigUint64Array: 'uint64',
};

/** The most axes of an array. */
export const RANK_LIMIT = 8;

const EXPECTED = 'be a Map of arrays { shape, dtype, data } by name, as the readers of bptt/exchange return it';

/** Returns a copy of arrays from a caller, which it reads once. Elements are copied only out of ndarrays. */
export function requireForeignArrays(where: string, argument: string, arrays: WritableArrays): ForeignArrays {
  return reading(where, argument, () => {
    if (Object.prototype.toString.call(arrays) !== '[object Map]') refuse(where, argument, EXPECTED, arrays);
    const copy = new Map<string, ForeignArray>();
    for (const [name, array] of arrays) {
      if (typeof name !== 'string') refuse(where, argument, EXPECTED, name);
      copy.set(name, requireForeignArray(where, `${argument}.get(${describe(name)})`, array));
    }
    return copy;
  });
}

/** Returns a copy of one array, without its elements unless it is an ndarray. */
export function requireForeignArray(where: string, argument: string, array: ForeignArray | NdArrayLike): ForeignArray {
  return reading(where, argument, () => {
    if (typeof array !== 'object' || array === null) {
      return refuse(where, argument, 'be an array { shape, dtype, data }, a tensor or an ndarray', array);
    }
    if ('stride' in array) return fromNdArray(where, argument, requireNdArray(where, argument, array));
    const { shape, dtype, data } = array;
    if (!isIntegers(shape, 0) || shape.length > RANK_LIMIT) {
      return refuse(where, `${argument}.shape`, `be a list of at most ${RANK_LIMIT} integers of at least 0`, shape);
    }
    if (typeof dtype !== 'string') refuse(where, `${argument}.dtype`, "name an element type, as 'float32' does", dtype);
    const tag = typedArrayTag(data);
    if (tag === undefined || !(tag in DTYPES)) {
      refuse(where, `${argument}.data`, `be one of ${Object.keys(DTYPES).join(', ')}`, data);
    }
    const size = sizeOf(shape);
    if (data.length !== size) refuse(where, `${argument}.data`, `have the ${size} elements of its shape`, data);
    return { shape: [...shape], dtype, data };
  });
}

/** Allocates elements of a type. */
function newElements(dtype: string, size: number, where: string, argument: string): ForeignData {
  try {
    return new (ELEMENT_TYPES.get(dtype)!.array)(size);
  } catch (error) {
    if (!isOutOfMemory(error)) throw error;
    throw new ShapeError({ where, argument, expected: 'fit into memory', received: `${size} elements` });
  }
}

/** Copies the elements of an ndarray; those of plain lists become float64. */
function fromNdArray(where: string, argument: string, { data, shape, stride, offset }: NdArrayLike): ForeignArray {
  if (shape.length > RANK_LIMIT) refuse(where, argument, `have at most ${RANK_LIMIT} axes`, shape);
  const dtype = DTYPES[typedArrayTag(data) ?? ''] ?? 'float64';
  const copy = newElements(dtype, sizeOf(shape), where, argument);
  copyStrided(copy as Float64Array, rowMajor(shape), 0, data, stride, offset, shape);
  return { shape: [...shape], dtype, data: copy };
}
