// The tensor: a strided view of float numbers.

import { spelled } from '../json.ts';
import { rowMajor } from './layout.ts';
import { type NestedArray, writeNested } from './nested.ts';
import { printedElements } from './printed.ts';
import { allocate, type DType, requireRoom } from './storage.ts';
import { StridedArray } from './strided-array.ts';
import { copyStrided } from './strided-copy.ts';
import { type AxisArgument, hiLayout, loLayout, pickLayout, stepLayout, transposeLayout } from './views.ts';

export type { NestedArray } from './nested.ts';
export type { DType } from './storage.ts';
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
 * it directly. `pick`, `lo`, `hi`, `step` and `transpose` return views of the same elements; `copy` copies them. Where
 * ndarray silently reads outside its data, this class throws. It compiles no code at run time.
 *
 * In `node:assert`, jest and vitest, tensors are equal if their shapes, element types and elements are, whatever their
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
export class Tensor extends StridedArray {
  /** View with reversed axes: the transpose of a matrix. (`@types/ndarray` declares this member.) */
  get T(): Tensor {
    return this.transpose(...this.shape.map((_, axis) => this.shape.length - 1 - axis));
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
   * @throws ArgumentError for a number above the length of the axis
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
   * @throws ArgumentError for a number above the length of the axis
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
   * Returns a view of every n-th element of each axis, starting at the end if n is negative. Null or undefined keeps
   * the whole axis.
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
   * Returns a copy with its own storage, row-major without gaps.
   *
   * @example
   * ```ts
   * const column = zeros([2, 3]).pick(null, 0).copy(); // stride [1]
   * ```
   */
  copy(): Tensor {
    const data = allocate(this.dtype, this.size, 'Tensor.copy');
    copyStrided(data, rowMajor(this.shape), 0, this.elements, this.stride, this.offset, this.shape);
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
    return writeNested('Tensor.toArray', this.elements, this);
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
    const elements = printedElements(this.elements, this);
    return `Tensor [${this.shape.join(', ')}] ${this.dtype}${elements.includes('\n') ? '\n' : ' '}${elements}`;
  }

  /** @internal */
  protected override compared(): object {
    return { dtype: this.dtype, elements: this.toArray() };
  }

  #view(layout: { shape: readonly number[]; stride: readonly number[]; offset: number }): Tensor {
    return new Tensor(this.storage, layout.shape, layout.stride, layout.offset);
  }
}
