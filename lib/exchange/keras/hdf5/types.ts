// Dataspaces and datatypes: the shape and the element type of a dataset or an attribute.

import { sizeOf } from '../../../tensor/layout.ts';
import { RANK_LIMIT } from '../../foreign-array.ts';
import { NOTHING, type Source } from './source.ts';

/** An element type of HDF5. */
export type Datatype =
  | { readonly kind: 'number'; readonly size: number; readonly dtype: string; readonly littleEndian: boolean }
  | { readonly kind: 'text'; readonly size: number }
  /** Texts of any length, in the global heap. */
  | { readonly kind: 'texts'; readonly size: number }
  | { readonly kind: 'other'; readonly size: number; readonly name: string };

const CLASSES: readonly string[] = [
  'integer',
  'float',
  'time',
  'text',
  'bit field',
  'opaque',
  'compound',
  'reference',
  'enumeration',
  'list of any length',
  'array',
];
const [FIXED_POINT, FLOATING_POINT, TEXT, ANY_LENGTH] = [0, 1, 3, 9];

/** Size, then place and bits of the exponent and of the mantissa, and the exponent's bias. */
const FLOATS: ReadonlyMap<string, string> = new Map([
  ['8: 52 11 0 52 1023', 'float64'],
  ['4: 23 8 0 23 127', 'float32'],
  ['2: 10 5 0 10 15', 'float16'],
  ['2: 7 8 0 7 127', 'bfloat16'],
]);

/** Reads the datatype at `at`. */
export function datatypeAt(source: Source, at: number): Datatype {
  const kind = source.u8(at) & 15;
  const bits = source.u8(at + 1);
  const size = source.u32(at + 4);
  const littleEndian = (bits & 1) === 0;
  if (size === 0) source.fail('have elements of at least one byte', `a datatype of none at byte ${at}`);
  if (kind === TEXT) return { kind: 'text', size };
  if (kind === ANY_LENGTH && (bits & 15) === 1) return { kind: 'texts', size };
  const dtype =
    kind === FIXED_POINT
      ? integerType(source, at, size, (bits & 8) !== 0)
      : kind === FLOATING_POINT
        ? floatType(source, at, size)
        : undefined;
  if (dtype === undefined) return { kind: 'other', size, name: `${CLASSES[kind] ?? 'unknown type'} of ${size} bytes` };
  return { kind: 'number', size, dtype, littleEndian };
}

function integerType(source: Source, at: number, size: number, isSigned: boolean): string | undefined {
  const isWhole = source.u16(at + 8) === 0 && source.u16(at + 10) === 8 * size;
  return isWhole && [1, 2, 4, 8].includes(size) ? `${isSigned ? '' : 'u'}int${8 * size}` : undefined;
}

function floatType(source: Source, at: number, size: number): string | undefined {
  const places = [12, 13, 14, 15].map((k) => source.u8(at + k));
  const isWhole = source.u16(at + 8) === 0 && source.u16(at + 10) === 8 * size && source.u8(at + 2) === 8 * size - 1;
  const isIeee = isWhole && (source.u8(at + 1) & 0x40) === 0;
  return isIeee ? FLOATS.get(`${size}: ${places.join(' ')} ${source.u32(at + 16)}`) : undefined;
}

/** Reads the lengths of the axes at `at`. */
export function shapeAt(source: Source, at: number): readonly number[] {
  const [version, rank, flags] = [source.u8(at), source.u8(at + 1), source.u8(at + 2)];
  if (version !== 1 && version !== 2) source.fail('have dataspaces of version 1 or 2', `version ${version}`);
  if (version === 2 && source.u8(at + 3) === 2) return [0]; // no elements at all
  if (rank > RANK_LIMIT) source.fail(`have arrays of at most ${RANK_LIMIT} axes`, `${rank} axes`);
  if (flags > 3) source.fail('have dataspaces of fixed or maximal lengths', `flags ${flags}`);
  const start = at + (version === 1 ? 8 : 4);
  source.span(start, 8 * rank, 'dataspaces');
  const shape = Array.from({ length: rank }, (_, axis) => source.u64(start + 8 * axis));
  if (shape.includes(NOTHING) || sizeOf(shape) > Number.MAX_SAFE_INTEGER)
    source.fail('have arrays of fewer than 2^53 elements', `shape [${shape.join(', ')}]`);
  return shape;
}
