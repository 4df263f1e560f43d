// The base class of losses.

import { refuse } from '../checks.ts';
import { ArgumentError, ShapeError } from '../errors.ts';
import { Arena } from '../memory/arena.ts';
import { oneOf, optional, readOptions, type Schema } from '../options.ts';
import { Inspectable } from '../tensor/inspectable.ts';
import { rowMajor, sizeOf } from '../tensor/layout.ts';
import { copyInto, type NdArrayLike, requireNdArray } from '../tensor/ndarray-like.ts';
import type { DType } from '../tensor/storage.ts';
import { Tensor } from '../tensor/tensor.ts';
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

/** The loss of a prediction, with its gradient. */
export interface LossResult {
  /** The reduced loss. */
  readonly loss: number;
  /** Gradient of `loss` with respect to the prediction. */
  readonly gradient: Tensor;
  /** The losses before reduction, one per position. */
  readonly each: Tensor;
}

/** Offsets of the arrays of one evaluation in an arena. Row k of each array belongs to row k of the others. */
export interface LossPlaces {
  /** Gradient of the prediction [rows, F], written. */
  readonly dOutput: number;
  /** Loss of each position, written; −1: not written. */
  readonly each: number;
  /** Prediction [rows, F]. */
  readonly output: number;
  /** Targets [rows, F], or [rows] if sparse. */
  readonly target: number;
  readonly rows: number;
  readonly F: number;
  /** Whether targets are class numbers. */
  readonly sparse: boolean;
}

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

  /** @internal Bounds of targets other than class numbers. */
  protected abstract readonly targetBounds: { readonly min?: number; readonly max?: number };

  /** @internal Whether targets may be class numbers, one per row. */
  protected readonly takesClasses: boolean = false;

  /** @internal The activation that the loss applies to logits; undefined if predictions are not logits. */
  protected readonly activation: 'softmax' | 'sigmoid' | undefined = undefined;

  /** Arenas that `evaluate` reuses, because creating one costs more than most losses. */
  readonly #arenas: Partial<Record<DType, Arena>> = {};

  /** @internal Throws if logits within [low, high] cannot reach a loss near 0. */
  requireLogits(where: string, [low, high]: readonly [number, number]): void {
    const { kind, activation } = this;
    const bounded = activation === 'softmax' ? high - low < Infinity : low > -Infinity || high < Infinity;
    if (activation === undefined || !bounded) return; // softmax depends only on differences
    throw new ArgumentError({
      where,
      argument: 'loss',
      expected: `follow a layer that returns logits, because ${kind} applies ${activation} itself`,
      received: `a last layer whose outputs are ${high < Infinity ? `from ${low} to ${high}` : `at least ${low}`}`,
      remedy: `Use a linear Dense as the last layer, and apply ${activation} to predictions`,
    });
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
    const sparse = this.takesClasses && same(positions);
    if (!sparse && !same(prediction)) {
      const classes = this.takesClasses ? ` or, for class numbers, [${positions.join(', ')}]` : '';
      const expected = `have the prediction's shape [${prediction.join(', ')}]${classes}`;
      throw new ShapeError({ where, argument, expected, received: `[${source.shape.join(', ')}]` });
    }
    if (sparse) requireClasses(where, argument, source, prediction.at(-1)!, rows);
    else requireWithin(where, argument, source, this.targetBounds, rows);
    return { source, sparse };
  }

  /**
   * @internal Returns the reduced loss of values in an arena, and writes its gradient. Class numbers are checked again,
   * because they are used as indices and the caller's array may have changed since the first check. `allRows`: number
   * of rows that the mean divides by, if the rows are evaluated in parts.
   *
   * @throws ArgumentError for invalid class numbers; nothing is written
   */
  compute(where: string, argument: string, arena: Arena, places: LossPlaces, allRows: number = places.rows): number {
    const { data } = arena;
    const { target: offset, rows, F, sparse } = places;
    if (sparse) requireClasses(where, argument, { data, shape: [rows], stride: [1], offset }, F);
    const scale = this.reduction === 'mean' ? 1 / (this.positions === 'rows' ? allRows : allRows * F) : 1;
    return scale * this.sum(arena, places, scale);
  }

  /**
   * Computes the loss of a prediction, its gradient, and the losses before reduction.
   *
   * @param prediction - [..., F], at least one element
   * @param target - see the class
   * @throws ShapeError, ArgumentError
   */
  evaluate(prediction: NdArrayLike, target: NdArrayLike): LossResult {
    const where = `${this.kind}.evaluate`;
    const output = requireNdArray(where, 'prediction', prediction);
    const { shape, data } = output;
    const size = sizeOf(shape);
    if (shape.length === 0 || size === 0) {
      refuse(where, 'prediction', 'have at least one axis and one element', shape);
    }
    const { source, sparse } = this.requireTarget(where, 'target', target, shape);
    const F = shape.at(-1)!;
    const rows = size / F;
    const eachShape = this.positions === 'rows' ? shape.slice(0, -1) : shape;
    const dtype = (data as Float64Array).BYTES_PER_ELEMENT === 8 ? 'float64' : 'float32';
    this.#arenas[dtype] ??= new Arena(dtype);
    const arena = this.#arenas[dtype];
    const places = arena.layOut((take) => {
      const room = { dOutput: take(size), each: take(size), output: take(size), target: take(size) };
      return { ...room, rows, F, sparse };
    }, where);
    const view = (at: number, of: readonly number[]): Tensor => new Tensor(arena, of, rowMajor(of), at);
    copyInto(view(places.output, shape), output);
    copyInto(view(places.target, source.shape), source);
    const loss = this.compute(where, 'target', arena, places);
    return { loss, gradient: view(places.dOutput, shape).copy(), each: view(places.each, eachShape).copy() };
  }
}
