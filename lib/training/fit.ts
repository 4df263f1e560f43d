// `fit`: training in mini-batches.
import { jsonable } from '../json.ts';
import { takeRows } from '../layers/batches.ts';
import { Random } from '../random/random.ts';
import type { NdArrayLike } from '../tensor/ndarray-like.ts';
import { printable, short, table } from '../tensor/printed.ts';
import { type AbortSignalLike, orAborted } from './abort-signal.ts';

import type { BatchLog, BatchPlace, Callbacks, EpochLog } from './callbacks.ts';
import { type FitOptions, type FitSettings, requireFitOptions } from './fit-options.ts';
import { StepTotals } from './step-totals.ts';
import type { Compiled } from './train-step.ts';
import type { Examples, Trainer } from './trainer.ts';
import { turnTaker } from './turns.ts';

/** What `fit` returns. */
export interface History {
  /** One log for each epoch of the call, from the first to the last. */
  readonly epochs: readonly EpochLog[];
  /** Number of the epoch that comes after them: `initialEpoch` of a call that goes on from here. */
  readonly nextEpoch: number;
}

const WHERE = 'Sequential.fit';
const VALIDATION = { x: 'validationData[0]', y: 'validationData[1]' };

/** How many epochs a model has been fitted for. */
export interface EpochCount {
  /** Number of the next epoch. */
  next: number;
}

/** Everything `fit` needs, checked. */
interface Plan extends FitSettings {
  readonly trainer: Trainer;
  readonly compiled: Compiled;
  readonly x: NdArrayLike;
  readonly y: NdArrayLike;
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

/** Trains in mini-batches on checked arrays. */
export async function fitModel(
  trainer: Trainer,
  compiled: Compiled,
  { source: x, target: y }: Examples,
  options: FitOptions,
  count: EpochCount,
): Promise<History> {
  const settings = requireFitOptions(WHERE, options, count.next);
  const { initialEpoch, epochs, batchSize, validationData, callbacks, signal } = settings;
  const validation = validationData && trainer.requireExamples(WHERE, ...validationData, VALIDATION);
  signal?.throwIfAborted();
  const plan = { ...settings, trainer, compiled, x, y };
  const logs: EpochLog[] = [];
  const turn = turnTaker();
  count.next = initialEpoch;
  while (count.next < initialEpoch + epochs) {
    const trained = await trainEpoch(plan, count.next, turn);
    count.next++;
    const validationLoss = validation && trainer.evaluate(WHERE, validation, batchSize);
    const log = jsonable({ ...trained, validationLoss });
    logs.push(log);
    await callInTurn(callbacks, signal, (each) => each.onEpochEnd?.(log));
  }
  return printable(jsonable({ epochs: logs, nextEpoch: count.next }), historyInWords);
}

/** Waits for each callback before it calls the next. Throws as soon as the signal aborts, and where it has before. */
async function callInTurn(
  callbacks: readonly Callbacks[],
  signal: AbortSignalLike | undefined,
  call: (callbacks: Callbacks) => void | Promise<void>,
): Promise<void> {
  for (const each of callbacks) {
    await orAborted(signal, call(each));
    signal?.throwIfAborted();
  }
}

async function trainEpoch(
  plan: Plan,
  epoch: number,
  turn: () => Promise<void>,
): Promise<Omit<EpochLog, 'validationLoss'>> {
  const { compiled, x, initialEpoch, batchSize, callbacks, signal } = plan;
  const rows = x.shape[0]!;
  const order = rowOrder(plan, epoch, rows);
  const batches = Math.ceil(rows / batchSize);
  const epochs = initialEpoch + plan.epochs;
  const totals = new StepTotals(compiled.loss.reduction);
  let { learningRate } = compiled.optimizer;
  for (let batch = 0; batch < batches; batch++) {
    const inBatch = order.subarray(batch * batchSize, (batch + 1) * batchSize);
    const count = { step: (epoch - initialEpoch) * batches + batch, steps: plan.epochs * batches };
    const log = await trainBatch(plan, inBatch, { epoch, epochs, batch, batches, ...count });
    learningRate = log.learningRate;
    totals.add(log, inBatch.length);
    await callInTurn(callbacks, signal, (each) => each.onBatchEnd?.(jsonable(log)));
    await turn();
    signal?.throwIfAborted();
  }
  return { epoch, epochs, ...totals.figures, learningRate };
}

async function trainBatch(
  { trainer, compiled, x, y, callbacks, signal }: Plan,
  rows: Uint32Array,
  place: BatchPlace,
): Promise<BatchLog> {
  const batch = { ...place, x: takeRows(x, rows), y: takeRows(y, rows) };
  await callInTurn(callbacks, signal, (each) => each.onBatchBegin?.(batch));
  const { learningRate } = compiled.optimizer;
  // Callbacks may have written to the batch, so it is checked like any other data.
  const pair = trainer.requireExamples(WHERE, batch.x, batch.y, { x: 'x', y: 'y', rows });
  return { ...place, learningRate, ...trainer.step(WHERE, pair, { rows }) };
}

function rowOrder({ shuffle, seed }: Plan, epoch: number, rows: number): Uint32Array {
  return shuffle ? new Random(seed, epoch).permutation(rows) : Uint32Array.from({ length: rows }, (_, row) => row);
}
