// The training loop of `fit` and `fitStream`: steps over batches, callbacks, abort signal, pauses for the event loop.

import { maskTensor } from '../engine/mask.ts';
import { shapeOf } from '../engine/signal.ts';
import { jsonable } from '../json.ts';
import { inTask } from '../kernels/threads/task.ts';
import type { NetworkState } from '../layers/network.ts';
import { type AbortSignalLike, orAborted } from './abort-signal.ts';
import type { TrainingBatch } from './base-trainer.ts';
import type {
  Batch,
  BatchLog,
  BatchPlace,
  CallbackResult,
  Callbacks,
  EpochPlace,
  LearningRates,
  TrainingRun,
} from './callbacks.ts';
import { MetricMemory } from './metric-memory.ts';
import { addToMetrics, type MetricResults, type Metrics, requireFits, resetMetrics, resultsOf } from './report.ts';
import type { StepTotals } from './step-totals.ts';
import type { Compiled, StepResult } from './train-step.ts';
import { type Progress, Run, type Trained } from './training-run.ts';
import { turnTaker } from './turns.ts';

/** One batch of a feed, and the training step on it. */
export interface FeedBatch extends TrainingBatch {
  readonly place: BatchPlace;
  /** Computes the state before x, if a callback reads it. */
  readonly state?: () => NetworkState;
}

/** The result of training on a feed. */
export interface FeedResult {
  readonly figures: StepTotals['figures'];
  /** Metrics over all batches, with the outputs before each update. */
  readonly metrics: MetricResults;
  /** Learning rates of the last step. */
  readonly rates: LearningRates;
  /** False if a callback stopped the training before the feed ended. */
  readonly complete: boolean;
}

/** Options of a training loop. */
export interface LoopOptions {
  /** Public function that errors name. */
  readonly where: string;
  readonly callbacks: readonly Callbacks[];
  readonly signal?: AbortSignalLike;
  readonly metrics: Metrics;
  /** Whether epochs end with an evaluation of validation data; default false. */
  readonly validates?: boolean;
  readonly microBatchSize?: number;
}

/** Runs training steps until the feed ends, a callback stops the training, or the signal aborts. */
export class TrainingLoop {
  readonly #compiled: Compiled;
  readonly #callbacks: readonly Callbacks[];
  readonly #signal: AbortSignalLike | undefined;
  readonly #options: LoopOptions;
  readonly #turn = turnTaker();
  readonly #run: Run;
  readonly #metricMemory: MetricMemory = new MetricMemory();

  constructor(model: Trained, compiled: Compiled, options: LoopOptions, progress: Progress) {
    const { callbacks, signal } = options;
    this.#options = options;
    this.#compiled = compiled;
    this.#callbacks = callbacks;
    this.#signal = signal;
    this.#run = new Run(model, compiled, callbacks, progress, options.metrics, options.validates ?? false);
  }

  /** Whether a callback stopped the training. */
  get stopped(): boolean {
    return this.#run.stopped;
  }

