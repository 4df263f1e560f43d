// Scales features to mean 0 and variance 1.

import { requireBoolean, requireRecord } from '../checks.ts';
import { optional, readOptions, type Schema } from '../options.ts';
import { asJson, FeatureScaler, numbersOf } from './feature-scaler.ts';

/** Options of `StandardScaler`. */
export interface StandardScalerOptions {
  /** Whether to subtract the mean; default true. */
  readonly withMean?: boolean;
  /** Whether to divide by the standard deviation; default true. */
  readonly withStd?: boolean;
}

const OPTIONS: Schema<StandardScalerOptions> = {
  withMean: optional(requireBoolean, true),
  withStd: optional(requireBoolean, true),
};

const { sqrt } = Math;
const { EPSILON } = Number;

/**
 * Scales each feature to mean 0 and variance 1: (x − mean)/deviation, as scikit-learn's `StandardScaler`. The variance
 * divides by the number of values. A constant feature is divided by 1, also if only rounding makes it vary. NaN does not
 * count, and stays NaN. Sums are in float64, in two passes.
 *
 * It travels with a model: `model.metadata = { scaler }` before `toBytes`, and the class in `classes` of `fromBytes`.
 *
 * @example
 * ```ts
 * const scaler = new StandardScaler().fit(tensor([[1, 10], [3, 10]]));
 * scaler.transform(tensor([[1, 12]])).toArray();        // [[-1, 2]]
 * scaler.inverseTransform(tensor([[-1, 2]])).toArray(); // [[1, 12]]
 * ```
 */
export class StandardScaler extends FeatureScaler {
  /** Name in saved files. */
  static readonly kind = 'StandardScaler';
  readonly kind = 'StandardScaler';
  /** Whether it subtracts the mean. */
  readonly withMean: boolean;
  /** Whether it divides by the standard deviation. */
  readonly withStd: boolean;
  #mean: readonly number[] = [];
  #variance: readonly number[] = [];
  #scale: readonly number[] = [];

  /** @throws ArgumentError */
  constructor(options: StandardScalerOptions = {}) {
    super();
    ({ withMean: this.withMean, withStd: this.withStd } = readOptions('StandardScaler', options, OPTIONS));
  }

  get features(): number | undefined {
    return this.#mean.length || undefined;
  }

  /** Mean of each feature; NaN for one without numbers. Empty before `fit`. */
  get mean(): readonly number[] {
    return this.#mean;
  }

  /** Variance of each feature. */
  get variance(): readonly number[] {
    return this.#variance;
  }

  /** What each feature is divided by: its standard deviation; 1 for a constant feature. */
  get scale(): readonly number[] {
    return this.#scale;
  }

  /** @internal */
  protected measure(columns: readonly Float64Array[]): void {
    const found = columns.map(momentsOf);
    this.#mean = found.map(({ mean }) => mean);
    this.#variance = found.map(({ variance }) => variance);
    this.#scale = found.map(({ mean, variance, n }) => {
      const error = n * mean * EPSILON;
      const rounding = n * EPSILON * variance + error * error; // of a constant feature
      return variance <= rounding ? 1 : sqrt(variance);
    });
  }

  /** @internal */
  protected scaled(value: number, j: number): number {
    const centred = this.withMean ? value - this.#mean[j]! : value;
    return this.withStd ? centred / this.#scale[j]! : centred;
  }

  /** @internal */
  protected unscaled(value: number, j: number): number {
    const centred = this.withStd ? value * this.#scale[j]! : value;
    return this.withMean ? centred + this.#mean[j]! : centred;
  }

  /**
   * A scaler of some features, in any order and number: of those that a model predicts, or of the same one for several
   * quantiles.
   *
   * @param features - numbers of features
   * @throws ArgumentError; StateError before `fit`
   *
   * @example
   * ```ts
   * const scaler = new StandardScaler().fit(tensor([[1, 10], [3, 20]]));
   * scaler.select([1, 1]).inverseTransform(tensor([[0, 1]])).toArray(); // [[15, 20]]
   * ```
   */
  select(features: readonly number[]): StandardScaler {
    const of = this.requireSelected(features);
    const part = (list: readonly number[]): readonly number[] => of.map((j) => list[j]!);
    const { withMean, withStd } = this;
    const selected = new StandardScaler({ withMean, withStd });
    [selected.#mean, selected.#variance, selected.#scale] = [part(this.#mean), part(this.#variance), part(this.#scale)];
    return selected;
  }

  /** Options and numbers of each feature, for files. */
  toJSON(): object {
    this.requireFitted('toJSON');
    const { kind, withMean, withStd } = this;
    const numbers = { mean: asJson(this.#mean), variance: asJson(this.#variance), scale: asJson(this.#scale) };
    return { kind, withMean, withStd, ...numbers };
  }

  /**
   * Makes a scaler of what `toJSON` returned.
   *
   * @throws ArgumentError
   */
  static fromJSON(json: object): StandardScaler {
    const where = 'StandardScaler.fromJSON';
    const known = ['kind', 'withMean', 'withStd', 'mean', 'variance', 'scale'];
    const { withMean, withStd, ...given } = requireRecord(where, 'json', json, known) as Readonly<
      Record<string, never>
    >;
    const scaler = new StandardScaler({ withMean: withMean!, withStd: withStd! });
    scaler.#mean = numbersOf(where, 'json.mean', given.mean);
    scaler.#variance = numbersOf(where, 'json.variance', given.variance, scaler.#mean.length);
    scaler.#scale = numbersOf(where, 'json.scale', given.scale, scaler.#mean.length);
    return scaler;
  }
}

/** Mean and variance in two passes; the second one corrects the rounding of the first (Chan et al. 1983). */
function momentsOf(column: Float64Array): { readonly mean: number; readonly variance: number; readonly n: number } {
  const n = column.length;
  let sum = 0;
  for (const value of column) sum += value;
  const mean = n === 0 ? Number.NaN : sum / n;
  let [squares, rest] = [0, 0];
  for (const value of column) {
    squares += (value - mean) * (value - mean);
    rest += value - mean;
  }
  return { mean, variance: n === 0 ? Number.NaN : (squares - (rest * rest) / n) / n, n };
}
