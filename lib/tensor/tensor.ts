// The tensor: a strided view of float numbers.

import { refuse, refuseUnreadable } from '../checks.ts';
import { spelled } from '../json.ts';
import { Inspectable } from './inspectable.ts';
import { firstElement, requireInBounds, requireIntegers, rowMajor, sizeOf } from './layout.ts';
import { type NestedArray, writeNested } from './nested.ts';
import { printedElements } from './printed.ts';
import type { DType, FloatArray, Storage } from './storage.ts';
import { allocate, dtypeOf, isFloatArray, requireRoom } from './storage.ts';
import { copyStrided } from './strided-copy.ts';
import type { AxisArgument } from './views.ts';
import { hiLayout, locate, loLayout, pickLayout, stepLayout, transposeLayout } from './views.ts';

const { abs } = Math;
const { isSafeInteger, NEGATIVE_INFINITY } = Number;

export type { NestedArray } from './nested.ts';
export type { DType, FloatArray, Storage } from './storage.ts';
export type { AxisArgument } from './views.ts';

/**
 * The JSON form of a tensor: an ndarray over a plain array, which `tensor` and all functions with array arguments read.
 */
export interface TensorJSON {
  /** Element type. */
  readonly dtype: DType;
  /** Length of each axis. */
  readonly shape: number[];
  /** Row-major strides. */
  readonly stride: number[];
  /** Always 0. */
  readonly offset: number;
  /** The elements in row-major order; numbers that JSON lacks are `'NaN'`, `'Infinity'`, `'-Infinity'` or `'-0'`. */
  readonly data: (number | string)[];
}

/**
 * A strided view of float numbers with the interface of scijs' ndarray: ndarray packages, such as `ndarray-ops`, accept
 * it directly. `pick`, `lo`, `hi`, `step` and `transpose` return views of the same elements without copying; `copy`
 * copies them. This class throws where ndarray silently reads outside its data. It compiles no code at run time.
 *
 * `node:assert`, jest and vitest treat tensors of equal shape, element type and elements as equal, whatever their
 * strides. A structured clone throws: post `{ data, shape, stride, offset }` of a copy instead.
 *
 * Semantics: scijs/ndarray 1.1.1.
 *
 * @example
 * ```ts
 * const x = tensor([[1, 2, 3], [4, 5, 6]]);
 * x.transpose(1, 0).toArray();  // [[1, 4], [2, 5], [3, 6]]
 * x.pick(1).step(-1).toArray(); // [6, 5, 4]
 * ```
 */
export class Tensor extends Inspectable {
  /** Length of each axis. */
  readonly shape: number[];
  // Private, so that comparisons compare the elements and not their memory layout.
  readonly #storage: Storage;
  readonly #stride: number[];
  readonly #offset: number;

