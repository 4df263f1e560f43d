// `evaluate`: the loss of data without training, with metrics and outputs on request.

import { refuse } from '../checks.ts';
import { jsonable } from '../json.ts';
import { inTask } from '../kernels/threads/task.ts';
import { integer, optional, readOptions, type Schema } from '../options.ts';
import { type BatchSource, isAsync, isBatches, iterableOf, requireTargets } from '../tensor/batches.ts';
import { printable, short } from '../tensor/printed.ts';
import type { AnyTrainer } from './base-trainer.ts';
import { type Evaluated, type Evaluation, type EvaluationSettings, Evaluator, evaluatingSet } from './evaluator.ts';
import { WEIGHTED_OPTIONS, type WeightedOptions } from './example-set.ts';
import { WEIGHTED_PAIR_OPTIONS, type WeightedPairOptions } from './pair-examples.ts';
import { REPORT_OPTIONS, type ReportRequest } from './report.ts';

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

/** Options of `evaluate` that request nothing but the loss. */
export type LossOnly<O> = Omit<O, 'metrics' | 'output'> & {
  /** None. */
  readonly metrics?: undefined;
  /** No outputs. */
  readonly output?: false;
};

/** Runs all steps of a generator. */
function runToEnd<R>(steps: Generator<void, R>): R {
  for (let next = steps.next(); ; next = steps.next()) if (next.done) return next.value;
}

/** Evaluates batches that an iterable yields, until it ends. */
function evaluateBatches<S, E>(
  where: string,
  trainer: AnyTrainer<S, E>,
  batches: BatchSource<unknown>,
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
  for await (const batch of batches) inTask(() => evaluator.addGiven(name, batch));
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
    return evaluateBatches(where, trainer, x as BatchSource<unknown>, report);
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
