// A training step over the rows of a batch, all at once or in parts.

import { gradientNorm } from '../clip/clip-gradients.ts';
import type { NonFinitePlace } from '../errors.ts';
import { batchesOf, type RowRange, sliceRows } from '../layers/batches.ts';
import type { Served } from '../optimizers/shares.ts';
import type { Parameters } from '../parameters/parameters.ts';
import type { FloatNdArrayLike } from '../tensor/ndarray-like.ts';
import { placeOfNorm } from './first-non-finite.ts';
import type { LaidStep, PartOfStep, StepOptions, StepSpan } from './step-span.ts';
import { type Compiled, finishStep, type StepResult } from './train-step.ts';

/** What runs the steps: a trainer. */
export interface Steps<E> {
  readonly model: Served & { readonly trainingStep: number; setTrainingStep(step: number): void };
  requireCompiled(where: string): Compiled;
  outputOf(examples: E): { readonly B: number };
  part(examples: E, range: RowRange): E;
  weightOf(examples: E): number;
  build(where: string, examples: E, span: StepSpan): Parameters;
  lay(where: string, examples: E, span: StepSpan, part: PartOfStep): LaidStep;
}

/** One training step on checked examples: gradients, then check, clip and update. */
export function runStep<E>(
  where: string,
  steps: Steps<E>,
  examples: E,
  span: StepSpan,
  { microBatchSize, out, each }: StepOptions,
): StepResult {
  const compiled = steps.requireCompiled(where);
  const { B } = steps.outputOf(examples);
  const inParts = microBatchSize !== undefined && microBatchSize < B;
  const ranges = inParts ? [...batchesOf(B, microBatchSize)] : [{ start: 0, end: B }];
  const partOf = (range: RowRange): E => (inParts ? steps.part(examples, range) : examples);
  const parameters = steps.build(where, partOf(ranges[0]!), span);
  compiled.optimizer.attend(steps.model);
  compiled.optimizer.claim([parameters]);
  const weight = inParts ? steps.weightOf(examples) : undefined;
  const lay = (range: RowRange): LaidStep => {
    const { start, end } = range;
    const rowsOf = (array: FloatNdArrayLike | undefined) => array && sliceRows(array, start, end);
    return steps.lay(where, partOf(range), span, { firstRow: start, weight, out: rowsOf(out), each: rowsOf(each) });
  };
  let laid = lay(ranges[0]!);
  parameters.zeroGradients();
  let loss = laid.compute({});
  for (const range of ranges.slice(1)) {
    laid = lay(range);
    loss += laid.compute({});
  }
  const result = finishStep(where, parameters, compiled, loss, (norm) => {
    return inParts ? locateInParts(parameters, ranges, lay, norm) : laid.locate(norm);
  });
  if (!result.skipped) {
    laid.storeState();
    steps.model.setTrainingStep(steps.model.trainingStep + 1);
  }
  return result;
}

/** Finds the first NaN or infinity: that of the first part which has one by itself, or the sum of all gradients. */
function locateInParts(
  parameters: Parameters,
  ranges: readonly RowRange[],
  lay: (range: RowRange) => LaidStep,
  norm: number,
): NonFinitePlace {
  for (const range of ranges) {
    const laid = lay(range);
    parameters.zeroGradients();
    const loss = laid.compute({});
    const own = gradientNorm(parameters);
    if (!(Number.isFinite(loss) && own < Infinity)) return laid.locate(own);
  }
  return placeOfNorm(norm);
}
