// Glorot initializers.

import { number, optional, readOptions, type Schema } from '../options.ts';
import { sizeOf } from '../tensor/layout.ts';
import { toQuantiles } from './draw.ts';
import { elementwise } from './elementwise-initializer.ts';
import type { Initializer } from './run-initializer.ts';

const { sqrt } = Math;

/** Share of the normal distribution below −2 standard deviations. */
const BELOW_TWO = 0.02275013194817921;

/** Standard deviation of the standard normal distribution truncated at ±2. */
const CUT_SD = 0.8796256610342398;

/**
 * Fan in plus fan out, as in Keras: the last axis has the outputs, the one before the inputs; other axes multiply both.
 */
function fans(shape: readonly number[]): number {
  const rank = shape.length;
  if (rank < 2) return 2 * (shape[0] ?? 1);
  return sizeOf(shape.slice(0, -2)) * (shape[rank - 2]! + shape[rank - 1]!);
}

/** Options of `initializers.glorotUniform` and `initializers.glorotNormal`. */
export interface GlorotOptions {
  /** Factor on every value, above 0; 1 by default. */
  readonly gain?: number;
}

const OPTIONS: Schema<GlorotOptions> = {
  gain: optional(number({ min: 0, minOpen: true }), 1),
};

/**
 * Uniform over [−a, a) with a = gain·√(6 / (fan in + fan out)), that is, variance gain²·2 / (fan in + fan out). For a
 * matrix [I, G·H], fan in is I and fan out is G·H, as in Keras.
 *
 * Source: Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010.
 *
 * @param options - `gain` (1)
 * @throws ArgumentError
 *
 * @example
 * ```ts
 * new LSTM({ units: 64, kernelInitializer: initializers.glorotUniform() });
 * ```
 */
export function glorotUniform(options: GlorotOptions = {}): Initializer {
  const where = 'initializers.glorotUniform';
  const { gain } = readOptions(where, options, OPTIONS);
  return elementwise(where, (shape) => {
    const limit = gain * sqrt(6 / fans(shape));
    return (values, random) => random.fillUniform(values, -limit, limit);
  });
}

/**
 * Normal with mean 0 and variance gain²·2 / (fan in + fan out), truncated at two standard deviations of the untruncated
 * distribution, as in Keras.
 *
 * Source: Glorot and Bengio 2010.
 *
 * @param options - `gain` (1)
 * @throws ArgumentError
 *
 * @example
 * ```ts
 * new LSTM({ units: 64, kernelInitializer: initializers.glorotNormal() });
 * ```
 */
export function glorotNormal(options: GlorotOptions = {}): Initializer {
  const where = 'initializers.glorotNormal';
  const { gain } = readOptions(where, options, OPTIONS);
  return elementwise(where, (shape) => {
    const sd = (gain * sqrt(2 / fans(shape))) / CUT_SD;
    return (values, random) => {
      random.fillUniform(values, BELOW_TWO, 1 - BELOW_TWO);
      toQuantiles(values);
      for (let i = 0; i < values.length; i++) values[i]! *= sd;
    };
  });
}
