// A trainable array and its gradient.

import { requireShape } from '../checks.ts';
import { describe } from '../describe.ts';
import { ArgumentError } from '../errors.ts';
import type { Arena } from '../memory/arena.ts';
import type { Initializer } from '../random/run-initializer.ts';
import type { Constraint } from '../regularization/constraint.ts';
import type { Regularizer } from '../regularization/regularizer.ts';
import { Inspectable } from '../tensor/inspectable.ts';
import { rowMajor } from '../tensor/layout.ts';
import { copyInto, copyOf, type FloatNdArrayLike, type NdArrayLike, requireNdArray } from '../tensor/ndarray-like.ts';
import { allocate, type DType } from '../tensor/storage.ts';
import { Tensor } from '../tensor/tensor.ts';
import type { SparseRows } from './sparse-rows.ts';

/** What training adds to the loss for one trainable array, and what holds after each update. */
export interface ParameterRules {
  /** The penalty that training adds to the loss; default none. */
  readonly regularizer?: Regularizer | undefined;
  /** The constraint that training applies after each update; default none. */
  readonly constraint?: Constraint | undefined;
}

/** The description of one trainable array. */
export interface ParameterSpec extends ParameterRules {
  /** Name within the layer: `kernel`. */
  readonly name: string;
  /** Length of each axis. */
  readonly shape: readonly number[];
  /** Initializer of the values; default zeros. */
  readonly initializer?: Initializer;
  /** Number of equal blocks along the last axis, for initializers that treat each gate separately; default 1. */
  readonly gates?: number;
  /** Whether it is a table [rows, width] of which only the rows used have a gradient; default false. */
  readonly sparse?: boolean;
}

/** What else describes a parameter. */
interface ParameterFacts extends ParameterRules {
  /** The rows that have a gradient; undefined if all elements have one. */
  readonly sparse?: SparseRows | undefined;
}

/** One trainable array and its gradient: two views of the same layout. */
export class Parameter extends Inspectable {
  /** Full name: `lstm1.kernel`. */
  readonly name: string;
  /** The values; a live view: a write to it changes the model. */
  readonly value: Tensor;
  /** Its regularizer, if it has one. */
  readonly regularizer: Regularizer | undefined;
  /** Its constraint, if it has one. */
  readonly constraint: Constraint | undefined;
  readonly #arena: Arena;
  readonly #at: number;
  readonly #gradientAt: number;
  readonly #gradient: Tensor | undefined;
  readonly #sparse: SparseRows | undefined;

  constructor(
    name: string,
    arena: Arena,
    shape: readonly number[],
    at: number,
    gradientAt: number,
    { regularizer, constraint, sparse }: ParameterFacts = {},
  ) {
    super();
    this.regularizer = regularizer;
    this.constraint = constraint;
    this.#arena = arena;
    this.#at = at;
    this.#gradientAt = gradientAt;
    this.name = name;
    this.value = new Tensor(arena.live, shape, rowMajor(shape), at);
    this.#sparse = sparse;
    this.#gradient = sparse === undefined ? new Tensor(arena, shape, rowMajor(shape), gradientAt) : undefined;
  }

  /**
   * The gradient, accumulated by every backward pass since `zeroGradients`; a live view. For the table of an `Embedding`,
   * of which only the rows used have a gradient, it is a new array with zeros elsewhere: a copy.
   */
  get gradient(): Tensor {
    if (this.#sparse === undefined) return this.#gradient!;
    const { data, dtype } = this.#arena;
    const { shape } = this.value;
    const dense = allocate(dtype, this.size, 'Parameter.gradient', 'gradient');
    const { used, width } = this.#sparse;
    for (const row of used) {
      const at = this.#sparse.at(row);
      dense.set(data.subarray(at, at + width), row * width);
    }
    return new Tensor({ data: dense }, shape);
  }

  /** @internal */
  protected override compared(): object {
    return { gradient: this.gradient };
  }

  /** @internal The rows that have a gradient; undefined if all elements have one. */
  get sparse(): SparseRows | undefined {
    return this.#sparse;
  }

  /** Position of the values in the arena. */
  get at(): number {
    return this.#at;
  }

  /** Position of the gradient in the arena; −1 if only some rows have one. */
  get gradientAt(): number {
    return this.#gradientAt;
  }

  /** @internal The values, for code that does not keep the array. Writes are not counted: end the pass after them. */
  get elements(): FloatNdArrayLike {
    const { shape, stride } = this.value;
    return { data: this.#arena.data, shape, stride, offset: this.#at };
  }

  /** Number of elements. */
  get size(): number {
    return this.value.size;
  }

  /**
   * Name and values.
   *
   * @example
   * ```ts
   * `${Parameters.of({ b: tensor([0, 0.1]) }).get('b')}`; // 'b: Tensor [2] float32 [0, 0.1]'
   * ```
   */
  override toString(): string {
    return `${this.name}: ${this.value}`;
  }

  /**
   * Replaces the values. Invalidates the current pass, so `backward` needs a new `forward`.
   *
   * @param values - array of this parameter's shape, finite numbers
   * @throws ShapeError, ArgumentError; then the values do not change
   *
   * @example
   * ```ts
   * const dense = new Dense({ units: 1, inputSize: 2 }).build();
   * dense.parameters.get('kernel').assign(tensor([[0.5], [-1]]));
   * ```
   */
  assign(values: NdArrayLike): void {
    copyInto(this.elements, requireValues('Parameter.assign', 'values', values, this.value.shape, this.value.dtype));
    this.#arena.endPass();
  }
}

/** Copies values to an element type. Refuses another shape, and numbers that are not finite in that type. */
export function requireValues(
  where: string,
  argument: string,
  values: NdArrayLike,
  shape: readonly number[],
  dtype: DType,
): Tensor {
  const source = requireNdArray(where, argument, values);
  requireShape(where, argument, source.shape, shape);
  const copy = copyOf(where, argument, source, dtype);
  const bad = copy.data.findIndex((v) => !Number.isFinite(v));
  if (bad < 0) return copy;
  const received = `${describe(copy.data[bad])} at element ${bad}`;
  throw new ArgumentError({ where, argument, expected: `hold numbers that are finite in ${dtype}`, received });
}
