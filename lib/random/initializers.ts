// The public list of initializers.

import { number, optional, readOptions, type Schema } from '../options.ts';
import { constant, ones, zeros } from './constant.ts';
import { elementwise } from './elementwise-initializer.ts';
import type { GlorotOptions } from './glorot.ts';
import { glorotNormal, glorotUniform } from './glorot.ts';
import type { OrthogonalOptions } from './orthogonal.ts';
import { orthogonal } from './orthogonal.ts';
import { requireRange } from './range.ts';
import type { Initializer } from './run-initializer.ts';

export type { GlorotOptions } from './glorot.ts';
export type { OrthogonalOptions } from './orthogonal.ts';
export type { Initializer, InitializerContext } from './run-initializer.ts';
export { runInitializer } from './run-initializer.ts';

/** Options of `initializers.uniform`. */
export interface UniformOptions {
  /** Lower end of the range, inclusive; −0.05 by default, as in Keras. */
  readonly low?: number;
  /** Upper end of the range, exclusive; 0.05 by default, as in Keras. */
  readonly high?: number;
}

/** Options of `initializers.normal`. */
export interface NormalOptions {
  /** Mean; 0 by default. */
  readonly mean?: number;
  /** Standard deviation, at least 0; 0.05 by default, as in Keras. */
  readonly sd?: number;
}

const UNIFORM: Schema<UniformOptions> = {
  low: optional(number(), -0.05),
  high: optional(number(), 0.05),
};

const NORMAL: Schema<NormalOptions> = {
  mean: optional(number(), 0),
  sd: optional(number({ min: 0 }), 0.05),
};

export function uniform(options: UniformOptions = {}): Initializer {
  const where = 'initializers.uniform';
  const { low, high } = readOptions(where, options, UNIFORM);
  requireRange(where, low, high);
  return elementwise(where, () => (values, random) => random.fillUniform(values, low, high));
}

function normal(options: NormalOptions = {}): Initializer {
  const where = 'initializers.normal';
  const { mean, sd } = readOptions(where, options, NORMAL);
  return elementwise(where, () => (values, random) => random.fillNormal(values, mean, sd));
}

/**
 * The usual initializers. `zeros` and `ones` are initializers. The others are functions that return an initializer,
 * such as `initializers.orthogonal()`. Any other function of the type `Initializer` works, too. Values come from the
 * library's seeded generator, with the same bits on every engine.
 *
 * @example
 * ```ts
 * new LSTM({
 *   units: 64,
 *   kernelInitializer: initializers.glorotUniform(),
 *   recurrentInitializer: initializers.orthogonal({ perGate: true }),
 * });
 * ```
 */
export const initializers: {
  /** All 0. */
  readonly zeros: Initializer;
  /** All 1. */
  readonly ones: Initializer;
  /** All equal to a finite `value`. */
  readonly constant: (value: number) => Initializer;
  /** Uniform over ±√(6 / (fan in + fan out)). */
  readonly glorotUniform: (options?: GlorotOptions) => Initializer;
  /** Normal with variance 2 / (fan in + fan out), truncated at two standard deviations. */
  readonly glorotNormal: (options?: GlorotOptions) => Initializer;
  /** Random orthogonal matrix, for the whole matrix or for each gate. */
  readonly orthogonal: (options?: OrthogonalOptions) => Initializer;
  /** Uniform over [low, high). */
  readonly uniform: (options?: UniformOptions) => Initializer;
  /** Normal with mean `mean` and standard deviation `sd`. */
  readonly normal: (options?: NormalOptions) => Initializer;
} = {
  zeros,
  ones,
  constant,
  glorotUniform,
  glorotNormal,
  orthogonal,
  uniform,
  normal,
};
