import { requireInstance } from '../checks.ts';
import { requireIntegers, sizeOf } from '../tensor/layout.ts';
import { allocate } from '../tensor/storage.ts';
import { Random } from './random.ts';
import type { Initializer } from './run-initializer.ts';

/** Checks what an initializer is called with, since users may call one themselves; returns a copy of the shape. */
export function requireInitializerArguments(where: string, shape: unknown, random: unknown): readonly number[] {
  const lengths = requireIntegers(where, 'shape', shape, 0);
  requireInstance(where, 'random', random, Random, 'be a Random');
  return lengths;
}

/** Initializer whose elements are drawn in row-major order; `prepare` sees the shape, and returns what fills an array. */
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