  /**
   * Unless the signal has aborted, calls `onTrainBegin`, runs `train`, and then calls `onTrainEnd` of each callback, also
   * after an abort or an error. Throws the first error of all.
   */
  async train<R>(train: () => Promise<R>): Promise<R> {
    this.#signal?.throwIfAborted();
    const begin = async (): Promise<R> => {
      await this.call((each, run) => each.onTrainBegin?.(run));
      this.#run.begun = true;
      return train();
    };
    const end = async (each: Callbacks): Promise<unknown> => orAborted(this.#signal, each.onTrainEnd?.(this.#run));
    const training = begin();
    const outcomes: PromiseSettledResult<unknown>[] = await Promise.allSettled([training]);
    for (const each of this.#callbacks) {
      const [ended] = await Promise.allSettled([end(each)]);
      outcomes.push(ended);
    }
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
    return training;
  }

  /** Trains on the batches of an epoch, from where the training stands: on all, unless a callback stops the training. */
  async run(place: EpochPlace, feed: AsyncIterable<FeedBatch> | Iterable<FeedBatch>): Promise<FeedResult> {
    const { progress } = this.#run;
    const { totals, done } = progress;
    const { metrics } = this.#options;
    if (done === 0) {
      resetMetrics(metrics);
      await this.call((each, run) => each.onEpochBegin?.(place, run));
    }
    let complete = !this.stopped;
    if (complete) {
      for await (const batch of feed) {
        if (batch.place.batch < done) continue; // a training that continues has taken this step before
        await this.#step(batch);
        // A stop at the last batch leaves the feed complete. In a stream the last one is not known.
        if (this.stopped && batch.place.batch + 1 !== batch.place.batches) {
          complete = false;
          break;
        }
      }
    }
    return { figures: totals.figures, metrics: resultsOf(metrics), rates: progress.rates, complete };
  }

  /** Evaluates validation data, with the weights that a callback lends, if one does. */
  validate<R>(evaluate: () => Promise<R>): Promise<R> {
    const { lender, parameters } = this.#run;
    return lender === undefined ? evaluate() : lender.use(parameters, evaluate);
  }

  /** Takes the training step on one batch, with the calls before and after it. Makes what callbacks get only for them. */
  async #step(fed: FeedBatch): Promise<void> {
    const { place, x, weight } = fed;
    const { progress } = this.#run;
    const batch = once(() => batchOf(fed));
    await this.call((each, run) => each.onBatchBegin?.(batch(), run));
    const { optimizer } = this.#compiled;
    optimizer.attend(this.#run.model); // another model may have taken steps with it
    const { learningRate, groupRates } = optimizer;
    const result = inTask(() => this.#take(fed));
    const { B: rows, T: timeSteps = 1 } = shapeOf(x);
    progress.add(result, weight);
    progress.learningRate = learningRate;
    progress.groupRates = groupRates;
    const log = once((): BatchLog => jsonable({ ...place, rows, timeSteps, ...progress.rates, ...result }));
    await this.call((each, run) => each.onBatchEnd?.(log(), run));
    await this.pause();
  }

  /** Takes the step, and adds its outputs to the metrics. */
  #take({ output, scored, take }: FeedBatch): StepResult {
    const { where, metrics, microBatchSize } = this.#options;
    if (Object.keys(metrics).length === 0) return take({ microBatchSize });
    requireFits(where, metrics, output, scored); // before the step, which nothing undoes
    const pass = {
      shape: output,
      dtype: this.#run.model.dtype,
      loss: this.#compiled.loss,
      where,
      argument: 'batchSize',
    };
    const written = this.#metricMemory.for(metrics, scored, pass, false);
    const result = take({ microBatchSize, ...written });
    if (!result.skipped) addToMetrics(metrics, written, scored);
    return result;
  }

  /** Lets the event loop run other tasks if it is time, or `always`. Throws if the signal has aborted. */
  async pause(always?: boolean): Promise<void> {
    await this.#turn(always);
    this.#signal?.throwIfAborted();
  }

  /** Runs work that pauses after each part, and lets others run in between. */
  async finish<R>(work: Generator<void, R>): Promise<R> {
    for (;;) {
      const { done, value } = work.next();
      await this.pause();
      if (done) return value;
    }
  }

  /** Calls each callback and waits until it settles, then does what they deferred. Throws as soon as the signal aborts. */
  async call(call: (callbacks: Callbacks, run: TrainingRun) => CallbackResult): Promise<void> {
    const run = this.#run;
    for (const each of this.#callbacks) {
      const result = await orAborted(this.#signal, call(each, run));
      this.#signal?.throwIfAborted();
      if (result === false) run.stop();
    }
    for (const task of run.takeDeferred()) await orAborted(this.#signal, task());
    this.#signal?.throwIfAborted();
  }
}

/** What callbacks get before a training step. */
function batchOf({ place, x, y, mask, state }: FeedBatch): Batch {
  return {
    ...place,
    x,
    y,
    get mask() {
      return mask && maskTensor(mask);
    },
    get state() {
      return state?.();
    },
  };
}

/** Returns a function that makes a value at its first call. */
function once<V>(make: () => V): () => V {
  let made: { readonly value: V } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
