// `evaluate`: the loss of data without training, with metrics and outputs on request.

import { refuse } from '../checks.ts';
import { zerosOf } from '../engine/sequence-buffer.ts';
import { jsonable } from '../json.ts';
import { batchesOf, type RowRange, sliceRows } from '../layers/batches.ts';
import { integer, optional, readOptions, type Schema } from '../options.ts';
import { penaltyOf } from '../parameters/regularize.ts';
import { isAsync, isBatches, iterableOf, requireSome, requireTargets } from '../tensor/batches.ts';
import { copyInto, type FloatNdArrayLike } from '../tensor/ndarray-like.ts';
import { printable, short } from '../tensor/printed.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { AnyTrainer } from './base-trainer.ts';
import type { Batches } from './batches.ts';
import { rowRange, WEIGHTED_OPTIONS, type WeightedOptions } from './example-set.ts';
import { WEIGHTED_PAIR_OPTIONS, type WeightedPairOptions } from './pair-examples.ts';
import {
  addToMetrics,
  type MetricResults,
  type Metrics,
  REPORT_OPTIONS,
  type ReportRequest,
  requireFits,
  resetMetrics,
  resultsOf,
} from './report.ts';
import { Total } from './step-totals.ts';

/** Options of `evaluate` that do not depend on the form of the data. */
export interface EvaluateReport extends ReportRequest {
  /** Rows computed at once, at least 1; default 32. */
  readonly batchSize?: number;
}

/** Options of `evaluate`. */
export interface EvaluateOptions extends EvaluateReport, WeightedOptions {}

/** Options of `evaluate` of an encoder-decoder. */
export interface PairEvaluateOptions extends EvaluateReport, WeightedPairOptions {}

const REPORT: Schema<EvaluateReport> = { batchSize: optional(integer(), 32), ...REPORT_OPTIONS };

const EVALUATE_OPTIONS: Schema<EvaluateOptions, keyof WeightedOptions> = { ...REPORT, ...WEIGHTED_OPTIONS };

const PAIR_EVALUATE_OPTIONS: Schema<PairEvaluateOptions, keyof WeightedPairOptions> = {
  ...REPORT,
  ...WEIGHTED_PAIR_OPTIONS,
};

/** The loss of data, with what else was requested. */
export interface Evaluation {
  /** The mean loss or, with reduction `'sum'`, its sum, plus the penalties of regularizers. */
  readonly loss: number;
  /** Figures of the metrics over all data; empty without metrics. */
  readonly metrics: MetricResults;
  /** Outputs of all rows, on request; zeros at masked time steps. */
  readonly output: Tensor | undefined;
}

/** Options of `evaluate` that request nothing but the loss. */
export type LossOnly<O> = Omit<O, 'metrics' | 'output'> & {
  /** None. */
  readonly metrics?: undefined;
  /** No outputs. */
  readonly output?: false;
};

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
    const measured = Object.keys(this.#metrics).length > 0;
    const shape = trainer.outputOf(examples);
    const out = measured || whole ? zerosOf(shape, trainer.model.dtype, this.#where, 'batchSize') : undefined;
    this.#total.add(trainer.lossOf(this.#where, examples, out), trainer.weightOf(examples));
    if (measured) addToMetrics(this.#metrics, out!, trainer.scored(examples));
    if (whole) copyPart(whole, out!, trainer.model.readsBackwards);
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

/** Runs all steps of a generator. */
function runToEnd<R>(steps: Generator<void, R>): R {
  for (let next = steps.next(); ; next = steps.next()) if (next.done) return next.value;
}

/** Copies outputs of a batch, whose sequences may be shorter than the longest of all; outputs of a model that reads backwards end with the last. */
function copyPart({ data, shape, stride, offset }: FloatNdArrayLike, out: Tensor, atEnd = false): void {
  const first = atEnd ? (shape[1]! - out.shape[1]!) * stride[1]! : 0;
  copyInto({ data, shape: out.shape, stride, offset: offset + first }, out);
}

/** Evaluates batches that an iterable yields, until it ends. */
function evaluateBatches<S, E>(
  where: string,
  trainer: AnyTrainer<S, E>,
  batches: Batches<unknown>,
  { metrics, output }: Required<ReportRequest>,
): Evaluation | Promise<Evaluation> {
  const name = 'batches';
  if (output) refuse(where, 'output', 'be false for an iterable of batches; predict yields their outputs', output);
  const evaluator = new Evaluator(where, trainer, metrics);
  const iterable = iterableOf(where, name, batches);
  if (isAsync(iterable)) return evaluateEach(evaluator, name, iterable);
  for (const batch of iterable) evaluator.addGiven(name, batch);
  return evaluator.resultOf(name, batches);
}

async function evaluateEach<E>(
  evaluator: Evaluator<E>,
  name: string,
  batches: AsyncIterable<unknown>,
): Promise<Evaluation> {
  for await (const batch of batches) evaluator.addGiven(name, batch);
  return evaluator.resultOf(name, batches);
}

/** Returns the loss alone, unless more was requested. */
function asRequested({ metrics, output }: ReportRequest, found: Evaluation): number | Evaluation {
  return metrics === undefined && output !== true ? found.loss : printable(jsonable({ ...found }), inWords);
}

/** Prints one line. */
function inWords({ loss, metrics }: Evaluation): string {
  const numbers = Object.entries(metrics).filter(([, value]) => typeof value === 'number');
  const figures = numbers.map(([name, value]) => `, ${name} ${short(value)}`);
  return `loss ${short(loss)}${figures.join('')}`;
}

/** What `evaluate` returns. */
export type Evaluated = number | Evaluation | Promise<Evaluation>;

/** Evaluates batches, or a set, with options that are not checked yet. */
function evaluateData<S, E, G>(
  where: string,
  trainer: AnyTrainer<S, E>,
  data: { readonly name: string; readonly x: unknown; readonly y: unknown; readonly options: EvaluateReport },
  readGiven: (options: EvaluateReport) => { readonly settings: EvaluationSettings; readonly given: G },
): Evaluated {
  trainer.requireCompiled(where);
  const { x, y, options } = data;
  if (isBatches(where, data.name, x, y)) {
    const report = readOptions(where, (y ?? {}) as EvaluateReport, REPORT);
    return evaluateBatches(where, trainer, x as Batches<unknown>, report);
  }
  requireTargets(where, data.name === 'x' ? 'y' : 'target', x, y);
  const { settings, given } = readGiven(options);
  const set = trainer.requireSet(where, [x, y, given]);
  return asRequested(options, runToEnd(evaluatingSet(where, trainer, set, settings)));
}

/** Evaluates a network. */
export function evaluateNetwork(
  where: string,
  trainer: AnyTrainer<unknown, unknown>,
  x: unknown,
  y: unknown,
  options: EvaluateOptions,
): Evaluated {
  return evaluateData(where, trainer, { name: 'x', x, y, options }, (given) => {
    const { batchSize, metrics, output, ...rest } = readOptions(where, given, EVALUATE_OPTIONS);
    return { settings: { batchSize, metrics, output }, given: rest };
  });
}

/** Evaluates an encoder-decoder. */
export function evaluateEncoderDecoder(
  where: string,
  trainer: AnyTrainer<unknown, unknown>,
  source: unknown,
  target: unknown,
  options: PairEvaluateOptions,
): Evaluated {
  return evaluateData(where, trainer, { name: 'source', x: source, y: target, options }, (given) => {
    const { batchSize, metrics, output, ...rest } = readOptions(where, given, PAIR_EVALUATE_OPTIONS);
    return { settings: { batchSize, metrics, output }, given: rest };
  });
}
