// Initializers that draw their elements in row-major order.

import { requireInstance } from '../checks.ts';
import { requireIntegers, sizeOf } from '../tensor/layout.ts';
import { allocate } from '../tensor/storage.ts';
import { Random } from './random.ts';
import type { Initializer } from './run-initializer.ts';

/** Checks the arguments of an initializer, because users may call one themselves. Returns a copy of the shape. */
export function requireInitializerArguments(where: string, shape: unknown, random: unknown): readonly number[] {
  const lengths = requireIntegers(where, 'shape', shape, 0);
  requireInstance(where, 'random', random, Random, 'be a Random');
  return lengths;
}

/**
 * Creates an initializer that draws its elements in row-major order. `prepare` receives the shape and returns a
 * function that fills an array.
 */
export function elementwise(
  where: string,
  prepare: (shape: readonly number[]) => (values: Float64Array, random: Random) => void,
): Initializer {
  return (given, random) => {
    const shape = requireInitializerArguments(where, given, random);
    const fill = prepare(shape);
    const values = allocate('float64', sizeOf(shape), where) as Float64Array;
    fill(values, random);
    return values;
  };
}
