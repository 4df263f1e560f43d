// `pad`: sequences of different lengths as one array.

import { reading, refuse, requireEntries, requireInteger, requireShape } from '../checks.ts';
import { integer, number, optional, readOptions, type Schema } from '../options.ts';
import type { NestedNumbers } from './create.ts';
import { copyInto, type NdArrayLike, requireNdArray } from './ndarray-like.ts';
import { readNested } from './nested.ts';
import { allocate, isNumericTypedArray, TENSOR_OPTIONS, type TensorOptions } from './storage.ts';
import { Tensor } from './tensor.ts';

/** Options of `pad`. */
export interface PadOptions extends TensorOptions {
  /** Time steps of the result, at least those of the longest sequence; default as many. */
  readonly T?: number;
  /** The number after the end of a sequence; default 0. A mask by `lengths` leaves it out, whatever it is. */
  readonly value?: number;
}

const OPTIONS: Schema<PadOptions, 'T'> = {
  ...TENSOR_OPTIONS,
  T: optional(integer()),
  value: optional(number(), 0),
};

/** Sequences as one array, and their lengths. */
export interface Padded {
  /** [N, T, F], or [N, T] of sequences of numbers. */
  readonly x: Tensor;
  /** Number of time steps of each sequence: the option `lengths` of `fit`, `predict`, `forward` and others. */
  readonly lengths: Int32Array;
}

/**
 * Makes one array of sequences of different lengths, and lists their lengths.
 *
 * @param sequences - at least one, each [T_i, F] with the same F, or each [T_i]: tensors, ndarrays or nested arrays; T_i
 *   may be 0
 * @param options - `T`: default that of the longest sequence; `value`: default 0; `dtype`: default `'float32'`
 * @throws ArgumentError, ShapeError
 *
 * @example
 * ```ts
 * const { x, lengths } = pad([[[1, 2], [3, 4], [5, 6]], [[7, 8]]]);
 * x.shape;                       // [2, 3, 2]
 * [...lengths];                  // [3, 1]
 * new GRU({ units: 4 }).forward(x, { lengths }).shape; // [2, 4]
 * ```
 */
export function pad(sequences: readonly (NdArrayLike | NestedNumbers)[], options: PadOptions = {}): Padded {
  const where = 'pad';
  const { T: given, value, dtype } = readOptions(where, options, OPTIONS);
  const list = requireEntries(where, 'sequences', sequences, 'be an array of sequences');
  if (list.length === 0) refuse(where, 'sequences', 'have at least one sequence', list);
  const arrays = list.map((sequence, i) => requireSequence(where, `sequences[${i}]`, sequence));
  const example = arrays.find(({ shape }) => shape[0]! > 0) ?? arrays[0]!;
  const rest = example.shape.slice(1);
  for (const [i, { shape }] of arrays.entries()) {
    if (shape[0]! > 0) requireShape(where, `sequences[${i}]`, shape, ['T', ...rest]);
  }
  const lengths = Int32Array.from(arrays, ({ shape }) => shape[0]!);
  const longest = Math.max(
    1,
    lengths.reduce((most, length) => Math.max(most, length)),
  );
  const T = given === undefined ? longest : requireInteger(where, 'T', given, longest);
  const size = rest.reduce((product, of) => product * of, list.length * T);
  const x = new Tensor({ data: allocate(dtype, size, where, 'sequences').fill(value) }, [list.length, T, ...rest]);
  for (const [i, array] of arrays.entries()) {
    if (lengths[i] === 0) continue;
    copyInto(x.pick(i, null, ...rest.map(() => null)).hi(lengths[i]!, ...rest), array);
  }
  return { x, lengths };
}

/** Checks one sequence. */
function requireSequence(where: string, argument: string, sequence: unknown): NdArrayLike {
  const nested = reading(where, argument, () =>
    Array.isArray(sequence) || isNumericTypedArray(sequence)
      ? readNested(where, argument, sequence, 'float64')
      : undefined,
  );
  const array = nested ? new Tensor({ data: nested.data }, nested.shape) : requireNdArray(where, argument, sequence);
  const { length } = array.shape;
  if (length === 1 || length === 2) return array;
  return refuse(where, argument, 'have the shape [T, F] or [T]', `[${array.shape.join(', ')}]`);
}
