// `pad`: sequences of different lengths as one array.

import { refuse, requireEntries, requireInteger } from '../checks.ts';
import { integer, number, optional, readOptions, type Schema } from '../options.ts';
import type { NestedNumbers } from './create.ts';
import type { NdArrayLike } from './ndarray-like.ts';
import { padded, requireAlike, requireRow } from './sequences.ts';
import { TENSOR_OPTIONS, type TensorOptions } from './storage.ts';
import type { Tensor } from './tensor.ts';

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
 *   may be 0, as of `[]`
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
  const each = list.map((sequence, i) => requireSequence(where, `sequences[${i}]`, sequence));
  const arrays = requireAlike(where, 'sequences', each);
  const lengths = Int32Array.from(arrays, ({ shape }) => shape[0]!);
  const longest = lengths.reduce((most, length) => Math.max(most, length), 1);
  const T = given === undefined ? longest : requireInteger(where, 'T', given, longest);
  return { x: padded(where, 'sequences', arrays, { T, value, dtype }), lengths };
}

/** Checks one sequence. */
function requireSequence(where: string, argument: string, sequence: unknown): NdArrayLike {
  const array = requireRow(where, argument, sequence);
  const { length } = array.shape;
  if (length === 1 || length === 2) return array;
  return refuse(where, argument, 'have the shape [T, F] or [T]', `[${array.shape.join(', ')}]`);
}
