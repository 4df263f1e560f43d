// The training loop of `fit` and `fitStream`: steps over batches, callbacks, abort signal, pauses for the event loop.

import { maskTensor } from '../engine/mask.ts';
import { shapeOf } from '../engine/signal.ts';
import { jsonable } from '../json.ts';
import type { NetworkState } from '../layers/network.ts';
import { type AbortSignalLike, orAborted } from './abort-signal.ts';
import type { TrainingBatch } from './base-trainer.ts';
import type { Batch, BatchLog, BatchPlace, Callbacks, TrainingRun } from './callbacks.ts';
import { StepTotals } from './step-totals.ts';
import type { Compiled } from './train-step.ts';
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
  #stopped = false;

  constructor(compiled: Compiled, callbacks: readonly Callbacks[], signal: AbortSignalLike | undefined) {
    this.#compiled = compiled;
    this.#callbacks = callbacks;
    this.#signal = signal;
  }

  /** Whether a callback stopped the training. */
  get stopped(): boolean {
    return this.#stopped;
  }

  /**
   * Runs `train`, unless the signal has aborted, and then calls `onTrainEnd` of each callback, also after an abort or an
   * error. Throws the first error of all.
   */
  async train<R>(train: () => Promise<R>): Promise<R> {
    this.#signal?.throwIfAborted();
    const end = async (each: Callbacks): Promise<void> => orAborted(this.#signal, each.onTrainEnd?.());
    const training = train();
    const outcomes: PromiseSettledResult<unknown>[] = await Promise.allSettled([training]);
    for (const each of this.#callbacks) {
      const [ended] = await Promise.allSettled([end(each)]);
      outcomes.push(ended);
    }
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
    return training;
  }

  /** Trains on the batches of a feed: on all of them, unless a callback stops the training. */
  async run(feed: AsyncIterable<FeedBatch> | Iterable<FeedBatch>): Promise<FeedResult> {
    const { optimizer, loss } = this.#compiled;
    const totals = new StepTotals(loss.reduction);
    let { learningRate } = optimizer;
    let complete = true;
    for await (const { place, x, y, mask, state, weight, take } of feed) {
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
      learningRate = optimizer.learningRate;
      const result = take();
      const { B: rows, T: timeSteps = 1 } = shapeOf(x);
      totals.add(result, weight);
      const log: BatchLog = jsonable({ ...place, rows, timeSteps, learningRate, ...result });
      await this.call((each, run) => each.onBatchEnd?.(log, run));
      await this.#turn();
      this.#signal?.throwIfAborted();
      // A stop at the last batch leaves the feed complete. In a stream the last one is not known.
      if (this.#stopped && place.batch + 1 !== place.batches) {
        complete = false;
        break;
      }
    }
    return { figures: totals.figures, learningRate, complete };
  }

  /** Calls each callback and waits until it settles. Throws as soon as the signal aborts. */
  async call(call: (callbacks: Callbacks, run: TrainingRun) => void | Promise<void>): Promise<void> {
    const run: TrainingRun = {
      stop: () => {
        this.#stopped = true;
      },
    };
    for (const each of this.#callbacks) {
      await orAborted(this.#signal, call(each, run));
      this.#signal?.throwIfAborted();
    }
  }
}
