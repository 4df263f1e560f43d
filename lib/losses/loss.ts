// The base class of losses.

import { refuse } from '../checks.ts';
import type { Packing } from '../engine/packing.ts';
import { ShapeError } from '../errors.ts';
import { Arena } from '../memory/arena.ts';
import { oneOf, optional, readOptions, type Schema } from '../options.ts';
import { Inspectable } from '../tensor/inspectable.ts';
import { sizeOf } from '../tensor/layout.ts';
import { type NdArrayLike, requireNdArray } from '../tensor/ndarray-like.ts';
import type { DType, FloatArray } from '../tensor/storage.ts';
import {
  countedRows,
  dtypeOf,
  type EvaluationFacts,
  evaluateIn,
  type LossEvaluateOptions,
  type LossResult,
  requireCounted,
  spread,
} from './evaluation.ts';
import { requireOutputs } from './loss-outputs.ts';
import { type LossPlaces, type Sequences, weightedSum } from './loss-places.ts';
import type { PredictionKind } from './probabilities.ts';
import { requireClasses, requireWithin } from './target-values.ts';

/** How the losses of all positions are reduced to one number. */
export type Reduction = 'mean' | 'sum';

/** Options of every loss. */
export interface LossOptions {
  /** `'mean'` or `'sum'` over all positions; default `'mean'`. A position is an element or a row, see each loss. */
  readonly reduction?: Reduction;
}

const OPTIONS: Schema<LossOptions> = {
  reduction: optional(oneOf('mean', 'sum'), 'mean'),
};

/**
 * A measure of the difference between a prediction and its target, with its gradient. Leading axes may be batch and
 * time.
 */
export abstract class Loss extends Inspectable {
  /** Class name, as in error messages. */
  abstract readonly kind: string;
  /** How the losses of all positions are reduced to one number. */
  readonly reduction: Reduction;

  constructor(where: string, options: LossOptions) {
    super();
    this.reduction = readOptions(where, options, OPTIONS).reduction;
  }

  /** Class name and reduction. */
  override toString(): string {
    return `${this.kind}, reduction ${this.reduction}`;
  }

  /** @internal Returns Σ of the losses, in float64, and writes the gradient of scale · Σ. */
  protected abstract sum(arena: Arena, places: LossPlaces, scale: number): number;

  /** @internal What has one loss, and what the mean counts: each element, or each row if a row is one prediction. */
  protected abstract readonly positions: 'elements' | 'rows';

  /** @internal Number of losses of a row of F features, before reduction. */
  lossesPerRow(F: number): number {
    return this.positions === 'rows' ? 1 : F;
  }

  /** @internal Number of targets of a row of F features, unless it is a class number. */
  targetSize(F: number): number {
    return F;
  }

  /** @internal What follows the targets of a sequence that is shorter than others. */
  readonly padding: number = 0;

  /** @internal Whether class numbers have weights, by whose sum a mean divides. */
  readonly weighsClasses: boolean = false;

  /** @internal The weight of a class number. */
  weightOfClass(_label: number): number {
    return 1;
  }

  /** @internal A class number that stands for none: its rows do not count. */
  protected readonly ignored: number | undefined = undefined;

  /** @internal Bounds of targets other than class numbers. */
  protected abstract readonly targetBounds: { readonly min?: number; readonly max?: number };

  /** @internal Whether targets may be class numbers, one per row. */
  protected readonly takesClasses: boolean = false;

  /** @internal The activation that the loss applies to logits; undefined if predictions are not logits. */
  protected readonly activation: 'softmax' | 'sigmoid' | undefined = undefined;

  /** @internal Why the loss needs whole sequences; undefined if it computes each row by itself. */
  readonly needsWhole: string | undefined = undefined;

  /** @internal Copies the targets of whole sequences to the arena, for such a loss. */
  copySequences(
    _data: FloatArray,
    _at: number,
    _target: NdArrayLike,
    _T: number,
    _packing: Packing | undefined,
  ): Sequences | undefined {
    return undefined;
  }

  /** @internal Throws for targets that need more time steps than `stepsOf` their row. */
  requireSteps(
    _where: string,
    _argument: string,
    _target: NdArrayLike,
    _stepsOf: (row: number) => number,
    _rows?: ArrayLike<number>,
  ): void {}

  /** @internal Whether the loss of a row is −log p of its class number, from logits, if targets are class numbers. */
  readonly isEntropy: boolean = false;

  /** @internal What predictions are, for a cross entropy. */
  readonly from: PredictionKind | undefined = undefined;

  /** @internal Number of parts of equal size that the features of a prediction have. */
  protected get blocks(): number {
    return 1;
  }

  /** Arenas that `evaluate` reuses, because creating one costs more than most losses. */
  readonly #arenas: Partial<Record<DType, Arena>> = {};

  /** @internal Throws if predictions within [low, high] are not what the loss takes, or cannot reach a loss near 0. */
  requireOutputs(where: string, range: readonly [number, number]): void {
    requireOutputs(where, this.kind, this.activation, this.from, range);
  }

