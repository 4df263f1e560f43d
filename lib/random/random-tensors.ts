// Tensors of random numbers.

import { requireInstance } from '../checks.ts';
import { number, optional, readOptions, type Schema } from '../options.ts';
import { requireIntegers, sizeOf } from '../tensor/layout.ts';
import type { DType, FloatArray, TensorOptions } from '../tensor/storage.ts';
import { allocate, TENSOR_OPTIONS } from '../tensor/storage.ts';
import { Tensor } from '../tensor/tensor.ts';
import { Random } from './random.ts';
import { requireRange } from './range.ts';

const { fround } = Math;

/** Options shared by `randomUniform` and `randomNormal`. */
export interface RandomTensorOptions extends TensorOptions {
  /** Seed, an integer from 0 to 2^53 − 1, or a generator to draw from; 0 by default. */
  readonly seed?: number | Random;
}

/** Options of `randomUniform`. */
export interface RandomUniformOptions extends RandomTensorOptions {
  /** Lower end of the range, inclusive; 0 by default. */
  readonly low?: number;
  /** Upper end of the range, exclusive; 1 by default. */
  readonly high?: number;
}

/** Options of `randomNormal`. */
export interface RandomNormalOptions extends RandomTensorOptions {
  /** Mean; 0 by default. */
  readonly mean?: number;
  /** Standard deviation, at least 0; 1 by default. */
  readonly sd?: number;
}

const SHARED: Schema<RandomTensorOptions> = {
  seed: optional(requireSeed, 0),
  ...TENSOR_OPTIONS,
};

const UNIFORM: Schema<RandomUniformOptions> = {
  low: optional(number(), 0),
  high: optional(number(), 1),
  ...SHARED,
};

const NORMAL: Schema<RandomNormalOptions> = {
  mean: optional(number(), 0),
  sd: optional(number({ min: 0 }), 1),
  ...SHARED,
};

function requireSeed(where: string, argument: string, seed: unknown): number | Random {
  if (Number.isSafeInteger(seed) && (seed as number) >= 0) return seed as number;
  return requireInstance(where, argument, seed, Random, 'be an integer of at least 0, or a Random');
}

function generatorOf(seed: number | Random): Random {
  return typeof seed === 'number' ? new Random(seed) : seed;
}

function filled(where: string, shape: readonly number[], dtype: DType, fill: (data: FloatArray) => void): Tensor {
  const lengths = requireIntegers(where, 'shape', shape, 0);
  const data = allocate(dtype, sizeOf(lengths), where);
  fill(data);
  return new Tensor({ data }, lengths);
}

/**
 * Creates a tensor of numbers drawn uniformly from [low, high). Without a `seed`, each call returns the same tensor. To
 * get different tensors, pass different seeds, or one `Random`.
 *
 * @param shape - axis lengths, integers of at least 0; drawn in row-major order
 * @param options - `low`: 0 by default; `high`: 1; `seed`: 0; `dtype`: `'float32'`, to which bounds and numbers are
 *   rounded
 * @throws ArgumentError
 *
 * @example
 * ```ts
 * const x = randomUniform([32, 20, 8], { low: -1, high: 1, seed: 7 });
 * ```
 */
export function randomUniform(shape: readonly number[], options: RandomUniformOptions = {}): Tensor {
  const where = 'randomUniform';
  const { low, high, seed, dtype } = readOptions(where, options, UNIFORM);
  const round = dtype === 'float32' ? fround : (x: number): number => x;
  requireRange(where, low, high);
  const from = round(low);
  const to = round(high);
  requireRange(where, from, to);
  const random = generatorOf(seed);
  return filled(where, shape, dtype, (data) => random.fillUniform(data, from, to));
}

/**
 * Creates a tensor of normally distributed numbers. Without a `seed`, each call returns the same tensor. To get
 * different tensors, pass different seeds, or one `Random`.
 *
 * @param shape - axis lengths, integers of at least 0; drawn in row-major order
 * @param options - `mean`: 0 by default; `sd`: 1; `seed`: 0; `dtype`: `'float32'`
 * @throws ArgumentError
 *
 * @example
 * ```ts
 * const noise = randomNormal([100], { sd: 0.1, seed: 7 });
 * ```
 */
export function randomNormal(shape: readonly number[], options: RandomNormalOptions = {}): Tensor {
  const where = 'randomNormal';
  const { mean, sd, seed, dtype } = readOptions(where, options, NORMAL);
  const random = generatorOf(seed);
  return filled(where, shape, dtype, (data) => random.fillNormal(data, mean, sd));
}
