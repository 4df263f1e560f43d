// The running `fit` or `fitStream`: what callbacks receive, and how far it has come.

import type { Reduction } from '../losses/loss.ts';
import type { Optimizer } from '../optimizers/optimizer.ts';
import type { Buildable } from '../parameters/buildable.ts';
import type { Parameters } from '../parameters/parameters.ts';
import type { Callbacks, EpochLog, TrainingRun } from './callbacks.ts';
import { StepTotals } from './step-totals.ts';
import type { Compiled, StepResult } from './train-step.ts';

/** A model that is trained. */
export interface Trained extends Buildable {
  readonly trainingStep: number;
  setTrainingStep(step: number): void;
}

/** How far a training has come. */
export class Progress {
  readonly #reduction: Reduction;
  /** Index of the first epoch of the run. */
  initialEpoch: number;
  /** Index of the current epoch. */
  epoch: number;
  /** Number of training steps of the current epoch so far. */
  done = 0;
  /** Figures of these steps. */
  totals: StepTotals;
  /** One log for each completed epoch of the run. */
  readonly logs: EpochLog[] = [];

  constructor({ loss }: Compiled, initialEpoch = 0) {
    this.#reduction = loss.reduction;
    this.initialEpoch = this.epoch = initialEpoch;
    this.totals = new StepTotals(loss.reduction);
  }

  /** Counts a training step. */
  add(result: StepResult, weight: number): void {
    this.totals.add(result, weight);
    this.done++;
  }

  /** Ends the current epoch. */
  nextEpoch(): void {
    this.epoch++;
    this.done = 0;
    this.totals = new StepTotals(this.#reduction);
  }
}

/** The running `fit` or `fitStream`. */
export class Run implements TrainingRun {
  readonly model: Trained;
  readonly compiled: Compiled;
  readonly callbacks: readonly Callbacks[];
  readonly progress: Progress;
  #stopped = false;
  #deferred: (() => unknown)[] = [];

  constructor(model: Trained, compiled: Compiled, callbacks: readonly Callbacks[], progress: Progress) {
    this.model = model;
    this.compiled = compiled;
    this.callbacks = callbacks;
    this.progress = progress;
  }

  get optimizer(): Optimizer {
    return this.compiled.optimizer;
  }

  get parameters(): Parameters {
    return this.model.parameters;
  }

  /** Whether a callback stopped the training. */
  get stopped(): boolean {
    return this.#stopped;
  }

  stop(): void {
    this.#stopped = true;
  }

  /** Does something after all callbacks of the current event. */
  defer(task: () => unknown): void {
    this.#deferred.push(task);
  }

  /** What was deferred during the current event. */
  takeDeferred(): readonly (() => unknown)[] {
    const tasks = this.#deferred;
    this.#deferred = [];
    return tasks;
  }
}
