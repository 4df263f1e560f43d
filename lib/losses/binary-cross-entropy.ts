// Binary cross entropy, from logits or from probabilities.

import { refuse, requireBoolean, requireEntries, requireNumber } from '../checks.ts';
import { exp } from '../kernels/exp.ts';
import { log1p } from '../kernels/log.ts';
import type { Arena } from '../memory/arena.ts';
import { number, oneOf, optional, readOptions, type Schema, unchecked } from '../options.ts';
import type { NdArrayLike } from '../tensor/ndarray-like.ts';
import type { FloatArray } from '../tensor/storage.ts';
import { Loss, type LossOptions, type Reduction } from './loss.ts';
import type { LossPlaces } from './loss-places.ts';
import { logComplement, logProbability, type PredictionKind, probabilityDivisor } from './probabilities.ts';

/** Options of `BinaryCrossEntropy`. */
export interface BinaryCrossEntropyOptions extends LossOptions {
  /**
   * What predictions are: `'logits'`, of which the loss computes the sigmoid, or `'probabilities'`, outputs of a sigmoid.
   * Logits are more accurate for probabilities near 0 and 1. Default `'logits'`.
   */
  readonly from?: PredictionKind;
  /** s: targets become (1 − s)·t + s/2, from 0 to below 1; default 0. */
  readonly labelSmoothing?: number;
  /** w: weight of the targets 1, at least 0: a number, or one for each feature; default 1. */
  readonly positiveWeight?: number | readonly number[];
  /**
   * Whether a row has one loss, the sum over its features, which the mean over rows counts once: the negative
   * log-likelihood of a time step in polyphonic music, for instance. Default false: each feature has a loss.
   */
  readonly sumFeatures?: boolean;
}

const OPTIONS: Schema<BinaryCrossEntropyOptions, 'reduction' | 'positiveWeight'> = {
  reduction: optional(unchecked<Reduction>),
  from: optional(oneOf('logits', 'probabilities'), 'logits'),
  labelSmoothing: optional(number({ min: 0, max: 1, maxOpen: true }), 0),
  positiveWeight: optional(requireWeight),
  sumFeatures: optional(requireBoolean, false),
};

/**
 * Cross entropy of the sigmoid of logits a, for each element: (E4) max(a, 0) − a·t + log(1 + e^−|a|), with gradient
 * σ(a) − t. With a weight w of the targets 1: (E12) −w·t·log σ(a) − (1 − t)·log(1 − σ(a)). From probabilities, p takes the
 * place of σ(a), and a logarithm is at least −100.
 *
 * Targets are from 0 to 1 and have the prediction's shape: [B, F], or [B, T, F] with a target for each time step.
 *
 * @example
 * ```ts
 * new BinaryCrossEntropy().evaluate(tensor([0]), tensor([1])).loss; // ln 2
 * new BinaryCrossEntropy({ sumFeatures: true }).evaluate(tensor([[0, 0, 0]]), tensor([[1, 0, 1]])).loss; // 3·ln 2
 * ```
 */
export class BinaryCrossEntropy extends Loss {
  /** @internal */
  protected readonly targetBounds = { min: 0, max: 1 };
  /** @internal */
  protected override readonly activation: 'sigmoid' | undefined;
  readonly kind = 'BinaryCrossEntropy';
  /** @internal */
  protected readonly positions: 'elements' | 'rows';
  /** What predictions are. */
  override readonly from: PredictionKind;
  /** The share of each target that is replaced by ½. */
  readonly labelSmoothing: number;
  /** Weight of the targets 1. */
  readonly positiveWeight: number | readonly number[];
  /** Whether a row has one loss, the sum over its features. */
  readonly sumFeatures: boolean;

