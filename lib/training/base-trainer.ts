// What every trainer has: the options of `compile`, the number of the next epoch, and what `fit` needs.

import type { Mask } from '../engine/packing.ts';
import type { ThroughTime } from '../engine/through-time.ts';
import { StateError } from '../errors.ts';
import type { OutputRange } from '../layers/layer-description.ts';
import type { Loss } from '../losses/loss.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { FitSettings } from './fit-options.ts';
import type { SkippedSteps } from './non-finite.ts';
import { type Compiled, type CompileOptions, requireCompileOptions, type StepResult } from './train-step.ts';
import type { Trained } from './training-run.ts';

/** Some rows of examples: a copy, and the training step on it. */
export interface TrainingBatch {
  readonly x: Tensor;
  readonly y: Tensor;
  /** Which time steps of x count; undefined if all do. */
  readonly mask: Mask | undefined;
  /** Weight of the batch in the means of an epoch: rows, or time steps if a mask leaves some out. */
  readonly weight: number;
  /** Runs the step. It checks the batch, because callbacks may have written to it. */
  take(): StepResult;
}

/** Trains one model. `E` is the type of its checked examples. */
export abstract class BaseTrainer<E> {
  #compiled: Compiled | undefined;
  #busy = false;
  /** Index of the next epoch. */
  nextEpoch = 0;

  /** @internal The model. */
  protected abstract readonly model: Trained & { readonly outputRange: OutputRange };

  /** Number of rows of examples. */
  abstract rowsOf(examples: E): number;

  /** Refuses batches that a step of the fit would refuse later. */
  abstract requireFit(where: string, examples: E, settings: FitSettings): void;

  /** Copies some rows, with the training step on the copy. */
  abstract batch(where: string, examples: E, rows: Uint32Array): TrainingBatch;

  /** Computes the loss on examples, plus the penalties of regularizers; pauses after each batch. */
  abstract evaluation(where: string, examples: E, batchSize: number): Generator<void, number>;

  /** Computes the same without pauses. */
  evaluate(where: string, examples: E, batchSize: number): number {
    const evaluation = this.evaluation(where, examples, batchSize);
    for (;;) {
      const { done, value } = evaluation.next();
      if (done) return value;
    }
  }

  /** The model, for the loop that trains it. */
  get trained(): Trained {
    return this.model;
  }

  /** The checked options of `compile`; undefined before the call. */
  get compiled(): Compiled | undefined {
    return this.#compiled;
  }

  /** Truncation and checkpointing, as compiled. */
  get through(): ThroughTime {
    return this.#compiled?.through ?? {};
  }

  /** Steps that were skipped since `compile`. */
  get skippedSteps(): SkippedSteps {
    return this.#compiled?.skipped ?? { consecutive: 0, total: 0 };
  }

  /** Sets how the model is trained. If it throws, nothing changes. `requireThrough` may refuse options. */
  compile(where: string, options: CompileOptions, requireThrough?: (through: ThroughTime, loss: Loss) => void): void {
    const { model } = this;
    this.#requireIdle(where);
    const compiled = requireCompileOptions(where, options);
    requireThrough?.(compiled.through, compiled.loss);
    compiled.loss.requireOutputs(where, model.outputRange);
    compiled.optimizer.serve(where, model, model.built ? model.parameters : undefined);
    const before = this.#compiled?.optimizer;
    if (before !== compiled.optimizer) before?.moveOut(where);
    this.#compiled = compiled;
  }

  /** The checked options of `compile`; throws if `compile` was not called. */
  requireCompiled(where: string): Compiled {
    if (this.#compiled !== undefined) return this.#compiled;
    throw new StateError({
      where,
      expected: 'follow compile',
      received: 'a model without optimizer and loss',
      remedy: 'Call model.compile({ optimizer: new Adam(), loss: new MeanSquaredError() }) first',
    });
  }

  /** Runs `train`; until it settles, `compile` and other calls of `alone` throw. */
  async alone<R>(where: string, train: (compiled: Compiled) => Promise<R>): Promise<R> {
    const compiled = this.requireCompiled(where);
    this.#requireIdle(where);
    this.#busy = true;
    try {
      return await train(compiled);
    } finally {
      this.#busy = false;
    }
  }

  #requireIdle(where: string): void {
    if (!this.#busy) return;
    throw new StateError({
      where,
      expected: 'wait until the fit ends',
      received: 'a model that is being fitted',
      remedy: 'During a fit, a callback may set optimizer.learningRate, stop the run, or abort the signal',
    });
  }
}
