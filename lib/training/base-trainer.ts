// What every trainer has: the options of `compile`, the number of the next epoch, training steps and evaluation.

import type { Mask } from '../engine/packing.ts';
import type { SignalShape } from '../engine/signal.ts';
import type { ThroughTime } from '../engine/through-time.ts';
import { StateError } from '../errors.ts';
import type { RowRange } from '../layers/batches.ts';
import type { OutputRange } from '../layers/layer-description.ts';
import type { Loss } from '../losses/loss.ts';
import type { Parameters } from '../parameters/parameters.ts';
import type { DType } from '../tensor/storage.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { MetricMemory } from './metric-memory.ts';
import type { SkippedSteps } from './non-finite.ts';
import type { ScoredRows, Written } from './report.ts';
import { runStep } from './run-step.ts';
import type { LaidStep, PartOfStep, StepOptions, StepSpan } from './step-span.ts';
import { type Compiled, type CompileOptions, requireCompileOptions, type StepResult } from './train-step.ts';
import type { Trained } from './training-run.ts';

/** Some rows of examples: a copy, and the training step on it. */
export interface TrainingBatch {
  readonly x: Tensor;
  readonly y: Tensor;
  /** Which time steps of x count; undefined if all do. */
  readonly mask: Mask | undefined;
  /** Weight of the batch in the means of an epoch: what its loss counts in a mean. */
  readonly weight: number;
  /** Shape of the outputs. */
  readonly output: SignalShape;
  /** The targets as metrics read them. */
  readonly scored: ScoredRows;
  /** Runs the step. It checks the batch, because callbacks may have written to it. */
  take(options: StepOptions): StepResult;
}

/** How `fit` divides rows into batches. */
export interface Division {
  /** Number of rows. */
  readonly count: number;
  readonly batchSize: number;
  readonly shuffle: boolean;
  readonly buckets?: number | undefined;
  readonly microBatchSize?: number | undefined;
}

/** A trainer whose data are given in any form. */
export type AnyTrainer<S, E> = BaseTrainer<S, E, E, unknown>;

/**
 * Trains one model. `S`: its data of many rows; `E`: the checked examples of a
 * batch, `C` if they are copies; `G`: data as a caller gives them.
 */
export abstract class BaseTrainer<S, E, C extends E, G> {
  #compiled: Compiled | undefined;
  #busy = false;
  /** Index of the next epoch. */
  nextEpoch = 0;
  /** What passes write for metrics. */
  readonly metricMemory: MetricMemory = new MetricMemory();

  /** @internal The model. */
  abstract readonly model: Trained & {
    readonly outputRange: OutputRange;
    readonly dtype: DType;
    readonly stateful?: boolean;
    readonly readsBackwards?: boolean;
  };

  /** Checks that data are [x, y] or [x, y, options], and the names of the options. */
  abstract readGiven(where: string, given: unknown, name: string): G;

  /** Checks data of many rows. `name` is that of the data in errors; default: names of the arguments. */
  abstract requireSet(where: string, given: G, name?: string): S;

  /** Number of rows. */
  abstract countOf(set: S): number;

  /** Number of time steps of each row that count; undefined if all rows have as many. */
  abstract stepsOf(set: S): ArrayLike<number> | undefined;

  /** Refuses batches that a step of the fit would refuse later. */
  abstract requireFit(where: string, set: S, division: Division): void;

  /** Rows by number, copied. */
  abstract take(where: string, set: S, rows: ArrayLike<number>): C;

  /** Rows of a range, without a copy if possible. */
  abstract slice(where: string, set: S, range: RowRange): E;

  /** The training step on copied rows. `rows`: the caller's, for errors; `name` is that of the data. */
  abstract batch(where: string, copied: C, rows: ArrayLike<number>, name?: string): TrainingBatch;

  /** Some rows of examples. */
  abstract part(examples: E, range: RowRange): E;

  /** What the loss of examples counts in a mean. */
  abstract weightOf(examples: E): number;

  /** Shape of the outputs of examples. */
  abstract outputOf(examples: E): SignalShape;

  /** The targets of examples as metrics read them. */
  abstract scored(examples: E): ScoredRows;

  /** Creates the parameters if there are none, and reserves memory for a step on these examples. */
  abstract build(where: string, examples: E, span: StepSpan): Parameters;

  /** Lays out a step over examples. The step is deterministic: computing it again gives the same bits. */
  abstract lay(where: string, examples: E, span: StepSpan, part: PartOfStep): LaidStep;

  /** Computes the loss of examples without penalties, and writes what is requested. */
  abstract lossOf(where: string, examples: E, written: Written): number;

  /** @internal Refuses options of `compile` that the trainer cannot take. */
  protected abstract requireThrough(where: string, through: ThroughTime, loss: Loss): void;

  /** One training step on checked examples: gradients, then check, clip and update. */
  step(where: string, examples: E, span: StepSpan = {}, options: StepOptions = {}): StepResult {
    return runStep(where, this, examples, span, options);
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

  /** Sets how the model is trained. If it throws, nothing changes. */
  compile(where: string, options: CompileOptions): void {
    const { model } = this;
    this.#requireIdle(where);
    const compiled = requireCompileOptions(where, options);
    this.requireThrough(where, compiled.through, compiled.loss);
    compiled.loss.requireOutputs(where, model.outputRange);
    compiled.optimizer.serve(where, model);
    const before = this.#compiled?.optimizer;
    if (before !== compiled.optimizer) before?.moveOut(where, model);
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
    compiled.optimizer.attend(this.model);
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
