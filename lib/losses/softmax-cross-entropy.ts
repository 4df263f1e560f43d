// Cross entropy of classes, from logits or from probabilities.

import { refuse, requireEntries, requireNumber } from '../checks.ts';
import type { Arena } from '../memory/arena.ts';
import { integer, number, oneOf, optional, readOptions, type Schema, unchecked } from '../options.ts';
import type { NdArrayLike } from '../tensor/ndarray-like.ts';
import type { FloatArray } from '../tensor/storage.ts';
import { Loss, type LossOptions, type Reduction } from './loss.ts';
import type { LossPlaces } from './loss-places.ts';
import { logProbability, type PredictionKind, probabilityDivisor } from './probabilities.ts';

/** Options of `SoftmaxCrossEntropy`. */
export interface SoftmaxCrossEntropyOptions extends LossOptions {
  /**
   * What predictions are: `'logits'`, of which the loss computes the softmax, or `'probabilities'`, outputs of a softmax.
   * Logits are more accurate for probabilities near 0. Default `'logits'`.
   */
  readonly from?: PredictionKind;
  /** s: this share of each target is spread evenly over all classes, from 0 to below 1; default 0. */
  readonly labelSmoothing?: number;
  /** A class number that stands for none: its rows have loss 0 and do not count in the mean. Default: none. */
  readonly ignoreIndex?: number;
  /**
   * Weight of each class in the loss, at least 0; default 1. With class numbers, a mean divides by the sum of the weights
   * of the targets.
   */
  readonly classWeights?: readonly number[];
}

const OPTIONS: Schema<SoftmaxCrossEntropyOptions, 'reduction' | 'ignoreIndex' | 'classWeights'> = {
  reduction: optional(unchecked<Reduction>),
  from: optional(oneOf('logits', 'probabilities'), 'logits'),
  labelSmoothing: optional(number({ min: 0, max: 1, maxOpen: true }), 0),
  ignoreIndex: optional(integer(-(2 ** 24), 2 ** 24)),
  classWeights: optional(requireWeights),
};

/**
 * Cross entropy of the softmax of logits a over the last axis, for each row (with a time axis: each row and time step).
 * For a class number t: (E2) log Σ_k e^(a_k) − a_t, with gradient softmax(a) − onehot(t). For class weights t: (E3) Σ_j
 * t_j (log Σ_k e^(a_k) − a_j). Softmax and logarithm are fused, so the loss neither overflows nor loses small
 * probabilities.
 *
 * Label smoothing s and weights w of C classes replace a target t by (E10) w_j ((1 − s)·t_j + s/C), or, for a class number
 * t, by onehot(t)·w_t (1 − s) + w_j s/C. From probabilities p the loss is (E11) −Σ_j t_j log p_j, where a logarithm is at
 * least −100.
 *
 * Targets are class numbers from 0, one per row ([B] or [B, T]), or class weights in the prediction's shape.
 *
 * @example
 * ```ts
 * const loss = new SoftmaxCrossEntropy();
 * loss.evaluate(tensor([[0, 0]]), tensor([1])).loss;      // ln 2
 * loss.evaluate(tensor([[0, 0]]), tensor([[0, 1]])).loss; // the same
 *
 * const padded = new SoftmaxCrossEntropy({ ignoreIndex: -1, labelSmoothing: 0.1 });
 * padded.evaluate(tensor([[0, 0], [5, 0]]), tensor([1, -1])).loss; // ln 2: the second row does not count
 * ```
 */
export class SoftmaxCrossEntropy extends Loss {
  /** @internal */
  protected override readonly activation: 'softmax' | undefined;
  readonly kind = 'SoftmaxCrossEntropy';
  /** @internal (E2) */
  override readonly isEntropy: boolean;
  /** @internal */
  protected override readonly takesClasses = true;
  /** @internal */
  protected readonly targetBounds = { min: 0 };
  /** @internal */
  protected readonly positions = 'rows';
  /** What predictions are. */
  override readonly from: PredictionKind;
  /** The share of each target that is spread over all classes. */
  readonly labelSmoothing: number;
  /** The class number that stands for none. */
  readonly ignoreIndex: number | undefined;
  /** Weight of each class. */
  readonly classWeights: readonly number[] | undefined;
  /** @internal */
  protected override readonly ignored: number | undefined;
  /** @internal */
  override readonly weighsClasses: boolean;