  /** @throws ArgumentError */
  constructor(options: BinaryCrossEntropyOptions = {}) {
    const settings = readOptions('BinaryCrossEntropy', options, OPTIONS);
    const { from, labelSmoothing, positiveWeight = 1, sumFeatures, ...base } = settings;
    super('BinaryCrossEntropy', base);
    this.from = from;
    this.activation = from === 'logits' ? 'sigmoid' : undefined;
    this.labelSmoothing = labelSmoothing;
    this.positiveWeight = positiveWeight;
    this.sumFeatures = sumFeatures;
    this.positions = sumFeatures ? 'rows' : 'elements';
  }

  /** @internal Checks that each feature has a weight. */
  override requireTarget(
    where: string,
    argument: string,
    target: NdArrayLike,
    prediction: readonly number[],
    rows?: ArrayLike<number>,
  ): { readonly source: NdArrayLike; readonly sparse: boolean } {
    const { positiveWeight } = this;
    const F = prediction.at(-1);
    if (typeof positiveWeight !== 'number' && positiveWeight.length !== F) {
      refuse(where, 'loss', `have a positiveWeight for each of ${F} features`, `${positiveWeight.length} weights`);
    }
    return super.requireTarget(where, argument, target, prediction, rows);
  }

  /** @internal */
  protected sum({ data, kernels }: Arena, places: LossPlaces, scale: number): number {
    const { dOutput, each, output, target, rows, F } = places;
    const s = this.labelSmoothing;
    if (s > 0) for (let k = target; k < target + rows * F; k++) data[k] = (1 - s) * data[k]! + s / 2;
    const plain = this.positiveWeight === 1 && this.from === 'logits';
    const sum = plain
      ? kernels.binaryCrossEntropy(dOutput, each, output, target, scale, rows * F)
      : this.#weighted(data, places, scale);
    if (each >= 0 && this.sumFeatures) addFeatures(data, each, rows, F);
    return sum;
  }

  /** (E12) */
  #weighted(data: FloatArray, { dOutput, each, output, target, rows, F }: LossPlaces, scale: number): number {
    const { positiveWeight, from } = this;
    const ofLogit = from === 'logits';
    let sum = 0;
    for (let k = 0; k < rows * F; k++) {
      const w = typeof positiveWeight === 'number' ? positiveWeight : positiveWeight[k % F]!;
      const [y, t] = [data[output + k]!, data[target + k]!];
      const [yes, no] = [w * t, 1 - t];
      const tail = ofLogit ? exp(-Math.abs(y)) : 0;
      // −log p and −log(1 − p)
      const lossOfYes = ofLogit ? Math.max(-y, 0) + log1p(tail) : -logProbability(y);
      const lossOfNo = ofLogit ? Math.max(y, 0) + log1p(tail) : -logComplement(y);
      const p = ofLogit ? (y < 0 ? tail : 1) / (1 + tail) : y;
      const complement = ofLogit ? (y < 0 ? 1 : tail) / (1 + tail) : 1 - y;
      const slope = no * p - yes * complement;
      const loss = (yes === 0 ? 0 : yes * lossOfYes) + (no === 0 ? 0 : no * lossOfNo);
      data[dOutput + k] = scale * (ofLogit ? slope : slope / probabilityDivisor(p * complement));
      if (each >= 0) data[each + k] = loss;
      sum += loss;
    }
    return sum;
  }
}

/** Replaces [rows, F] losses by [rows] sums. */
function addFeatures(data: FloatArray, each: number, rows: number, F: number): void {
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    for (let j = 0; j < F; j++) sum += data[each + i * F + j]!;
    data[each + i] = sum;
  }
}

function requireWeight(where: string, argument: string, value: unknown): number | readonly number[] {
  if (typeof value === 'number') return requireNumber(where, argument, value, { min: 0 });
  const expected = 'be a number of at least 0, or an array of them, one for each feature';
  const list = requireEntries(where, argument, value as readonly number[], expected);
  if (list.length === 0) refuse(where, argument, expected, value);
  list.forEach((weight, k) => {
    requireNumber(where, `${argument}[${k}]`, weight, { min: 0 });
  });
  return Object.freeze(list);
}
