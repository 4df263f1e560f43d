// The loss and the metrics of data, batch by batch.

import { zerosOf } from '../engine/sequence-buffer.ts';
import { batchesOf, type RowRange, sliceRows } from '../layers/batches.ts';
import { penaltyOf } from '../parameters/regularize.ts';
import { requireSome } from '../tensor/batches.ts';
import { copyInto, type FloatNdArrayLike } from '../tensor/ndarray-like.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { AnyTrainer } from './base-trainer.ts';
import { rowRange } from './example-set.ts';
import { addToMetrics, type MetricResults, type Metrics, requireFits, resetMetrics, resultsOf } from './report.ts';
import { Total } from './step-totals.ts';

/** The loss of data, with what else was requested. */
export interface Evaluation {
  /** The mean loss or, with reduction `'sum'`, its sum, plus the penalties of regularizers. */
  readonly loss: number;
  /** Figures of the metrics over all data; empty without metrics. */
  readonly metrics: MetricResults;
  /** Outputs of all rows, on request; zeros at masked time steps. */
  readonly output: Tensor | undefined;
}

/** What `evaluate` returns. */
export type Evaluated = number | Evaluation | Promise<Evaluation>;

/** Adds up the losses and the metrics of batches. */
export class Evaluator<E> {
  readonly #where: string;
  readonly #trainer: AnyTrainer<unknown, E>;
  readonly #metrics: Metrics;
  readonly #total: Total;
  #count = 0;

  constructor(where: string, trainer: AnyTrainer<unknown, E>, metrics: Metrics) {
    this.#where = where;
    this.#trainer = trainer;
    this.#metrics = metrics;
    this.#total = new Total(trainer.requireCompiled(where).loss.reduction);
    resetMetrics(metrics);
  }

  /** Adds a batch of checked examples. `whole`: receives its outputs. */
  add(examples: E, whole?: FloatNdArrayLike): void {
    const trainer = this.#trainer;
    const [where, shape, scored] = [this.#where, trainer.outputOf(examples), trainer.scored(examples)];
    const { loss } = trainer.requireCompiled(where);
    const pass = { shape, dtype: trainer.model.dtype, loss, where, argument: 'batchSize' };
    const written = trainer.metricMemory.for(this.#metrics, scored, pass, whole !== undefined);
    this.#total.add(trainer.lossOf(where, examples, written), trainer.weightOf(examples));
    addToMetrics(this.#metrics, written, scored);
    if (whole) copyPart(whole, written.out!, trainer.model.readsBackwards);
  }

  /** Checks a batch as a caller gives it, and adds it. `name`: that of all batches in errors. */
  addGiven(name: string, batch: unknown): void {
    const [where, trainer] = [this.#where, this.#trainer];
    const at = `${name}[${this.#count++}]`;
    const set = trainer.requireSet(where, trainer.readGiven(where, batch, at), at);
    if (this.#count === 1) requireSetFits(where, trainer, set, this.#metrics);
    this.add(trainer.take(where, set, rowRange(0, trainer.countOf(set))));
  }

  /** The figures of the batches of an iterable; throws if there were none. */
  resultOf(name: string, batches: unknown): Evaluation {
    requireSome(this.#where, name, this.#count, batches);
    return this.result;
  }

  /** The figures of all batches. */
  get result(): Evaluation {
    const loss = this.#total.value + penaltyOf(this.#trainer.model.parameters);
    return { loss, metrics: resultsOf(this.#metrics), output: undefined };
  }
}

/** What of a set is evaluated, and how. */
export interface EvaluationSettings {
  readonly batchSize: number;
  readonly metrics: Metrics;
  readonly output?: boolean;
  /** The rows, by number; default all. */
  readonly rows?: Uint32Array | undefined;
}

/** Evaluates a set batch by batch; a caller may do something else after each. */
export function* evaluatingSet<S, E>(
  where: string,
  trainer: AnyTrainer<S, E>,
  set: S,
  { batchSize, metrics, output = false, rows }: EvaluationSettings,
): Generator<void, Evaluation> {
  const count = rows?.length ?? trainer.countOf(set);
  requireSetFits(where, trainer, set, metrics);
  const evaluator = new Evaluator(where, trainer, metrics);
  const take = ({ start, end }: RowRange): E =>
    rows === undefined
      ? trainer.slice(where, set, { start, end })
      : trainer.take(where, set, rows.subarray(start, end));
  const whole = output ? zerosOf(outputOfSet(where, trainer, set), trainer.model.dtype, where, 'x') : undefined;
  for (const range of batchesOf(count, batchSize)) {
    evaluator.add(take(range), whole && sliceRows(whole, range.start, range.end));
    yield;
  }
  return { ...evaluator.result, output: whole };
}

/** Throws if a metric cannot take the outputs and targets of a set. */
export function requireSetFits<S, E>(where: string, trainer: AnyTrainer<S, E>, set: S, metrics: Metrics): void {
  if (Object.keys(metrics).length === 0) return;
  const first = trainer.slice(where, set, { start: 0, end: 1 });
  requireFits(where, metrics, trainer.outputOf(first), trainer.scored(first));
}

/** Shape of the outputs of all rows, with the time steps of the longest. */
function outputOfSet<S, E>(where: string, trainer: AnyTrainer<S, E>, set: S) {
  const B = trainer.countOf(set);
  const steps = trainer.stepsOf(set);
  let longest = 0;
  for (let row = 0; row < B; row++) if ((steps?.[row] ?? 0) > (steps?.[longest] ?? 0)) longest = row;
  const shape = trainer.outputOf(trainer.slice(where, set, { start: longest, end: longest + 1 }));
  return { ...shape, B };
}

/**
 * Copies outputs of a batch, whose sequences may be shorter than the longest of all. `atEnd`: they end with the last time
 * step, as those of a model that reads backwards.
 */
function copyPart({ data, shape, stride, offset }: FloatNdArrayLike, out: Tensor, atEnd = false): void {
  const first = atEnd ? (shape[1]! - out.shape[1]!) * stride[1]! : 0;
  copyInto({ data, shape: out.shape, stride, offset: offset + first }, out);
}
