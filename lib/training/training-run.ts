// The running `fit` or `fitStream`: what callbacks receive, and how far it has come.

import type { NetworkState } from '../layers/network.ts';
import type { Reduction } from '../losses/loss.ts';
import type { Optimizer } from '../optimizers/optimizer.ts';
import type { Buildable } from '../parameters/buildable.ts';
import type { Parameters } from '../parameters/parameters.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Callbacks, EpochLog, LearningRates, TrainingRun } from './callbacks.ts';
import type { Metrics } from './report.ts';
import { StepTotals } from './step-totals.ts';
import type { Compiled, StepResult } from './train-step.ts';

/** A model that is trained. */
export interface Trained extends Buildable {
  readonly trainingStep: number;
  setTrainingStep(step: number): void;
}

/** Numbers and words by name. */
export type Facts = Readonly<Record<string, number | boolean | string>>;

/** What a stream carries from chunk to chunk. */
export interface StreamMemory {
  /** Number of chunks so far. */
  count: number;
  /** Number of time steps of these chunks, per row. */
  timeSteps: number;
  /** The state before the context. */
  state: NetworkState | undefined;
  /** The inputs to recompute before the next chunk. */
  context: Tensor | undefined;
}

/** A callback with other weights, which evaluations may use. */
export interface WeightLender {
  /** Whether they do. */
  readonly lends: boolean;
  /** Number of its updates: there are no weights before the first. */
  readonly updates: number;
  /** Calls a function while the model has these weights. */
  use<R>(parameters: Parameters, call: () => R): R;
  /** A copy of them. */
  lent(where: string, parameters: Parameters): Tensor;
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
  /** Number of training steps of the run so far. */
  steps = 0;
  /** Learning rate of the last of them. */
  learningRate: number;
  /** Those of groups that have their own. */
  groupRates: Readonly<Record<string, number>> | undefined;
  /** One log for each completed epoch of the run. */
  readonly logs: EpochLog[] = [];
  /** What decides which batches there are: a run that continues from a checkpoint has to have the same. */
  readonly facts: Facts;
  /** The carried states of a stream. */
  readonly stream: StreamMemory | undefined;

  constructor({ loss, optimizer }: Compiled, facts: Facts, initialEpoch = 0, stream?: StreamMemory) {
    this.#reduction = loss.reduction;
    this.learningRate = optimizer.learningRate;
    this.groupRates = optimizer.groupRates;
    this.facts = facts;
    this.stream = stream;
    this.initialEpoch = this.epoch = initialEpoch;
    this.totals = new StepTotals(loss.reduction);
  }

  /** Learning rates of the last step, for logs. */
  get rates(): LearningRates {
    const { learningRate, groupRates } = this;
    return { learningRate, ...(groupRates && { groupRates }) };
  }

  /** Counts a training step. */
  add(result: StepResult, weight: number): void {
    this.totals.add(result, weight);
    this.done++;
    this.steps++;
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
  readonly metrics: Metrics;
  /** Whether epochs end with an evaluation of validation data. */
  readonly validates: boolean;
  /** Whether the first epoch has begun. */
  begun = false;
  #stopped = false;
  #deferred: (() => unknown)[] = [];

  constructor(
    model: Trained,
    compiled: Compiled,
    callbacks: readonly Callbacks[],
    progress: Progress,
    metrics: Metrics,
    validates: boolean,
  ) {
    this.model = model;
    this.metrics = metrics;
    this.validates = validates;
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

  /** Names of the figures that the log of an epoch will have; a metric may have figures below its name. */
  get figures(): readonly string[] {
    const metrics = Object.keys(this.metrics);
    const groups = Object.keys(this.progress.groupRates ?? {}).map((name) => `groupRates.${name}`);
    const ofSet = ['epoch', 'epochs', ...Object.keys(this.progress.totals.figures), 'learningRate', ...groups];
    const ofValidation = ['validationLoss', ...metrics.map((name) => `validationMetrics.${name}`)];
    return [...ofSet, ...metrics.map((name) => `metrics.${name}`), ...(this.validates ? ofValidation : [])];
  }

  /** The callback whose weights validation uses; undefined if it uses those in training. */
  get lender(): WeightLender | undefined {
    const found = this.callbacks.find((each) => (each as Partial<WeightLender>).lends === true);
    const lender = found as WeightLender | undefined;
    return lender !== undefined && lender.updates > 0 ? lender : undefined;
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
