// Forecasts series with a model that predicts the next time step.

import { refuse, requireElements, requireInstance, requireShape } from '../checks.ts';
import { zerosOf } from '../engine/sequence-buffer.ts';
import { Network } from '../layers/network.ts';
import { Loss } from '../losses/loss.ts';
import { requireQuantiles } from '../losses/quantile-loss.ts';
import { integer, optional, readOptions, required, type Schema, type Settings, unchecked } from '../options.ts';
import { Random } from '../random/random.ts';
import { type Numbers, readNumbers, zeros } from '../tensor/create.ts';
import type { RowData } from '../tensor/row-data.ts';
import { Tensor } from '../tensor/tensor.ts';
import { begin, type Future, feedBack } from './forecasting/feed-back.ts';
import { requireFinite, requireFuture, requireHistory } from './forecasting/histories.ts';
import { distributionOf, type OutputDistribution, quantileOf } from './forecasting/outputs.ts';
import { Sequential } from './sequential.ts';

/** Options of `forecast`. */
export interface ForecastOptions {
  /** Number of time steps ahead, at least 1. */
  readonly horizon: number;
  /**
   * The loss that the model was trained with: `QuantileLoss` and `GaussianNLL` say what the outputs are; with any other loss
   * they are the values. Default: that of `compile`, otherwise the outputs are the values.
   */
  readonly loss?: Loss;
  /** Number of random futures of each series, at least 0; default 0. */
  readonly paths?: number;
  /**
   * Probabilities of the quantiles of the paths, in ascending order; default those of a
   * `QuantileLoss`, otherwise 0.05, 0.5 and 0.95.
   */
  readonly quantiles?: readonly number[];
  /** Past errors, target minus prediction, [R, F]: paths of a model whose outputs are values add random rows of them. */
  readonly residuals?: Numbers;
  /** Inputs that are known ahead, [B, horizon − 1 or more, C]: step k goes with the forecast of step k. */
  readonly future?: RowData;
  /** Number of time steps of each history, from its first; default all. An array of series of any lengths has none. */
  readonly lengths?: ArrayLike<number>;
  /** Seed of the random numbers; default 0. */
  readonly seed?: number;
  /** Number of the first series, as if so many series were before it; default 0. */
  readonly firstRow?: number;
}

/** Forecasts of B series with F values at each time step. */
export interface Forecast {
  /** The point forecast, [B, horizon, F]: mean or median outputs, fed back. */
  readonly point: Tensor;
  /** The probabilities of the K quantiles; empty without quantiles. */
  readonly levels: readonly number[];
  /** Quantiles, [B, horizon, K·F]: F of the first, then F of the next, as in `QuantileLoss`; K may be 0. */
  readonly quantiles: Tensor;
  /** The random futures, [B, paths, horizon, F]. */
  readonly paths: Tensor;
}

const requireLoss = (where: string, argument: string, value: unknown): Loss =>
  requireInstance(where, argument, value, Loss as never, 'be a loss') as Loss;

/** Probabilities of the quantiles of paths. */
const LEVELS: readonly number[] = [0.05, 0.5, 0.95];

type Open = 'loss' | 'quantiles' | 'residuals' | 'future' | 'lengths';
type ForecastSettings = Settings<ForecastOptions, Open>;

const OPTIONS: Schema<ForecastOptions, Open> = {
  horizon: required(integer()),
  loss: optional(requireLoss),
  paths: optional(integer(0), 0),
  quantiles: optional(requireQuantiles),
  residuals: optional(unchecked<Numbers>),
  future: optional(unchecked<RowData>),
  lengths: optional(unchecked<ArrayLike<number>>),
  seed: optional(integer(0), 0),
  firstRow: optional(integer(0), 0),
};

/**
 * Forecasts series step by step: the model predicts the next time step, reads its prediction, and so on. The first F
 * features of its input are the F values of a time step, those behind them are known ahead (`future`).
 *
 * - A model trained with `QuantileLoss` feeds back the quantile nearest to the median. Without `paths`, the quantiles are its
 *   outputs along that future: they do not know how uncertain the steps between are. Paths draw from the quantiles, linear
 *   between them, and so do.
 * - Paths of a model trained with `GaussianNLL` draw from its normal distribution.
 * - Paths of any other model add random past errors (`residuals`): the residual bootstrap.
 *
 * Series are independent: several at once are those of one at a time with their `firstRow`, to the bit.
 *
 * @param model - built; its layers run forwards in time
 * @param history - [B, T, I], or an array of B series [T_b, I]; finite where it counts
 * @param options - see ForecastOptions
 * @throws ArgumentError, also for NaN and infinities; ShapeError, StateError for layers that read backwards in time
 *
 * @example
 * ```ts
 * const model = new Sequential([new GRU({ units: 8 }), new Dense({ units: 2 })], { inputSize: 1 });
 * model.compile({ optimizer: new Adam(), loss: new GaussianNLL() });
 * const history = randomNormal([3, 20, 1], { seed: 1 });
 * const { point, quantiles } = forecast(model, history, { horizon: 12, paths: 100, quantiles: [0.1, 0.9] });
 * point.shape;     // [3, 12, 1]
 * quantiles.shape; // [3, 12, 2]: the lower and the upper end of an interval that holds 80 percent
 * ```
 */
