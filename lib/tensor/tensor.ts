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

/** A tensor as JSON holds it: an ndarray over a plain array, which `tensor` and all functions that take arrays read. */
export interface TensorJSON {
  /** Element type. */
  readonly dtype: DType;
  /** Length of each axis. */
  readonly shape: number[];
  /** Row-major. */
  readonly stride: number[];
  /** 0 */
  readonly offset: number;
  /** The elements in row-major order; what JSON has no word for is `'NaN'`, `'Infinity'`, `'-Infinity'` or `'-0'`. */
  readonly data: (number | string)[];
}

/**
 * A strided view of float numbers with the interface of scijs' ndarray: every ndarray package (`ndarray-ops` first of
 * all) works on it as it is. `pick`, `lo`, `hi`, `step` and `transpose` return views of the same elements and copy
 * nothing; `copy` detaches. Where ndarray reads outside its data in silence, this class throws. Nothing here compiles
 * code at run time.
 *
 * Tensors of the same shape, element type and elements are equal to `node:assert`, jest and vitest, wherever the elements
 * lie. A structured clone throws: post `{ data, shape, stride, offset }` of a copy instead.
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
  // Private, so that comparisons see the elements instead of where they lie.
  readonly #storage: Storage;
  readonly #stride: number[];
  readonly #offset: number;

  /**
   * A view of `storage`; use `tensor` or `zeros` to make one with elements of its own.
   *
   * @param storage - holder of a Float32Array or Float64Array in `data`
   * @param shape - axis lengths, integers of at least 0; `[]` is rank 0, one element
   * @param stride - integers, one an axis; row-major by default
   * @param offset - position of the first element; by default the one that keeps negative strides inside the data
   * @throws ArgumentError where an argument is malformed, ShapeError where the view reaches outside the data
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
      refuse(where, 'stride', `hold ${this.shape.length} integers, one an axis of shape`, stride);
    }
    this.#offset = offset === undefined ? firstElement(this.shape, this.#stride) : offset;
    if (!isSafeInteger(this.#offset)) refuse(where, 'offset', 'be an integer', offset);
    requireInBounds(where, 'shape', data.length, this);
  }

  /** Where the elements lie; shared by all views of them. */
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

  /** The whole array the elements lie in; fetch it anew after a call that may have made an arena grow. */
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

  /** Axes from the smallest stride to the largest: innermost loop first. */
  get order(): number[] {
    const distance = this.stride.map(abs);
    return distance.map((_, axis) => axis).sort((a, b) => distance[a]! - distance[b]!);
  }

  /** View with the axes reversed: the transpose of a matrix. `@types/ndarray` asks for it. */
  get T(): Tensor {
    return this.transpose(...this.shape.map((_, axis) => this.shape.length - 1 - axis));
  }

  /**
   * Position in `data` of an element.
   *
   * @param i - one integer an axis, from 0 to below the axis' length
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
   * An element.
   *
   * @param i - one integer an axis, from 0 to below the axis' length
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
   *
   * @param indexAndValue - one integer an axis, then the number
   * @throws ArgumentError for an index outside the shape or a value that is no number
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
   * View at fixed indices: an axis given a number goes, one given null, undefined or a negative number stays.
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
   * View without the first elements of each axis; null, undefined and negative numbers leave an axis alone.
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
   * View of the first elements of each axis; null, undefined and negative numbers leave an axis alone.
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
   * View of every n-th element of each axis, from the end for a negative n; null and undefined leave an axis alone.
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
   * View with its axes in another order: axis k of the view is axis `axes[k]` of this one. A missing number keeps the
   * axis of its own place.
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
   * The same elements, row-major without gaps, in a storage of their own.
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
   * The elements as nested plain arrays, one level an axis; a number for rank 0.
   *
   * @throws ShapeError where the arrays would take more than 1 GiB
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
   * What `JSON.stringify` writes: an ndarray over a plain array, which every function that takes arrays reads.
   *
   * @throws ShapeError where the array would take more than 1 GiB
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
   * Shape, element type and elements; of many, the first and last of each axis.
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
