// The training loop of `fit` and `fitStream`: steps over batches, callbacks, abort signal, pauses for the event loop.

import { shapeOf } from '../engine/signal.ts';
import { jsonable } from '../json.ts';
import { type AbortSignalLike, orAborted } from './abort-signal.ts';
import type { Batch, BatchLog, Callbacks, TrainingRun } from './callbacks.ts';
import { StepTotals } from './step-totals.ts';
import type { Compiled, StepResult } from './train-step.ts';
import { turnTaker } from './turns.ts';

/** One batch of a feed, and the training step on it. */
export interface FeedBatch {
  readonly batch: Batch;
  /** Weight of the batch in the means of an epoch: rows, in a stream time steps. */
  readonly weight: number;
  /** Runs the step. It checks the batch, because callbacks may have written to it. */
  take(): StepResult;
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
    for (const each of this.#callbacks) outcomes.push(...(await Promise.allSettled([end(each)])));
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
    return training;
  }

  /** Trains on the batches of a feed: on all of them, unless a callback stops the training. */
  async run(feed: AsyncIterable<FeedBatch> | Iterable<FeedBatch>): Promise<FeedResult> {
    const { optimizer, loss } = this.#compiled;
    const totals = new StepTotals(loss.reduction);
    let { learningRate } = optimizer;
    let complete = true;
    for await (const { batch, weight, take } of feed) {
      await this.call((each, run) => each.onBatchBegin?.(batch, run));
      learningRate = optimizer.learningRate;
      const result = take();
      totals.add(result, weight);
      const log = jsonable(logOf(batch, learningRate, result));
      await this.call((each, run) => each.onBatchEnd?.(log, run));
      await this.#turn();
      this.#signal?.throwIfAborted();
      if (this.#stopped && !isLast(batch)) {
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

/** Whether this is the last batch of an epoch. False in a stream, whose end is not known. */
function isLast({ batch, batches }: Batch): boolean {
  return batch + 1 === batches;
}

/** The log of a step. It does not read the batch's state, which may have to be computed. */
function logOf(batch: Batch, learningRate: number, result: StepResult): BatchLog {
  const { epoch, epochs, batch: index, batches, step, steps } = batch;
  const { B: rows, T: timeSteps = 1 } = shapeOf(batch.x);
  return { epoch, epochs, batch: index, batches, step, steps, rows, timeSteps, learningRate, ...result };
}
