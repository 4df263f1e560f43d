// Memory for what passes write for metrics: outputs, and losses of rows.

import { timeMajorView, zerosOf } from '../engine/sequence-buffer.ts';
import { type SignalShape, signalSize } from '../engine/signal.ts';
import type { Loss } from '../losses/loss.ts';
import { allocate, type DType, type FloatArray } from '../tensor/storage.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Metrics, ScoredRows, Written } from './report.ts';

/** What a pass computes, and how errors name its size. */
export interface PassOutput {
  readonly shape: SignalShape;
  readonly dtype: DType;
  readonly loss: Loss;
  readonly where: string;
  readonly argument: string;
}

/**
 * Memory for what only metrics read. They do not keep it, so the next pass of the model writes over it: a new array for
 * every step costs more than a metric.
 */
export class MetricMemory {
  #out: FloatArray | undefined;
  #each: FloatArray | undefined;

  /**
   * Arrays for what metrics read. Where the loss of a row is −log p of its class, `Perplexity` reads the losses instead of
   * computing them again. `output`: whether a caller gets the outputs.
   */
  for(metrics: Metrics, { sparse }: ScoredRows, pass: PassOutput, output: boolean): Written {
    const { shape, dtype, loss, where, argument } = pass;
    const all = Object.values(metrics);
    const entropy = sparse && loss.isEntropy && shape.F > 1;
    const others = all.filter(({ readsLosses }) => !(entropy && readsLosses));
    const each = others.length < all.length ? this.#losses(pass) : undefined;
    if (others.length === 0 && !output) return { each };
    const kept = output || !others.every(({ takesViews }) => takesViews);
    return { out: kept ? zerosOf(shape, dtype, where, argument) : this.#outputs(pass), each };
  }

  #outputs({ shape, dtype, where, argument }: PassOutput): Tensor {
    this.#out = roomIn(this.#out, shape, dtype, where, argument);
    return timeMajorView(this.#out, shape);
  }

  #losses({ shape, dtype, where, argument }: PassOutput): Tensor {
    const losses = { ...shape, F: 1 };
    this.#each = roomIn(this.#each, losses, dtype, where, argument);
    return timeMajorView(this.#each, losses);
  }
}

/** The same array if it has this size, or a new one. */
function roomIn(
  before: FloatArray | undefined,
  shape: SignalShape,
  dtype: DType,
  where: string,
  argument: string,
): FloatArray {
  const size = signalSize(shape);
  return before?.length === size ? before : allocate(dtype, size, where, argument);
}
