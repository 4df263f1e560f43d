import { refuse, requireBoolean, requireInteger, requireOptions } from '../checks.ts';
import { jsonable } from '../json.ts';
import type { Optimizer } from '../optimizers/optimizer.ts';
import type { NdArrayLike } from '../tensor/ndarray-like.ts';
import { printable, short, table } from '../tensor/printed.ts';
import { Random } from '../tensor/random.ts';
import { type AbortSignalLike, requireSignal } from './abort-signal.ts';
import { takeRows } from './batches.ts';
import { type BatchLog, type BatchPlace, type Callbacks, type EpochLog, requireCallbacks } from './callbacks.ts';
import type { StepResult } from './train-step.ts';
import { turnTaker } from './turns.ts';

/** Options of `fit`. */
export interface FitOptions {
  /** Passes over the data, at least 1; default 1. */
  readonly epochs?: number;
  /** Rows of a batch, at least 1; the last batch of an epoch may be smaller; default 32. */
  readonly batchSize?: number;
  /** Whether each epoch takes the rows in a new random order; default true. */
  readonly shuffle?: boolean;
  /** Seed of the orders; the same seed gives the same bits; default 0. */
  readonly seed?: number;
  /** Inputs and targets to be evaluated after each epoch, never trained on. */
  readonly validationData?: readonly [x: NdArrayLike, y: NdArrayLike];
  /** Called in turn before and after each batch, and after each epoch. */
  readonly callbacks?: readonly Callbacks[];
  /** Ends the training after the current batch: `fit` rejects with the signal's reason, the model stays usable. */
  readonly signal?: AbortSignalLike;
}

/** What `fit` returns: one log for each epoch. */
export interface History {
  /** From the first epoch to the last. */
  readonly epochs: readonly EpochLog[];
}

const OPTIONS = ['epochs', 'batchSize', 'shuffle', 'seed', 'validationData', 'callbacks', 'signal'];

/** What `fit` asks of a model. */
export interface Trainable {
  trainStep(x: NdArrayLike, y: NdArrayLike): StepResult;
  evaluate(x: NdArrayLike, y: NdArrayLike, options: { readonly batchSize: number }): number;
  /** Refuses data that do not fit the model. */
  requirePair(method: string, xName: string, x: NdArrayLike, yName: string, y: NdArrayLike): unknown;
}

/** Everything `fit` needs, checked. */
interface Plan {
  readonly model: Trainable;
  readonly optimizer: Optimizer;
  readonly x: NdArrayLike;
  readonly y: NdArrayLike;
  readonly epochs: number;
  readonly batchSize: number;
  readonly shuffle: boolean;
  readonly seed: number;
  readonly validationData: readonly [NdArrayLike, NdArrayLike] | undefined;
  readonly callbacks: readonly Callbacks[];
  readonly signal: AbortSignalLike | undefined;
}

/** A row for each epoch. */
function historyInWords({ epochs }: History): string {
  const rows = epochs.map(({ epoch, loss, validationLoss, gradientNorm, learningRate, skipped }) => [
    ...['epoch', epoch, 'loss', short(loss)],
    ...(validationLoss === undefined ? [] : ['validation loss', short(validationLoss)]),
    ...['gradient norm', short(gradientNorm), 'learning rate', short(learningRate)],
    ...['skipped', skipped],
  ]);
  return `History of ${epochs.length} epochs\n${table(rows)}`;
}

/** Trains `model` in mini-batches; the arrays are checked already. */
export async function fitModel(
  model: Trainable,
  optimizer: Optimizer,
  x: NdArrayLike,
  y: NdArrayLike,
  options: FitOptions,
): Promise<History> {
  const plan = { ...requireFitOptions(model, options), model, optimizer, x, y };
  const logs: EpochLog[] = [];
  const turn = turnTaker();
  for (let epoch = 0; epoch < plan.epochs; epoch++) {
    const log = await trainEpoch(plan, epoch, turn);
    logs.push(log);
    for (const callbacks of plan.callbacks) await callbacks.onEpochEnd?.(log);
    plan.signal?.throwIfAborted();
  }
  return printable(jsonable({ epochs: logs }), historyInWords);
}

async function trainEpoch(plan: Plan, epoch: number, turn: () => Promise<void>): Promise<EpochLog> {
  const { model, optimizer, x, epochs, batchSize, callbacks, signal } = plan;
  const rows = x.shape[0]!;
  const order = rowOrder(plan, epoch, rows);
  const batches = Math.ceil(rows / batchSize);
  const sums = { rows: 0, loss: 0, taken: 0, gradientNorm: 0, clippedNorm: 0 };
  let { learningRate } = optimizer;
  for (let batch = 0; batch < batches; batch++) {
    signal?.throwIfAborted();
    const count = { step: epoch * batches + batch, steps: epochs * batches };
    const log = await trainBatch(plan, order, { epoch, epochs, batch, batches, ...count });
    learningRate = log.learningRate;
    if (!log.skipped) {
      const taken = Math.min(batchSize, rows - batch * batchSize);
      sums.rows += taken;
      sums.loss += log.loss * taken;
      sums.taken++;
      sums.gradientNorm += log.gradientNorm;
      sums.clippedNorm += log.clippedNorm;
    }
    for (const each of callbacks) await each.onBatchEnd?.(log);
    await turn();
  }
  return jsonable({
    epoch,
    epochs,
    loss: sums.loss / sums.rows,
    validationLoss: plan.validationData && model.evaluate(...plan.validationData, { batchSize }),
    gradientNorm: sums.gradientNorm / sums.taken,
    clippedNorm: sums.clippedNorm / sums.taken,
    learningRate,
    skipped: batches - sums.taken,
  });
}

async function trainBatch(
  { model, optimizer, x, y, batchSize, callbacks }: Plan,
  order: ArrayLike<number>,
  place: BatchPlace,
): Promise<BatchLog> {
  const start = place.batch * batchSize;
  const end = Math.min(x.shape[0]!, start + batchSize);
  const batch = { ...place, x: takeRows(x, order, start, end), y: takeRows(y, order, start, end) };
  for (const each of callbacks) await each.onBatchBegin?.(batch);
  const { learningRate } = optimizer;
  return jsonable({ ...place, learningRate, ...model.trainStep(batch.x, batch.y) });
}

function rowOrder({ shuffle, seed }: Plan, epoch: number, rows: number): ArrayLike<number> {
  return shuffle ? new Random(seed, epoch).permutation(rows) : Array.from({ length: rows }, (_, row) => row);
}

type Checked = Omit<Plan, 'model' | 'optimizer' | 'x' | 'y'>;

function requireFitOptions(model: Trainable, options: FitOptions): Checked {
  const where = 'Sequential.fit';
  const {
    epochs = 1,
    batchSize = 32,
    shuffle = true,
    seed = 0,
    validationData,
    callbacks = [],
    signal,
  } = requireOptions(where, options, OPTIONS);
  requireInteger(where, 'epochs', epochs);
  requireInteger(where, 'batchSize', batchSize);
  requireBoolean(where, 'shuffle', shuffle);
  requireInteger(where, 'seed', seed, 0);
  requireCallbacks(where, callbacks);
  requireSignal(where, signal);
  if (validationData !== undefined) {
    if (!Array.isArray(validationData) || validationData.length !== 2) {
      refuse(where, 'validationData', 'be a pair [x, y]', validationData);
    }
    model.requirePair('fit', 'validationData[0]', validationData[0], 'validationData[1]', validationData[1]);
  }
  return { epochs, batchSize, shuffle, seed, validationData, callbacks, signal };
}
