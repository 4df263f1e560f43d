// The type of initializers, and the check of their results.

import { requireFunction } from '../checks.ts';
import { describe } from '../describe.ts';
import { ArgumentError } from '../errors.ts';
import { sizeOf } from '../tensor/layout.ts';
import type { DType, FloatArray } from '../tensor/storage.ts';
import { allocate, isFloatArray } from '../tensor/storage.ts';
import type { Random } from './random.ts';

/** What an initializer can use in addition to the shape. */
export interface InitializerContext {
  /** Number of equal blocks along the last axis: 4 for an LSTM's [H, 4H], 1 without gates. */
  readonly gates: number;
  /** Element type of the parameter, to which values are rounded; `'float64'` by default. */
  readonly dtype?: DType;
}

/**
 * A function that returns the initial values of a parameter in row-major order. It must draw random numbers only from
 * `random`. `initializers` has the usual ones.
 *
 * @example
 * ```ts
 * const identity: Initializer = ([rows = 0, columns = 0]) =>
 *   Float64Array.from({ length: rows * columns }, (_, i) => (i % (columns + 1) === 0 ? 1 : 0));
 * ```
 */
export type Initializer = (
  shape: readonly number[],
  random: Random,
  context: InitializerContext,
) => FloatArray | readonly number[];

/**
 * Runs an initializer and checks what it returns.
 * @param where - public function, as in error messages
 * @param initializer - any function of the type `Initializer`
 * @param shape - shape of the parameter
 * @param random - generator of this parameter only
 * @param context - number of gates, element type
 * @param argument - name of the initializer in error messages
 * @returns one finite value per element of the shape, in row-major order
 * @throws ArgumentError if the result is not an array of numbers, has another length, or is not finite
 *
 * @example
 * ```ts
 * runInitializer('Dense', initializers.glorotUniform(), [3, 2], new Random(1), { gates: 1 });
 * ```
 */
export function runInitializer(
  where: string,
  initializer: Initializer,
  shape: readonly number[],
  random: Random,
  context: InitializerContext,
  argument = 'initializer',
): FloatArray {
  requireFunction(where, argument, initializer);
  const size = sizeOf(shape);
  const values: unknown = initializer(shape.slice(), random, context);
  const fail = (expected: string, received: string, remedy?: string): never => {
    throw new ArgumentError({ where, argument, expected, received, ...(remedy === undefined ? {} : { remedy }) });
  };
  if (!isFloatArray(values) && !Array.isArray(values)) {
    const remedy = typeof values === 'function' ? 'Call it first: initializers.orthogonal()' : undefined;
    return fail('return a Float32Array, a Float64Array or an array of numbers', describe(values), remedy);
  }
  if (values.length !== size) {
    fail(`return ${size} values for shape [${shape.join(', ')}]`, `${values.length} values`);
  }
  const numbers = isFloatArray(values) ? values : allocate('float64', size, where, argument);
  for (let i = 0; i < size; i++) {
    const value: unknown = values[i];
    if (!Number.isFinite(value)) fail('return finite numbers', `${describe(value)} at position ${i}`);
    numbers[i] = value as number;
  }
  return numbers;
}