  /**
   * Creates a view of `storage`. Use `tensor` or `zeros` to create a tensor with new elements.
   *
   * @param storage - object with a Float32Array or Float64Array in `data`
   * @param shape - axis lengths, integers of at least 0; `[]` is rank 0, one element
   * @param stride - integers, one per axis; row-major by default
   * @param offset - position of the first element; the default keeps negative strides inside the data
   * @throws ArgumentError for a malformed argument, ShapeError for a view that reaches outside the data
   *
   * @example
   * ```ts
   * new Tensor({ data: new Float32Array(6) }, [2, 3]);
   * ```
   */
  constructor(storage: Storage, shape: readonly number[], stride?: readonly number[], offset?: number) {
    super();
    const where = 'Tensor';
    const data = dataOf(where, storage);
    if (!isFloatArray(data)) refuse(where, 'storage', 'hold a Float32Array or Float64Array in "data"', storage);
    this.#storage = storage;
    this.shape = requireIntegers(where, 'shape', shape, 0);
    this.#stride =
      stride === undefined ? rowMajor(this.shape) : requireIntegers(where, 'stride', stride, NEGATIVE_INFINITY);
    if (this.#stride.length !== this.shape.length) {
      refuse(where, 'stride', `hold ${this.shape.length} integers, one per axis of shape`, stride);
    }
    this.#offset = offset === undefined ? firstElement(this.shape, this.#stride) : offset;
    if (!isSafeInteger(this.#offset)) refuse(where, 'offset', 'be an integer', offset);
    requireInBounds(where, 'shape', data.length, this);
  }

  /** The memory of the elements, shared by all views of them. */
  get storage(): Storage {
    return this.#storage;
  }

  /** Distance in `data` between neighbours along each axis; may be negative or zero. */
  get stride(): number[] {
    return this.#stride;
  }

  /** Position in `data` of element (0, …, 0). */
  get offset(): number {
    return this.#offset;
  }

  /** The whole array that contains the elements. Read it again after a call that may have grown an arena. */
  get data(): FloatArray {
    return this.#storage.data;
  }

  /** Element type. */
  get dtype(): DType {
    return dtypeOf(this.#storage.data);
  }

  /** Number of elements. */
  get size(): number {
    return sizeOf(this.shape);
  }

  /** Number of axes. */
  get dimension(): number {
    return this.shape.length;
  }

  /** Axes from the smallest stride to the largest, so the innermost loop comes first. */
  get order(): number[] {
    const distance = this.stride.map(abs);
    return distance.map((_, axis) => axis).sort((a, b) => distance[a]! - distance[b]!);
  }

  /** View with reversed axes: the transpose of a matrix. `@types/ndarray` requires it. */
  get T(): Tensor {
    return this.transpose(...this.shape.map((_, axis) => this.shape.length - 1 - axis));
  }

  /**
   * Returns the position of an element in `data`.
   *
   * @param i - one integer per axis, from 0 to below the axis' length
   * @throws ArgumentError for an index outside the shape
   *
   * @example
   * ```ts
   * zeros([2, 3]).index(1, 2); // 5
   * ```
   */
  index(...i: number[]): number {
    return locate('Tensor.index', this, i, i.length);
  }

  /**
   * Returns an element.
   *
   * @param i - one integer per axis, from 0 to below the axis' length
   * @throws ArgumentError for an index outside the shape
   *
   * @example
   * ```ts
   * tensor([[1, 2], [3, 4]]).get(1, 0); // 3
   * ```
   */
  get(...i: number[]): number {
    return this.#storage.data[locate('Tensor.get', this, i, i.length)]!;
  }

  /**
   * Stores a number and returns it as stored, rounded to the element type.
   * @param indexAndValue - one integer per axis, then the number
   * @throws ArgumentError for an index outside the shape or a value that is not a number
   *
   * @example
   * ```ts
   * zeros([2, 2]).set(1, 0, 0.5); // 0.5
   * ```
   */
  set(...indexAndValue: number[]): number {
    const at = locate('Tensor.set', this, indexAndValue, indexAndValue.length - 1);
    const value: unknown = indexAndValue[indexAndValue.length - 1];
    if (typeof value !== 'number') return refuse('Tensor.set', 'value', 'be a number', value);
    this.data[at] = value;
    return this.data[at]!;
  }

  /**
   * Returns a view at fixed indices. A number removes its axis; null, undefined or a negative number keeps the axis.
   *
   * @throws ArgumentError for an index outside the shape
   *
   * @example
   * ```ts
   * tensor([[1, 2], [3, 4]]).pick(null, 1).toArray(); // [2, 4]
   * ```
   */
  pick(...axes: AxisArgument[]): Tensor {
    return this.#view(pickLayout('Tensor.pick', this, axes));
  }

  /**
   * Returns a view without the first elements of each axis. Null, undefined or a negative number keeps the whole axis.
   *
   * @throws ArgumentError for a number above the axis' length
   *
   * @example
   * ```ts
   * tensor([1, 2, 3, 4]).lo(1).toArray(); // [2, 3, 4]
   * ```
   */
  lo(...axes: AxisArgument[]): Tensor {
    return this.#view(loLayout('Tensor.lo', this, axes));
  }

  /**
   * Returns a view of the first elements of each axis. Null, undefined or a negative number keeps the whole axis.
   *
   * @throws ArgumentError for a number above the axis' length
   *
   * @example
   * ```ts
   * tensor([1, 2, 3, 4]).lo(1).hi(2).toArray(); // [2, 3]
   * ```
   */
  hi(...axes: AxisArgument[]): Tensor {
    return this.#view(hiLayout('Tensor.hi', this, axes));
  }

  /**
   * Returns a view of every n-th element of each axis, from the end for a negative n. Null or undefined keeps the whole
   * axis.
   *
   * @throws ArgumentError for a step of 0
   *
   * @example
   * ```ts
   * tensor([1, 2, 3, 4, 5]).step(-2).toArray(); // [5, 3, 1]
   * ```
   */
  step(...axes: AxisArgument[]): Tensor {
    return this.#view(stepLayout('Tensor.step', this, axes));
  }

  /**
   * Returns a view with permuted axes: axis k of the view is axis `axes[k]` of this tensor. A missing number keeps its
   * axis.
   *
   * @throws ArgumentError unless the axes are a permutation
   *
   * @example
   * ```ts
   * zeros([2, 3, 4]).transpose(1, 0, 2).shape; // [3, 2, 4]
   * ```
   */
  transpose(...axes: AxisArgument[]): Tensor {
    return this.#view(transposeLayout('Tensor.transpose', this, axes));
  }

  /**
   * Copies the elements to a new storage, row-major without gaps.
   *
   * @example
   * ```ts
   * const column = zeros([2, 3]).pick(null, 0).copy(); // stride [1]
   * ```
   */
  copy(): Tensor {
    const data = allocate(this.dtype, this.size, 'Tensor.copy');
    copyStrided(data, rowMajor(this.shape), 0, this.data, this.stride, this.offset, this.shape);
    return new Tensor({ data }, this.shape);
  }

  /**
   * Returns the elements as nested plain arrays, one level per axis; a number for rank 0.
   *
   * @throws ShapeError if the arrays would take more than 1 GiB
   *
   * @example
   * ```ts
   * zeros([2, 2]).toArray(); // [[0, 0], [0, 0]]
   * ```
   */
  toArray(): NestedArray {
    return writeNested('Tensor.toArray', this.data, this);
  }

  /**
   * Returns the object that `JSON.stringify` writes: an ndarray over a plain array, which all functions with array
   * arguments read.
   *
   * @throws ShapeError if the array would take more than 1 GiB
   *
   * @example
   * ```ts
   * const x = tensor([[1, 2], [3, Infinity]]);
   * const text = JSON.stringify(x.T);  // …"shape":[2,2],"stride":[2,1],"offset":0,"data":[1,3,2,"Infinity"]}
   * tensor(JSON.parse(text)).toArray(); // [[1, 3], [2, Infinity]]
   * ```
   */
  toJSON(): TensorJSON {
    const { dtype, shape, size } = this;
    requireRoom('Tensor.toJSON', 'shape', shape, 8 * size);
    const { data } = this.copy();
    return { dtype, shape: shape.slice(), stride: rowMajor(shape), offset: 0, data: Array.from(data, spelled) };
  }

  /**
   * Returns shape, element type and elements; if there are many, the first and last of each axis.
   *
   * @example
   * ```ts
   * `${tensor([[1, 2, 3], [4, 5, 6]])}`; // 'Tensor [2, 3] float32 [[1, 2, 3], [4, 5, 6]]'
   * ```
   */
  override toString(): string {
    const elements = printedElements(this.data, this);
    return `Tensor [${this.shape.join(', ')}] ${this.dtype}${elements.includes('\n') ? '\n' : ' '}${elements}`;
  }

  /** @internal */
  protected override compared(): object {
    return { dtype: this.dtype, elements: this.toArray() };
  }

  #view(layout: { shape: readonly number[]; stride: readonly number[]; offset: number }): Tensor {
    return new Tensor(this.#storage, layout.shape, layout.stride, layout.offset);
  }
}

function dataOf(where: string, storage: Storage | null | undefined): unknown {
  try {
    return storage?.data;
  } catch (error) {
    return refuseUnreadable(where, 'storage', error);
  }
}
