// Draws a class for each row of logits.

import { refuse } from '../checks.ts';
import { integer, optional, readOptions, type Schema } from '../options.ts';
import { requireLogits } from '../tensor/class-rows.ts';
import type { Numbers } from '../tensor/create.ts';
import { allocate } from '../tensor/storage.ts';
import { Tensor } from '../tensor/tensor.ts';
import { Random } from './random.ts';
import { SAMPLING_OPTIONS, Sampler, type SamplingOptions } from './sampler.ts';

/** Options of `sample`. */
export interface SampleOptions extends SamplingOptions {
  /** Seed of the random numbers; default 0. */
  readonly seed?: number;
  /** Number of the draw: each has other random numbers. Default 0. */
  readonly step?: number;
  /** Number of the first row, as if so many rows were before it; default 0. */
  readonly firstRow?: number;
}

const OPTIONS: Schema<SampleOptions, 'topK'> = {
  ...SAMPLING_OPTIONS,
  seed: optional(integer(0), 0),
  step: optional(integer(0), 0),
  firstRow: optional(integer(0), 0),
};

/**
 * Draws a class for each row of logits from their softmax, (SA1). The random number of a row depends only on the seed, the
 * step and the number of the row, so a row gets the same class alone and among others, on every engine. The same call
 * draws the same classes: give another `step` for another draw.
 *
 * Classes are in descending order of their logits; of equal logits, the lower class number comes first. `topK` and then
 * `topP` keep the first of them. So `topK: 1` is `argMax`.
 *
 * @param logits - [.., F], a tensor, an ndarray or nested arrays; −Infinity is never drawn
 * @param options - see SampleOptions
 * @returns class numbers, in a new tensor [..]; for a single row a tensor of rank 0, so `.get()` is the class
 * @throws ArgumentError, also for NaN, Infinity, a row of −Infinity, or `topK` above F; ShapeError without classes
 *
 * @example
 * ```ts
 * const logits = [[2, 1, -Infinity], [0, 5, 5]];
 * sample(logits, { topK: 1 }).toArray(); // [0, 1]
 * const draws = Array.from({ length: 100 }, (_, step) => sample(logits[0], { temperature: 0.5, seed: 7, step }).get());
 * draws.includes(2); // false
 * ```
 */
export function sample(logits: Numbers, options: SampleOptions = {}): Tensor {
  const where = 'sample';
  const { seed, step, firstRow, ...sampling } = readOptions(where, options, OPTIONS);
  const { data, shape, rows, classes } = requireLogits(where, 'logits', logits);
  requireTopK(where, sampling.topK, classes);
  const sampler = new Sampler(classes, sampling);
  const out = allocate('float32', rows, where, 'logits');
  for (let row = 0; row < rows; row++) {
    out[row] = sampler.draw(data, row * classes, new Random(seed, firstRow + row, step).uniform());
  }
  return new Tensor({ data: out }, shape);
}

/** Refuses a `topK` above the number of classes. */
export function requireTopK(where: string, topK: number | undefined, classes: number): void {
  if (topK === undefined || topK <= classes) return;
  refuse(where, 'topK', `be at most the number of classes, ${classes}`, topK);
}