export function forecast(model: Network, history: RowData, options: ForecastOptions): Forecast {
  const where = 'forecast';
  const settings = readOptions(where, options, OPTIONS);
  const { horizon, paths } = settings;
  requireInstance(where, 'model', model, Network, 'be a Sequential or a Network');
  const { source, lengths } = requireHistory(where, model, history, settings.lengths);
  const B = source.shape[0]!;
  const outputs = outputsOf(where, model, B, settings);
  const { size: F } = outputs;
  const levels = levelsOf(where, outputs, settings);
  const known = requireFuture(where, settings.future, [B, horizon - 1, model.inputSize! - F]);
  const begun = begin(model, source, lengths);
  const common = { model, begun, horizon, outputs, known };
  const quantiles = zerosOf({ B, T: horizon, F: levels.length * F }, model.dtype, where, 'horizon');
  const onOutputs = (step: number, { data, offset }: Tensor): void => {
    const width = levels.length * F;
    for (let b = 0; b < B; b++) {
      quantiles.data.set(data.subarray(offset + b * width, offset + (b + 1) * width), (b * horizon + step) * width);
    }
  };
  const point = feedBack({
    ...common,
    copies: 1,
    valueAt: (_, row, at, j) => outputs.point(row, at, j),
    ...(paths === 0 && levels.length > 0 && { onOutputs }),
  });
  if (paths === 0) return { point, levels, quantiles, paths: zeros([B, 0, horizon, F], { dtype: model.dtype }) };
  const { seed, firstRow } = settings;
  const randoms = Array.from({ length: B * paths }, (_, row) =>
    new Random(seed, firstRow + Math.floor(row / paths)).fork(row % paths),
  );
  const valueAt: Future['valueAt'] = (row, data, at, j) => outputs.draw(data, at, j, randoms[row]!);
  const drawn = feedBack({ ...common, copies: paths, valueAt });
  quantilesOf(quantiles, drawn, levels, paths);
  return { point, levels, quantiles, paths: new Tensor(drawn.storage, [B, paths, horizon, F]) };
}

/** Writes the quantiles of B·paths values for each time step and feature. */
function quantilesOf(into: Tensor, { data, shape }: Tensor, levels: readonly number[], paths: number): void {
  const [rows, horizon, F] = shape as [number, number, number];
  const sorted = new Float64Array(paths);
  for (let b = 0; b < rows / paths; b++) {
    for (let at = 0; at < horizon * F; at++) {
      for (let k = 0; k < paths; k++) sorted[k] = data[(b * paths + k) * horizon * F + at]!;
      sorted.sort();
      const [step, j] = [Math.floor(at / F), at % F];
      for (const [k, q] of levels.entries()) {
        into.data[((b * horizon + step) * levels.length + k) * F + j] = quantileOf(sorted, q);
      }
    }
  }
}

/** What the outputs are, by the loss; refuses residuals that do not fit. */
function outputsOf(
  where: string,
  model: Network,
  B: number,
  { loss, residuals, paths }: ForecastSettings,
): OutputDistribution {
  const trained = loss ?? (model instanceof Sequential ? model.trainer.compiled?.loss : undefined);
  const width = model.stream({ batchSize: B }).outputSize;
  const errors = residuals === undefined ? undefined : readNumbers(where, 'residuals', residuals, 'float64');
  const outputs = distributionOf(where, width, trained, errors);
  if (outputs.size > model.inputSize!) {
    refuse(where, 'model', `read the ${outputs.size} values that it predicts`, `${model.inputSize} features`);
  }
  if (errors !== undefined) {
    if (outputs.size !== width)
      refuse(where, 'residuals', 'be for outputs that are values, not distributions', trained);
    requireShape(where, 'residuals', errors.shape, ['R', width]);
    requireElements(where, 'residuals', errors.shape);
    requireFinite(where, 'residuals', errors, ['row', 'value']);
  }
  if (paths === 0 || outputs.draws) return outputs;
  const remedy = 'Train with QuantileLoss or GaussianNLL and give the loss, or give residuals';
  return refuse(where, 'paths', 'be 0 for a model whose outputs are values', paths, remedy);
}

function levelsOf(
  where: string,
  { levels }: OutputDistribution,
  { paths, quantiles }: ForecastSettings,
): readonly number[] {
  if (paths > 0) return quantiles ?? (levels.length > 0 ? levels : LEVELS);
  if (quantiles !== undefined) refuse(where, 'quantiles', 'be given with paths only', quantiles);
  return levels;
}
