// Connectionist temporal classification: labels of a sequence, without their times.

import { refuse, requireBoolean } from '../checks.ts';
import type { Packing } from '../engine/packing.ts';
import type { Arena } from '../memory/arena.ts';
import { integer, oneOf, optional, readOptions, type Schema, unchecked } from '../options.ts';
import { type NdArrayLike, requireNdArray } from '../tensor/ndarray-like.ts';
import type { FloatArray } from '../tensor/storage.ts';
import { countLabels, requireEnoughSteps, requireLabels, stepsFor } from './ctc-labels.ts';
import { CTCPaths } from './ctc-paths.ts';
import { type LossEvaluateOptions, type LossResult, requireMaskAndWeights } from './evaluation.ts';
import { Loss, type LossOptions, type Reduction } from './loss.ts';
import type { LossPlaces, Sequences } from './loss-places.ts';

/** Options of `CTCLoss`. */
export interface CTCLossOptions extends LossOptions {
  /** Class number of the blank; default 0. */
  readonly blank?: number;
  /**
   * What happens to labels that need more time steps than their sequence has: `'throw'` an ArgumentError, or `'zero'`: a
   * loss of 0 without gradient, which still counts in the mean. Default `'throw'`.
   */
  readonly impossible?: 'throw' | 'zero';
  /** Whether each loss is divided by its number of labels, at least 1, as in the mean of PyTorch; default false. */
  readonly perLabel?: boolean;
}

const OPTIONS: Schema<CTCLossOptions, 'reduction'> = {
  reduction: optional(unchecked<Reduction>),
  blank: optional(integer(0), 0),
  impossible: optional(oneOf('throw', 'zero'), 'throw'),
  perLabel: optional(requireBoolean, false),
};

/**
 * Connectionist temporal classification (Graves et al. 2006): −log of the probability that the classes of a sequence
 * spell its labels, whatever their times: (CT1) to (CT4). A path has one class at each time step; runs of one class are
 * merged, and then blanks are removed. The recursions run in log space in float64, so long sequences do not underflow.
 *
 * Predictions are logits [B, T, F]; `lengths` or `mask` say which time steps count. Targets are the labels of each
 * sequence, [B, S], followed by −1: class numbers below F without the blank. Each sequence has one loss, and a mean counts
 * each once. The loss needs whole sequences, so training with it takes neither `truncate` nor `checkpoint`.
 *
 * @example
 * ```ts
 * const logits = zeros([1, 2, 3]); // blank and two labels, each with probability 1/3
 * new CTCLoss().evaluate(logits, tensor([[1]])).loss; // ln 3: of 9 paths, 1-1, 1-blank and blank-1 spell the label 1
 * ```
 */
export class CTCLoss extends Loss {
  readonly kind = 'CTCLoss';
  /** @internal */
  protected override readonly activation = 'softmax';
  /** @internal */
  protected readonly positions = 'rows';
  /** @internal */
  protected readonly targetBounds = {};
  /** @internal */
  override readonly needsWhole = 'CTCLoss needs whole sequences';
  /** @internal */
  override readonly padding = -1;
  /** Class number of the blank. */
  readonly blank: number;
  /** What happens to labels that need more time steps than their sequence has. */
  readonly impossible: 'throw' | 'zero';
  /** Whether each loss is divided by its number of labels. */
  readonly perLabel: boolean;
  /** Where paths are added up. */
  readonly #paths: CTCPaths = new CTCPaths();

  /** @throws ArgumentError */
  constructor(options: CTCLossOptions = {}) {
    const { blank, impossible, perLabel, ...base } = readOptions('CTCLoss', options, OPTIONS);
    super('CTCLoss', base);
    this.blank = blank;
    this.impossible = impossible;
    this.perLabel = perLabel;
  }

  /** @internal Checks labels. */
  override requireTarget(
    where: string,
    argument: string,
    target: NdArrayLike,
    prediction: readonly number[],
    rows?: ArrayLike<number>,
  ): { readonly source: NdArrayLike; readonly sparse: boolean } {
    return { source: requireLabels(where, argument, target, prediction, this.blank, rows), sparse: true };
  }

  /** @internal Throws for labels that need more time steps than their row has. */
  override requireSteps(
    where: string,
    argument: string,
    target: NdArrayLike,
    stepsOf: (row: number) => number,
    rows?: ArrayLike<number>,
  ): void {
    if (this.impossible === 'throw') requireEnoughSteps(where, argument, target, stepsOf, rows);
  }

