// Reads what a model is given before it generates: class numbers, or rows of features.

import { isList, refuse, requireEntries } from '../../checks.ts';
import { ShapeError } from '../../errors.ts';
import type { Network } from '../../layers/network.ts';
import { type NestedNumbers, readNumbers } from '../../tensor/create.ts';
import type { NdArrayLike } from '../../tensor/ndarray-like.ts';
import { isNumericTypedArray } from '../../tensor/storage.ts';
import type { Tensor } from '../../tensor/tensor.ts';

/** Class numbers of one sequence. */
export type ClassNumbers = readonly number[] | Uint8Array | Uint16Array | Int32Array | Uint32Array | Float32Array;

/** Several sequences, possibly of differing lengths: class numbers, or rows [T, I]. Or arrays [B, T] or [B, T, I]. */
export type Prompts =
  | readonly ClassNumbers[]
  | readonly NdArrayLike[]
  | readonly (readonly (readonly number[])[])[]
  | NdArrayLike;

/** Sequences of a prompt, each [T] with class numbers or [T, I] with features, in float64. */
export interface ReadPrompt {
  /** Whether the caller gave one sequence, not a list of them. */
  readonly single: boolean;
  readonly sequences: readonly Tensor[];
}

const EXPECTED = 'be class numbers of one sequence, or several sequences: class numbers or rows of features';

/** Copies a prompt. Its sequences have the same rank and at least one time step each. */
export function readPrompt(where: string, prompt: unknown): ReadPrompt {
  const argument = 'prompt';
  const read = readSequences(where, argument, prompt);
  const { sequences } = read;
  if (sequences.length === 0) refuse(where, argument, 'have at least one sequence', prompt);
  const rank = sequences[0]!.shape.length;
  for (const [b, { shape }] of sequences.entries()) {
    const good = shape.length === rank && (rank === 1 || rank === 2) && shape[0]! > 0;
    const expected = `have at least one time step in each sequence, ${rank === 2 ? '[T, I]' : '[T]'}`;
    if (!good) throw new ShapeError({ where, argument, expected, received: `[${shape.join(', ')}] for sequence ${b}` });
  }
  return read;
}

function readSequences(where: string, argument: string, prompt: unknown): ReadPrompt {
  if (isNumericTypedArray(prompt))
    return { single: true, sequences: [readNumbers(where, argument, prompt, 'float64')] };
  if (!isList(where, argument, prompt)) {
    if (typeof prompt !== 'object' || prompt === null) return refuse(where, argument, EXPECTED, prompt);
    const all = readNumbers(where, argument, prompt as NdArrayLike, 'float64');
    const { shape } = all;
    if (shape.length !== 2 && shape.length !== 3) {
      throw new ShapeError({
        where,
        argument,
        expected: 'have shape [B, T] or [B, T, I]',
        received: `[${shape.join(', ')}]`,
      });
    }
    return { single: false, sequences: Array.from({ length: shape[0]! }, (_, b) => all.pick(b)) };
  }
  const entries = requireEntries(where, argument, prompt as readonly NestedNumbers[], EXPECTED);
  const single = entries.length === 0 || typeof entries[0] === 'number';
  if (single) return { single, sequences: [readNumbers(where, argument, entries, 'float64')] };
  return { single, sequences: entries.map((each) => readNumbers(where, argument, each, 'float64')) };
}

/** Refuses class numbers and rows that the model does not read. */
export function requireReadable(where: string, { sequences }: ReadPrompt, model: Network, classes: number): void {
  const { indexCount, inputSize } = model;
  const features = sequences[0]!.shape.length === 2;
  if (features && indexCount > 0)
    refuse(where, 'prompt', 'have class numbers, as the model begins with an Embedding', 'rows');
  const count = indexCount > 0 ? indexCount : classes;
  for (const { data, shape, offset, size } of sequences) {
    if (features && shape[1] !== inputSize) {
      const expected = `have rows of ${inputSize} features`;
      throw new ShapeError({ where, argument: 'prompt', expected, received: `[${shape.join(', ')}]` });
    }
    if (features) continue;
    for (const each of data.subarray(offset, offset + size)) {
      if (Number.isInteger(each) && each >= 0 && each < count) continue;
      refuse(where, 'prompt', `have class numbers from 0 to ${count - 1}`, each);
    }
  }
}