  /**
   * @internal Checks shape and values of targets against a prediction's shape, and returns whether they are class
   * numbers. `rows`: row numbers for error messages; default 0, 1, 2, …
   */
  requireTarget(
    where: string,
    argument: string,
    target: NdArrayLike,
    prediction: readonly number[],
    rows?: ArrayLike<number>,
  ): { readonly source: NdArrayLike; readonly sparse: boolean } {
    const source = requireNdArray(where, argument, target);
    const same = (shape: readonly number[]): boolean =>
      shape.length === source.shape.length && shape.every((size, axis) => size === source.shape[axis]);
    const positions = prediction.slice(0, -1);
    const F = prediction.at(-1)!;
    const size = this.targetSize(F);
    const shape = [...positions, size];
    const sparse = this.takesClasses && same(positions);
    if (!Number.isInteger(size)) {
      refuse(where, 'loss', `get predictions whose features are a multiple of ${this.blocks}, as ${this.kind} does`, F);
    }
    if (!sparse && !same(shape)) {
      const classes = this.takesClasses ? ` or, for class numbers, [${positions.join(', ')}]` : '';
      const whose = size === F ? "the prediction's shape " : '';
      const expected = `have ${whose || 'the shape '}[${shape.join(', ')}]${classes}`;
      throw new ShapeError({ where, argument, expected, received: `[${source.shape.join(', ')}]` });
    }
    if (sparse) requireClasses(where, argument, source, F, { rows, ignored: this.ignored });
    else requireWithin(where, argument, source, this.targetBounds, rows);
    return { source, sparse };
  }

  /**
   * @internal Returns the reduced loss of values in an arena, and writes its gradient. Class numbers are checked again,
   * because they are used as indices and the caller's array may have changed since the first check. `weight`: number of
   * rows, or the sum of their weights, that the mean divides by; the default is that of these rows.
   *
   * @throws ArgumentError for invalid class numbers; nothing is written
   */
  compute(where: string, argument: string, arena: Arena, places: LossPlaces, weight?: number): number {
    const { data } = arena;
    const { target: offset, rows, F, sparse, weights } = places;
    const { ignored } = this;
    if (sparse) requireClasses(where, argument, { data, shape: [rows], stride: [1], offset }, F, { ignored });
    const total = weight ?? weightOfRows(this, data, places);
    const scale = this.reduction === 'mean' ? 1 / ((total || 1) * this.lossesPerRow(F)) : 1;
    if (weights === undefined) return scale * this.sum(arena, places, scale);
    const sizes = { targets: sparse ? 1 : this.targetSize(F), losses: this.lossesPerRow(F) };
    return scale * weightedSum(data, places, sizes, (run, weight) => this.sum(arena, run, scale * weight));
  }

  /**
   * Computes the loss of a prediction, its gradient, and the losses before reduction.
   *
   * @param prediction - [..., F], at least one element
   * @param target - see the class
   * @param options - which rows count, and how much
   * @throws ShapeError, ArgumentError
   *
   * @example
   * ```ts
   * const [y, target] = [tensor([[1], [2], [9]]), tensor([[0], [0], [0]])];
   * new MeanSquaredError().evaluate(y, target, { weights: tensor([3, 1, 0]) }).loss; // 1.75: (3·1² + 1·2²) / 4
   * ```
   */
  evaluate(prediction: NdArrayLike, target: NdArrayLike, options: LossEvaluateOptions = {}): LossResult {
    const where = `${this.kind}.evaluate`;
    const output = requireNdArray(where, 'prediction', prediction);
    const { shape } = output;
    if (shape.length === 0 || sizeOf(shape) === 0) {
      refuse(where, 'prediction', 'have at least one axis and one element', shape);
    }
    const { counted, weights } = requireCounted(where, options, shape);
    const [rows, targets] = counted === undefined ? [output, target] : countedRows(where, counted, output, target);
    if (this.from === 'probabilities') requireWithin(where, 'prediction', rows, { min: 0, max: 1 }, counted);
    const { source, sparse } = this.requireTarget(where, 'target', targets, rows.shape, counted);
    const outer = rows.shape.slice(0, -1);
    const eachShape = this.positions === 'rows' ? outer : [...outer, this.lossesPerRow(shape.at(-1)!)];
    const result = this.evaluateChecked(where, rows, source, { sparse, eachShape, weights });
    return counted === undefined ? result : spread(result, counted, shape);
  }

  /** @internal Evaluates checked arrays. */
  protected evaluateChecked(
    where: string,
    output: NdArrayLike,
    source: NdArrayLike,
    facts: EvaluationFacts,
  ): LossResult {
    const dtype = dtypeOf(output);
    this.#arenas[dtype] ??= new Arena(dtype);
    const arena = this.#arenas[dtype];
    const compute = (places: LossPlaces): number => this.compute(where, 'target', arena, places);
    return evaluateIn(arena, compute, where, output, source, facts);
  }
}

/** What rows count in a mean. */
function weightOfRows(loss: Loss, data: FloatArray, { target, rows, sparse, weights }: LossPlaces): number {
  const classes = sparse && loss.weighsClasses;
  if (weights === undefined && !classes) return rows;
  let total = 0;
  for (let i = 0; i < rows; i++) total += (weights?.[i] ?? 1) * (classes ? loss.weightOfClass(data[target + i]!) : 1);
  return total;
}
