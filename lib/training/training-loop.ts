// The training loop of `fit` and `fitStream`: steps over batches, callbacks, abort signal, pauses for the event loop.

import { maskTensor } from '../engine/mask.ts';
import { shapeOf } from '../engine/signal.ts';
import { jsonable } from '../json.ts';
import type { NetworkState } from '../layers/network.ts';
import { type AbortSignalLike, orAborted } from './abort-signal.ts';
import type { TrainingBatch } from './base-trainer.ts';
import type { Batch, BatchLog, BatchPlace, CallbackResult, Callbacks, EpochPlace, TrainingRun } from './callbacks.ts';
import type { StepTotals } from './step-totals.ts';
import type { Compiled } from './train-step.ts';
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
  /** Learning rate of the last step. */
  readonly learningRate: number;
  /** False if a callback stopped the training before the feed ended. */
  readonly complete: boolean;
}

/** Runs training steps until the feed ends, a callback stops the training, or the signal aborts. */
export class TrainingLoop {
  readonly #compiled: Compiled;
  readonly #callbacks: readonly Callbacks[];
  readonly #signal: AbortSignalLike | undefined;
  readonly #turn = turnTaker();
  readonly #run: Run;

  constructor(
    model: Trained,
    compiled: Compiled,
    { callbacks, signal }: { readonly callbacks: readonly Callbacks[]; readonly signal?: AbortSignalLike },
    progress: Progress,
  ) {
    this.#compiled = compiled;
    this.#callbacks = callbacks;
    this.#signal = signal;
    this.#run = new Run(model, compiled, callbacks, progress);
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
    const { optimizer } = this.#compiled;
    const { progress } = this.#run;
    const { totals, done } = progress;
    if (done === 0) await this.call((each, run) => each.onEpochBegin?.(place, run));
    let { learningRate } = optimizer;
    let complete = !this.stopped;
    if (complete) {
      for await (const batch of feed) {
        if (batch.place.batch < done) continue; // a training that continues has taken this step before
        ({ learningRate } = await this.#step(batch));
        // A stop at the last batch leaves the feed complete. In a stream the last one is not known.
        if (this.stopped && batch.place.batch + 1 !== batch.place.batches) {
          complete = false;
          break;
        }
      }
    }
    return { figures: totals.figures, learningRate, complete };
  }

  /** Takes the training step on one batch, with the calls before and after it. */
  async #step({ place, x, y, mask, state, weight, take }: FeedBatch): Promise<BatchLog> {
    const { progress } = this.#run;
    const batch: Batch = {
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
    await this.call((each, run) => each.onBatchBegin?.(batch, run));
    const { learningRate } = this.#compiled.optimizer;
    const result = take();
    const { B: rows, T: timeSteps = 1 } = shapeOf(x);
    progress.add(result, weight);
    const log: BatchLog = jsonable({ ...place, rows, timeSteps, learningRate, ...result });
    await this.call((each, run) => each.onBatchEnd?.(log, run));
    await this.#takeTurn();
    return log;
  }

  async #takeTurn(): Promise<void> {
    await this.#turn();
    this.#signal?.throwIfAborted();
  }

  /** Runs work that pauses after each part, and lets others run in between. */
  async finish<R>(work: Generator<void, R>): Promise<R> {
    for (;;) {
      const { done, value } = work.next();
      await this.#takeTurn();
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
