// The memory layout of a tensor, and access to single elements.

import { refuse, refuseUnreadable } from '../checks.ts';
import { Inspectable } from './inspectable.ts';
import { firstElement, requireInBounds, requireIntegers, rowMajor, sizeOf } from './layout.ts';
import { type DType, dtypeOf, type FloatArray, isFloatArray, type Storage, WatchedStorage } from './storage.ts';
import { locate } from './views.ts';

const { abs } = Math;
const { isSafeInteger, NEGATIVE_INFINITY } = Number;

/** The base class of `Tensor`: a strided view of float numbers, without the methods that create views and copies. */
export abstract class StridedArray extends Inspectable {
  /** Length of each axis. */
  readonly shape: number[];
  // Private, so that deep comparisons compare the elements and not the memory layout.
  readonly #storage: Storage;
  /** The same memory, for code that neither keeps the array nor lets others write to it. */
  readonly #unwatched: Storage;
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
    if (!isFloatArray(data)) refuse(where, 'storage', 'have a Float32Array or Float64Array in "data"', storage);
    this.#storage = storage;
    this.#unwatched = unwatched(storage);
    this.shape = requireIntegers(where, 'shape', shape, 0);
    this.#stride =
      stride === undefined ? rowMajor(this.shape) : requireIntegers(where, 'stride', stride, NEGATIVE_INFINITY);
    if (this.#stride.length !== this.shape.length) {
      refuse(where, 'stride', `contain ${this.shape.length} integers, one per axis of shape`, stride);
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

  /** The array that contains the elements, possibly among others. Read it again after a call that may grow an arena. */
  get data(): FloatArray {
    return this.#storage.data;
  }

  /** @internal The same array, for code that neither keeps it nor writes to it. */
  protected get elements(): FloatArray {
    return this.#unwatched.data;
  }

  /** Element type. */
  get dtype(): DType {
    return dtypeOf(this.elements);
  }

  /** Number of elements. */
  get size(): number {
    return sizeOf(this.shape);
  }

  /** Number of axes. */
  get dimension(): number {
    return this.shape.length;
  }

  /** Axes in the order of their strides, the smallest first. */
  get order(): number[] {
    const distance = this.stride.map(abs);
    return distance.map((_, axis) => axis).sort((a, b) => distance[a]! - distance[b]!);
  }

  /**
   * Returns the position of an element in `data`.
   *
   * @param i - one integer per axis, at least 0 and below the length of the axis
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
   * @param i - one integer per axis, at least 0 and below the length of the axis
   * @throws ArgumentError for an index outside the shape
   *
   * @example
   * ```ts
   * tensor([[1, 2], [3, 4]]).get(1, 0); // 3
   * ```
   */
  get(...i: number[]): number {
    return this.#unwatched.data[locate('Tensor.get', this, i, i.length)]!;
  }

  /**
   * Stores a number, and returns it rounded to the element type.
   *
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
    const { data } = this.#unwatched;
    data[at] = value;
    if (this.#storage !== this.#unwatched) (this.#storage as WatchedStorage).written();
    return data[at]!;
  }
}

function dataOf(where: string, storage: Storage | null | undefined): unknown {
  try {
    return storage && unwatched(storage).data;
  } catch (error) {
    return refuseUnreadable(where, 'storage', error);
  }
}

function unwatched(storage: Storage): Storage {
  return storage instanceof WatchedStorage ? storage.unwatched : storage;
}