  /** @internal Copies the labels of all sequences, in the order of their rows. */
  override copySequences(
    data: FloatArray,
    at: number,
    { data: labels, shape, stride, offset }: NdArrayLike,
    T: number,
    packing: Packing | undefined,
  ): Sequences {
    const B = shape[0]!;
    const S = Math.min(shape[1]!, T + 1); // a mask may leave fewer steps than labels; one more than fits is impossible too
    for (let b = 0; b < B; b++) {
      const row = packing === undefined ? b : packing.order[b]!;
      for (let s = 0; s < S; s++) data[at + b * S + s] = labels[offset + row * stride[0]! + s * stride[1]!]!;
    }
    const lengthOf = (b: number): number => (packing === undefined ? T : packing.lengthOf(b));
    const rowOf = (b: number, t: number): number => (packing === undefined ? t * B : packing.starts[t]!) + b;
    return { B, labels: S, lengthOf, rowOf };
  }

  /** @internal Returns the reduced loss of whole sequences, and writes its gradient. Labels are checked again. */
  override compute(where: string, argument: string, arena: Arena, places: LossPlaces, weight?: number): number {
    const { target: offset, F } = places;
    const { B, labels } = places.sequences!;
    requireLabels(
      where,
      argument,
      { data: arena.data, shape: [B, labels], stride: [labels, 1], offset },
      [B, 1, F],
      this.blank,
    );
    const total = weight ?? places.weights?.reduce((sum, each) => sum + each, 0) ?? B;
    const scale = this.reduction === 'mean' ? 1 / (total || 1) : 1;
    return scale * this.sum(arena, places, scale);
  }

  /** @internal */
  protected sum({ data }: Arena, places: LossPlaces, scale: number): number {
    const { dOutput, each, output, target, F, sequences, weights } = places;
    const { B, labels, lengthOf, rowOf } = sequences!;
    let sum = 0;
    for (let b = 0; b < B; b++) {
      const from = target + b * labels;
      const count = countLabels(data, from, labels);
      const T = lengthOf(b);
      const possible = stepsFor(data, from, count) <= T;
      const share = (weights?.[b] ?? 1) / (this.perLabel ? Math.max(1, count) : 1);
      const frames = {
        data,
        T,
        F,
        logitsOf: (t: number) => output + rowOf(b, t) * F,
        gradientOf: (t: number) => dOutput + rowOf(b, t) * F,
      };
      const loss = this.#paths.loss(frames, data, from, count, this.blank, scale * share);
      const counted = possible || this.impossible === 'throw' ? share * loss : 0;
      if (each >= 0) data[each + b] = counted;
      sum += counted;
    }
    return sum;
  }

  /**
   * Computes the loss of logits, its gradient, and the loss of each sequence. The gradient of time steps that do not count
   * is 0.
   *
   * @param prediction - logits [B, T, F]
   * @param target - labels [B, S], followed by −1
   * @param options - which time steps count, and the weight of each sequence, [B]
   * @throws ShapeError, ArgumentError
   */
  override evaluate(prediction: NdArrayLike, target: NdArrayLike, options: LossEvaluateOptions = {}): LossResult {
    const where = 'CTCLoss.evaluate';
    const output = requireNdArray(where, 'prediction', prediction);
    const { shape } = output;
    if (shape.length !== 3 || shape.includes(0)) refuse(where, 'prediction', 'be logits [B, T, F]', shape);
    const [B, T] = shape as [number, number];
    const { mask, weights } = requireMaskAndWeights(where, options, shape, [B]);
    const lengthOf = (b: number): number => (mask === undefined ? T : mask.offsets[b + 1]! - mask.offsets[b]!);
    const rowOf = (b: number, t: number): number =>
      b * T + (mask === undefined ? t : mask.times[mask.offsets[b]! + t]!);
    const { source } = this.requireTarget(where, 'target', target, shape);
    this.requireSteps(where, 'target', source, lengthOf);
    return this.evaluateChecked(where, output, source, {
      sparse: true,
      eachShape: [B],
      weights,
      sequences: { B, labels: source.shape[1]!, lengthOf, rowOf },
    });
  }
}
