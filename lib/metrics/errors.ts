// Errors of forecasts: RMSE, MAE, MAPE, sMAPE, MASE.

import { refuse } from '../checks.ts';
import { requireWithin } from '../losses/target-values.ts';
import { integer, optional, readOptions, required, type Schema, unchecked } from '../options.ts';
import { copyOf, type NdArrayLike, requireNdArray } from '../tensor/ndarray-like.ts';
import { Mean } from './mean.ts';
import { Metric } from './metric.ts';

const { abs, max, sqrt } = Math;

/** The mean over all elements of a function of prediction and target. */
abstract class ElementMean extends Metric {
  readonly #mean: Mean = new Mean();

  /** @internal The term of one element. */
  protected abstract errorOf(y: number, t: number): number;

  protected addRow(y: Float64Array, t: Float64Array, weight: number): void {
    for (let j = 0; j < y.length; j++) this.#mean.add(this.errorOf(y[j]!, t[j]!), weight);
  }

  /** The mean so far; NaN without rows. */
  protected get mean(): number {
    return this.#mean.value;
  }

  result(): number {
    return this.mean;
  }

  /** @internal What was added so far, as numbers. */
  get sums(): readonly number[] {
    return this.#mean.sums;
  }

  /** @internal */
  set sums(sums: readonly number[]) {
    this.#mean.sums = sums;
  }

  reset(): void {
    this.#mean.reset();
  }
}

/**
 * Root mean squared error: (Q9) √ of the mean of (y − t)² over all elements. Targets have the predictions' shape, [B, F] or
 * [B, T, F].
 *
 * @example
 * ```ts
 * new RMSE().evaluate(tensor([[1, 2]]), tensor([[1, 4]])); // √2
 * ```
 */
export class RMSE extends ElementMean {
  readonly kind = 'RMSE';

  /** @internal */
  protected errorOf(y: number, t: number): number {
    return (y - t) * (y - t);
  }

  /** Root of the mean so far; NaN without rows. */
  override result(): number {
    return sqrt(this.mean);
  }
}

/**
 * Mean absolute error: (Q10) the mean of |y − t| over all elements. Targets have the predictions' shape, [B, F] or [B, T, F].
 *
 * @example
 * ```ts
 * new MAE().evaluate(tensor([[1, 2]]), tensor([[1, 4]])); // 1
 * ```
 */
export class MAE extends ElementMean {
  readonly kind = 'MAE';

  /** @internal */
  protected errorOf(y: number, t: number): number {
    return abs(y - t);
  }
}

/** Targets below this count as this in a MAPE, as in scikit-learn: 2⁻⁵². */
const SMALLEST = 2.220446049250313e-16;

/**
 * Mean absolute percentage error, as a fraction: (Q11) the mean of |y − t| / max(|t|, 2⁻⁵²) over all elements. It is huge
 * where a target is 0. Targets have the predictions' shape, [B, F] or [B, T, F].
 *
 * @example
 * ```ts
 * new MAPE().evaluate(tensor([[1, 2]]), tensor([[1, 4]])); // 0.25
 * ```
 */
export class MAPE extends ElementMean {
  readonly kind = 'MAPE';

  /** @internal */
  protected errorOf(y: number, t: number): number {
    return abs(y - t) / max(abs(t), SMALLEST);
  }
}

/**
 * Symmetric mean absolute percentage error, from 0 to 2: (Q12) the mean of 2|y − t| / (|y| + |t|) over all elements, 0 where
 * both are 0. Targets have the predictions' shape, [B, F] or [B, T, F].
 *
 * @example
 * ```ts
 * new SMAPE().evaluate(tensor([[1, 2]]), tensor([[1, 6]])); // 0.5
 * ```
 */
export class SMAPE extends ElementMean {
  readonly kind = 'SMAPE';

  /** @internal */
  protected errorOf(y: number, t: number): number {
    return y === 0 && t === 0 ? 0 : (2 * abs(y - t)) / (abs(y) + abs(t));
  }
}

/** Options of `MASE`. */
export interface MASEOptions {
  /** The series before the forecast, as it was trained on, [N]. */
  readonly history: NdArrayLike;
  /** Time steps of a season: the naive forecast is the value one season before; default 1. */
  readonly season?: number;
}

const MASE_OPTIONS: Schema<MASEOptions> = {
  history: required(unchecked<NdArrayLike>),
  season: optional(integer(), 1),
};

/**
 * Mean absolute scaled error (Hyndman and Koehler 2006): (Q13) the mean of |y − t| over all elements, divided by the mean
 * of |hₙ − hₙ₋ₘ|, the error of the seasonal naive forecast over the history h with a season of m time steps. Below 1, the
 * forecast is better than the naive one was there. Targets have the predictions' shape, [B, F] or [B, T, F].
 *
 * @example
 * ```ts
 * new MASE({ history: tensor([1, 3, 2, 4]) }).evaluate(tensor([[2]]), tensor([[3]])); // 0.6
 * ```
 */
export class MASE extends ElementMean {
  readonly kind = 'MASE';
  /** The error of the naive forecast over the history. */
  readonly scale: number;

  /** @throws ShapeError, ArgumentError, also for a history without a change */
  constructor(options: MASEOptions) {
    super();
    const where = 'MASE';
    const { history, season } = readOptions(where, options, MASE_OPTIONS);
    const series = requireNdArray(where, 'history', history);
    if (series.shape.length !== 1 || series.shape[0]! <= season) {
      refuse(where, 'history', `have the shape [N] with more than ${season} values`, series.shape);
    }
    requireWithin(where, 'history', series, {});
    const { data } = copyOf(where, 'history', series, 'float64');
    const mean = new Mean();
    for (let n = season; n < data.length; n++) mean.add(abs(data[n]! - data[n - season]!), 1);
    if (mean.value === 0) refuse(where, 'history', 'differ from itself one season before', 'no difference');
    this.scale = mean.value;
  }

  /** @internal */
  protected errorOf(y: number, t: number): number {
    return abs(y - t) / this.scale;
  }
}
