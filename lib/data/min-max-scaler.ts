// Scales features to a range.

import { refuse, requireBoolean, requireEntries, requireNumber, requireRecord } from '../checks.ts';
import { optional, readOptions, type Schema } from '../options.ts';
import { asJson, FeatureScaler, numbersOf } from './feature-scaler.ts';

/** Options of `MinMaxScaler`. */
export interface MinMaxScalerOptions {
  /** The range of the scaled values, low and high; default 0 and 1. */
  readonly featureRange?: readonly [low: number, high: number];
  /** Whether to clip values to the range that were not in the data of `fit`; default false. */
  readonly clip?: boolean;
}

const OPTIONS: Schema<MinMaxScalerOptions, 'featureRange'> = {
  featureRange: optional(requireFeatureRange),
  clip: optional(requireBoolean, false),
};

const { max, min } = Math;
/** Smaller ranges count as those of constants. */
const NO_RANGE = 10 * Number.EPSILON;

/**
 * Scales the smallest value of each feature to the low end of a range and the largest to its high end, as scikit-learn's
 * `MinMaxScaler`. A constant feature becomes the low end. NaN does not count, and stays NaN.
 *
 * It travels with a model: `model.metadata = { scaler }` before `toBytes`, and the class in `classes` of `fromBytes`.
 *
 * @example
 * ```ts
 * const scaler = new MinMaxScaler({ featureRange: [-1, 1] }).fit(tensor([[0], [10]]));
 * scaler.transform(tensor([[5], [20]])).toArray();   // [[0], [3]]
 * scaler.inverseTransform(tensor([[0]])).toArray();  // [[5]]
 * ```
 */
export class MinMaxScaler extends FeatureScaler {
  /** Name in saved files. */
  static readonly kind = 'MinMaxScaler';
  readonly kind = 'MinMaxScaler';
  /** The range of the scaled values. */
  readonly featureRange: readonly [low: number, high: number];
  /** Whether it clips to the range. */
  readonly clip: boolean;
  #dataMin: readonly number[] = [];
  #dataMax: readonly number[] = [];
  #scale: readonly number[] = [];

  /** @throws ArgumentError */
  constructor(options: MinMaxScalerOptions = {}) {
    super();
    ({ featureRange: this.featureRange = [0, 1], clip: this.clip } = readOptions('MinMaxScaler', options, OPTIONS));
  }

  get features(): number | undefined {
    return this.#dataMin.length || undefined;
  }

  /** Smallest value of each feature; NaN for one without numbers. Empty before `fit`. */
  get dataMin(): readonly number[] {
    return this.#dataMin;
  }

  /** Largest value of each feature. */
  get dataMax(): readonly number[] {
    return this.#dataMax;
  }

  /** What each feature is multiplied by. */
  get scale(): readonly number[] {
    return this.#scale;
  }

  /** @internal */
  protected measure(columns: readonly Float64Array[]): void {
    const none = (column: Float64Array, value: number): number => (column.length === 0 ? Number.NaN : value);
    this.#set(
      columns.map((column) =>
        none(
          column,
          column.reduce((a, b) => min(a, b), Infinity),
        ),
      ),
      columns.map((column) =>
        none(
          column,
          column.reduce((a, b) => max(a, b), -Infinity),
        ),
      ),
    );
  }

  #set(dataMin: readonly number[], dataMax: readonly number[]): void {
    const [low, high] = this.featureRange;
    this.#dataMin = dataMin;
    this.#dataMax = dataMax;
    this.#scale = dataMin.map((least, j) => {
      const range = dataMax[j]! - least;
      return (high - low) / (range < NO_RANGE ? 1 : range);
    });
  }

  /** What is added to the product. */
  #shift(j: number): number {
    return this.featureRange[0] - this.#dataMin[j]! * this.#scale[j]!;
  }

  /** @internal */
  protected scaled(value: number, j: number): number {
    const scaled = value * this.#scale[j]! + this.#shift(j);
    return this.clip ? min(max(scaled, this.featureRange[0]), this.featureRange[1]) : scaled;
  }

  /** @internal */
  protected unscaled(value: number, j: number): number {
    return (value - this.#shift(j)) / this.#scale[j]!;
  }

  /**
   * A scaler of some features, in any order and number, as that of `StandardScaler`.
   *
   * @param features - numbers of features
   * @throws ArgumentError; StateError before `fit`
   */
  select(features: readonly number[]): MinMaxScaler {
    const of = this.requireSelected(features);
    const { featureRange, clip } = this;
    const selected = new MinMaxScaler({ featureRange, clip });
    const [least, most] = [this.#dataMin, this.#dataMax].map((list) => of.map((j) => list[j]!));
    selected.#set(least!, most!);
    return selected;
  }

  /** Options and numbers of each feature, for files. */
  toJSON(): object {
    this.requireFitted('toJSON');
    const { kind, featureRange, clip } = this;
    return { kind, featureRange, clip, dataMin: asJson(this.#dataMin), dataMax: asJson(this.#dataMax) };
  }

  /**
   * Makes a scaler of what `toJSON` returned.
   *
   * @throws ArgumentError
   */
  static fromJSON(json: object): MinMaxScaler {
    const where = 'MinMaxScaler.fromJSON';
    const known = ['kind', 'featureRange', 'clip', 'dataMin', 'dataMax'];
    const { featureRange, clip, ...given } = requireRecord(where, 'json', json, known) as Readonly<
      Record<string, never>
    >;
    const scaler = new MinMaxScaler({ featureRange: featureRange!, clip: clip! });
    const dataMin = numbersOf(where, 'json.dataMin', given.dataMin);
    scaler.#set(dataMin, numbersOf(where, 'json.dataMax', given.dataMax, dataMin.length));
    return scaler;
  }
}

function requireFeatureRange(where: string, argument: string, value: unknown): readonly [number, number] {
  const expected = 'be a low and a high number: [0, 1]';
  const list = requireEntries<number>(where, argument, value as number[], expected);
  if (list.length !== 2) refuse(where, argument, expected, value);
  const low = requireNumber(where, `${argument}[0]`, list[0]);
  return [low, requireNumber(where, `${argument}[1]`, list[1], { min: low, minOpen: true })];
}
