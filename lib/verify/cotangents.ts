// Cotangents: directions in the space of outputs, for backward passes.

import type { Random } from '../random/random.ts';
import { sizeOf } from '../tensor/layout.ts';
import { Tensor } from '../tensor/tensor.ts';
import type { Block } from './elements.ts';

const { abs, sqrt } = Math;

/** A direction in the space of all outputs: the argument of a backward pass. Derivatives are projected onto it. */
export interface Cotangent {
  /** Errors are relative to the largest gradient of this block: the name of an output, or `'*'` for all. */
  readonly block: string;
  /** The only nonzero entry, which is 1; undefined for a random direction. */
  readonly entry: number | undefined;
  /** Weights of all output entries. */
  readonly weights: Float64Array;
}

/** One direction per output entry: together they give the full Jacobian, row by row. */
export function unitCotangents(blocks: readonly Block[], size: number): Cotangent[] {
  return blocks.flatMap(({ name, start, size: entries }) =>
    Array.from({ length: entries }, (_, k) => {
      const weights = new Float64Array(size);
      weights[start + k] = 1;
      return { block: name, entry: start + k, weights };
    }),
  );
}

/** Random directions over all outputs, with entries in [−1, 1). */
export function randomCotangents(size: number, count: number, random: Random): Cotangent[] {
  return Array.from({ length: count }, () => {
    const weights = Float64Array.from({ length: size }, () => random.uniform(-1, 1));
    return { block: '*', entry: undefined, weights };
  });
}

/** Converts a direction to the argument of `backward`: one tensor per output. */
export function upstreamOf({ weights }: Cotangent, blocks: readonly Block[]): Record<string, Tensor> {
  return Object.fromEntries(
    blocks.map(({ name, shape, start }) => {
      const data = weights.slice(start, start + sizeOf(shape));
      return [name, new Tensor({ data }, shape)];
    }),
  );
}

/** Σ weight · value over the outputs. */
export function project({ weights, entry }: Cotangent, values: Float64Array): number {
  if (entry !== undefined) return values[entry]!;
  let sum = 0;
  for (let o = 0; o < values.length; o++) sum += weights[o]! * values[o]!;
  return sum;
}

/** √Σ(weight · value)²: the size of the outputs in this direction. Rounding errors are relative to it. */
export function magnitude({ weights, entry }: Cotangent, values: Float64Array): number {
  if (entry !== undefined) return abs(values[entry]!);
  let sum = 0;
  for (let o = 0; o < values.length; o++) sum += (weights[o]! * values[o]!) ** 2;
  return sqrt(sum);
}
