// Arrays in files of other libraries.

import { reading, refuse } from '../checks.ts';
import { describe } from '../describe.ts';
import { isIntegers, sizeOf } from '../tensor/layout.ts';
import { typedArrayTag } from '../tensor/storage.ts';

/** The elements of an array in a file, in the smallest type of JavaScript that holds all of them. */
export type ForeignData =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

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

const TAGS: readonly string[] = [
  'Float32Array',
  'Float64Array',
  'Int8Array',
  'Uint8Array',
  'Int16Array',
  'Uint16Array',
  'Int32Array',
  'Uint32Array',
  'BigInt64Array',
  'BigUint64Array',
];

/** The most axes of an array. */
const RANK_LIMIT = 32;

const EXPECTED = 'be a Map of arrays { shape, dtype, data } by name, as the readers of bptt/exchange return it';

/** Returns a copy of arrays from a caller, which it reads once. The elements are not copied. */
export function requireForeignArrays(where: string, argument: string, arrays: ForeignArrays): ForeignArrays {
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

/** Returns a copy of one array, without its elements. */
function requireForeignArray(where: string, argument: string, array: ForeignArray): ForeignArray {
  if (typeof array !== 'object' || array === null) refuse(where, argument, 'be an array { shape, dtype, data }', array);
  const { shape, dtype, data } = array;
  if (!isIntegers(shape, 0) || shape.length > RANK_LIMIT) {
    return refuse(where, `${argument}.shape`, `be a list of at most ${RANK_LIMIT} integers of at least 0`, shape);
  }
  if (typeof dtype !== 'string')
    refuse(where, `${argument}.dtype`, "be the name of an element type, as 'float32'", dtype);
  const tag = typedArrayTag(data);
  if (tag === undefined || !TAGS.includes(tag)) refuse(where, `${argument}.data`, `be one of ${TAGS.join(', ')}`, data);
  const size = sizeOf(shape);
  if (data.length !== size) refuse(where, `${argument}.data`, `have the ${size} elements of its shape`, data);
  return { shape: [...shape], dtype, data };
}