  /** @throws ArgumentError */
  constructor(options: SoftmaxCrossEntropyOptions = {}) {
    const { from, labelSmoothing, ignoreIndex, classWeights, ...base } = readOptions(
      'SoftmaxCrossEntropy',
      options,
      OPTIONS,
    );
    super('SoftmaxCrossEntropy', base);
    this.from = from;
    this.activation = from === 'logits' ? 'softmax' : undefined;
    this.labelSmoothing = labelSmoothing;
    this.ignoreIndex = ignoreIndex;
    this.ignored = ignoreIndex;
    this.classWeights = classWeights;
    this.weighsClasses = ignoreIndex !== undefined || classWeights !== undefined;
    this.isEntropy = from === 'logits' && !this.weighsClasses && labelSmoothing === 0;
  }

  /** @internal */
  override weightOfClass(label: number): number {
    return label === this.ignored ? 0 : (this.classWeights?.[label] ?? 1);
  }

  /** @internal Checks that each class has a weight. */
  override requireTarget(
    where: string,
    argument: string,
    target: NdArrayLike,
    prediction: readonly number[],
    rows?: ArrayLike<number>,
  ): { readonly source: NdArrayLike; readonly sparse: boolean } {
    const { classWeights } = this;
    const F = prediction.at(-1);
    if (classWeights !== undefined && classWeights.length !== F) {
      refuse(where, 'loss', `have a weight for each of ${F} classes`, `${classWeights.length} weights`);
    }
    return super.requireTarget(where, argument, target, prediction, rows);
  }

  /** @internal */
  protected sum({ data, kernels }: Arena, places: LossPlaces, scale: number): number {
    const { dOutput, each, output, target, rows, F, sparse } = places;
    if (this.weighsClasses || this.labelSmoothing > 0) this.#spread(data, places);
    else if (sparse && this.from === 'logits') {
      return kernels.sparseCrossEntropy(dOutput, each, output, target, scale, rows, F);
    } else if (sparse) this.#spread(data, places);
    if (this.from === 'probabilities') return crossEntropy(data, places, scale);
    return kernels.denseCrossEntropy(dOutput, each, output, target, scale, rows, F);
  }

  /** (E10) Replaces targets by weights of classes [rows, F]; from the last row, as class numbers take less room. */
  #spread(data: FloatArray, { target, rows, F, sparse }: LossPlaces): void {
    const { labelSmoothing, classWeights, ignored } = this;
    const share = labelSmoothing / F;
    for (let i = rows - 1; i >= 0; i--) {
      const t = data[target + i]!;
      for (let j = 0; j < F; j++) {
        const at = target + i * F + j;
        const own = sparse ? Number(j === t) : data[at]!;
        const weight = sparse && t === ignored ? 0 : (classWeights?.[j] ?? 1);
        data[at] = weight * ((1 - labelSmoothing) * own + share);
      }
    }
  }
}

/** (E11) */
function crossEntropy(data: FloatArray, { dOutput, each, output, target, rows, F }: LossPlaces, scale: number): number {
  let sum = 0;
  for (let i = 0; i < rows; i++) {
    let loss = 0;
    for (let j = i * F; j < (i + 1) * F; j++) {
      const [p, weight] = [data[output + j]!, data[target + j]!];
      if (weight !== 0) loss -= weight * logProbability(p);
      data[dOutput + j] = (-scale * weight) / probabilityDivisor(p);
    }
    if (each >= 0) data[each + i] = loss;
    sum += loss;
  }
  return sum;
}

function requireWeights(where: string, argument: string, value: unknown): readonly number[] {
  const expected = 'be an array of weights, one for each class';
  const list = requireEntries(where, argument, value as readonly number[], expected);
  if (list.length === 0) refuse(where, argument, expected, value);
  list.forEach((weight, k) => {
    requireNumber(where, `${argument}[${k}]`, weight, { min: 0 });
  });
  return Object.freeze(list);
}
