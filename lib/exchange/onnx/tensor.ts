// TensorProtos: arrays in an ONNX file.

import { FormatError } from '../../errors.ts';
import { sizeOf } from '../../tensor/layout.ts';
import { ELEMENT_TYPES, type ForeignData } from '../element-types.ts';
import { decodeElements } from '../elements.ts';
import type { ForeignArray } from '../foreign-array.ts';
import { quoted } from './graph.ts';
import type { Message } from './protobuf.ts';

/** Our names of element types, by the number of ONNX. */
const TYPES: readonly (string | undefined)[] = [
  undefined,
  'float32',
  'uint8',
  'int8',
  'uint16',
  'int16',
  'int32',
  'int64',
  undefined, // text
  'bool',
  'float16',
  'float64',
  'uint32',
  'uint64',
  undefined, // complex numbers
  undefined,
  'bfloat16',
];

/** Our name of an element type of ONNX; undefined for texts, complex numbers, and floats of 8 bits or fewer. */
export function typeNamed(number: number): string | undefined {
  return TYPES[number];
}

/** Numbers of the fields of a TensorProto. */
const TENSOR = {
  dims: 1,
  type: 2,
  float: 4,
  int32: 5,
  int64: 7,
  name: 8,
  raw: 9,
  double: 10,
  uint64: 11,
  location: 14,
} as const;
const RANK_LIMIT = 32;

/** Reads an array. `name`: for errors. */
export function tensorOf(where: string, message: Message, name: string): ForeignArray {
  const fail = (expected: string, received: string): never => {
    throw new FormatError({ where, argument: `array ${quoted(name).slice(1, -1)}`, expected, received });
  };
  const shape = message.integers(TENSOR.dims);
  if (shape.length > RANK_LIMIT || !shape.every((size) => Number.isSafeInteger(size) && size >= 0)) {
    fail(`have a shape of at most ${RANK_LIMIT} axes`, `[${shape.slice(0, RANK_LIMIT).join(', ')}]`);
  }
  if (message.integer(TENSOR.location) === 1) fail('be in the file', 'an array in a file beside it');
  const number = message.integer(TENSOR.type);
  const dtype = typeNamed(number);
  if (dtype === undefined) return fail('have elements that are numbers', `type ${number} of ONNX`);
  const data = elementsOf(message, dtype, fail);
  if (data.length !== sizeOf(shape))
    fail(`have ${sizeOf(shape)} elements, of shape [${shape.join(', ')}]`, `${data.length}`);
  return { shape, dtype, data };
}

/** The elements: raw bytes, or a list of a wider type. */
function elementsOf(message: Message, dtype: string, fail: (expected: string, received: string) => never): ForeignData {
  const { size, array } = ELEMENT_TYPES.get(dtype)!;
  const raw = message.bytes(TENSOR.raw);
  const decode = (bytes: Uint8Array, type: string): ForeignData => decodeElements(bytes, type, true, fail);
  if (raw !== undefined) {
    if (raw.length % size !== 0) fail(`have elements of ${size} bytes`, `${raw.length} bytes`);
    return decode(raw, dtype);
  }
  if (dtype === 'float32') return decode(message.fixed(TENSOR.float, 4), dtype);
  if (dtype === 'float64') return decode(message.fixed(TENSOR.double, 8), dtype);
  const field = dtype === 'int64' ? TENSOR.int64 : dtype.startsWith('uint') && size >= 4 ? TENSOR.uint64 : TENSOR.int32;
  if (dtype === 'int64') return BigInt64Array.from(message.bigints(field));
  if (dtype === 'uint64') return BigUint64Array.from(message.bigints(field));
  const integers = message.integers(field);
  if (dtype === 'float16' || dtype === 'bfloat16') {
    const bytes = Uint8Array.from(integers.flatMap((bits) => [bits & 255, (bits >> 8) & 255]));
    return decode(bytes, dtype);
  }
  const narrow = new array(integers.length) as Int32Array;
  narrow.set(integers);
  return narrow;
}
