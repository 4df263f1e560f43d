import { requireInstance } from '../checks.ts';
import { requireIntegers, sizeOf } from './layout.ts';
import { Random } from './random.ts';
import type { Initializer } from './run-initializer.ts';
import { allocate } from './storage.ts';

/** Checks what an initializer is called with, since users may call one themselves. */
export function requireInitializerArguments(where: string, shape: unknown, random: unknown): void {
  requireIntegers(where, 'shape', shape, 0);
  requireInstance(where, 'random', random, Random, 'be a Random');
}

/** Initializer that makes one element after the other, in row-major order; `prepare` sees the shape once. */
export function elementwise(
  where: string,
  prepare: (shape: readonly number[]) => (random: Random) => number,
): Initializer {
  return (shape, random) => {
    requireInitializerArguments(where, shape, random);
    const draw = prepare(shape);
    const values = allocate('float64', sizeOf(shape), where);
    for (let i = 0; i < values.length; i++) values[i] = draw(random);
    return values;
  };
}
