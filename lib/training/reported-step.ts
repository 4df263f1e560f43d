// `trainStep`: one training step with metrics and outputs on request.

import { refuse } from '../checks.ts';
import { readOptions, type Schema } from '../options.ts';
import type { RowData } from '../tensor/row-data.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { AnyTrainer } from './base-trainer.ts';
import { WEIGHTED_PAIR_OPTIONS, type WeightedPairOptions } from './pair-examples.ts';
import type { PairTrainer } from './pair-trainer.ts';
import {
  addToMetrics,
  type MetricResults,
  REPORT_OPTIONS,
  type ReportRequest,
  requireFits,
  resultsOf,
} from './report.ts';
import { type StepSpan, TRAIN_STEP_OPTIONS, type TrainStepOptions } from './step-span.ts';
import type { StepResult } from './train-step.ts';
import type { Trainer } from './trainer.ts';

/** The result of `trainStep`. */
export interface TrainStepResult extends StepResult {
  /** Figures of the metrics over all steps since their `reset`; absent without metrics. */
  readonly metrics?: MetricResults;
  /** Outputs before the update, on request; zeros at masked time steps. */
  readonly output?: Tensor;
}

/** One training step on checked examples. A skipped step adds nothing to metrics. */
function reportedStep<E>(
  where: string,
  trainer: AnyTrainer<unknown, E>,
  examples: E,
  span: StepSpan,
  { metrics, output, microBatchSize }: Required<ReportRequest> & { readonly microBatchSize?: number },
): TrainStepResult {
  if (microBatchSize !== undefined && (span.state !== undefined || trainer.model.stateful)) {
    refuse(where, 'microBatchSize', 'not be given with states that are carried from step to step', microBatchSize);
  }
  const measured = Object.keys(metrics).length > 0;
  if (!measured && !output) return trainer.step(where, examples, span, { microBatchSize });
  const shape = trainer.outputOf(examples);
  const scored = trainer.scored(examples);
  requireFits(where, metrics, shape, scored);
  const { loss } = trainer.requireCompiled(where);
  const written = trainer.metricMemory.for(
    metrics,
    scored,
    { shape, dtype: trainer.model.dtype, loss, where, argument: 'x' },
    output,
  );
  const result = trainer.step(where, examples, span, { microBatchSize, ...written });
  if (measured && !result.skipped) addToMetrics(metrics, written, scored);
  return { ...result, ...(measured && { metrics: resultsOf(metrics) }), ...(output && { output: written.out! }) };
}

/** Options of `trainStep` of an encoder-decoder. */
export interface PairTrainStepOptions extends WeightedPairOptions, ReportRequest {
  /** Pairs whose gradients are computed at once, at least 1; default: all. See `TrainStepOptions`. */
  readonly microBatchSize?: number;
}

const PAIR_TRAIN_STEP: Schema<PairTrainStepOptions, 'microBatchSize' | keyof WeightedPairOptions> = {
  microBatchSize: TRAIN_STEP_OPTIONS.microBatchSize,
  ...WEIGHTED_PAIR_OPTIONS,
  ...REPORT_OPTIONS,
};

/** One training step of a network. */
export function trainNetwork(
  where: string,
  trainer: Trainer,
  x: RowData,
  y: RowData,
  options: TrainStepOptions,
): TrainStepResult {
  const { state, metrics, output, microBatchSize, ...given } = readOptions(where, options, TRAIN_STEP_OPTIONS);
  const examples = trainer.requireBatch(where, [x, y, given]);
  if (state !== undefined) trainer.states.require(where, state, examples.source);
  const report = { metrics, output, ...(microBatchSize !== undefined && { microBatchSize }) };
  return reportedStep(where, trainer, examples, state === undefined ? {} : { state }, report);
}

/** One training step of an encoder-decoder. */
export function trainEncoderDecoder(
  where: string,
  trainer: PairTrainer,
  source: RowData,
  target: RowData,
  options: PairTrainStepOptions,
): TrainStepResult {
  const { metrics, output, microBatchSize, ...given } = readOptions(where, options, PAIR_TRAIN_STEP);
  const report = { metrics, output, ...(microBatchSize !== undefined && { microBatchSize }) };
  return reportedStep(where, trainer, trainer.requireBatch(where, [source, target, given]), {}, report);
}
