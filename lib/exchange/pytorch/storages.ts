// Tensors of PyTorch: views of storages, with offset and strides.

import { describe } from '../../describe.ts';
import { isIntegers, rowMajor, sizeOf } from '../../tensor/layout.ts';
import { copyStrided } from '../../tensor/strided-copy.ts';
import { ELEMENT_TYPES, type ForeignData } from '../element-types.ts';
import { decodeElements, type Fail } from '../elements.ts';
import { type ForeignArray, RANK_LIMIT } from '../foreign-array.ts';

/** Element types by the names of PyTorch's classes of storages. */
const STORAGES: Readonly<Record<string, string>> = {
  'torch DoubleStorage': 'float64',
  'torch FloatStorage': 'float32',
  'torch HalfStorage': 'float16',
  'torch BFloat16Storage': 'bfloat16',
  'torch LongStorage': 'int64',
  'torch IntStorage': 'int32',
  'torch ShortStorage': 'int16',
  'torch CharStorage': 'int8',
  'torch ByteStorage': 'uint8',
  'torch BoolStorage': 'bool',
};

/** The element type of a class of storages; undefined for other names. */
export function storageType(name: string): string | undefined {
  return Object.hasOwn(STORAGES, name) ? STORAGES[name] : undefined;
}

/** A storage: the elements that tensors view. */
export interface Storage {
  readonly dtype: string;
  readonly data: ForeignData;
}

/** The storages of a file, each read once. */
export class Storages {
  readonly #bytesOf: (key: string) => Uint8Array;
  readonly #littleEndian: boolean;
  readonly #fail: Fail;
  readonly #read = new Map<string, Storage>();
  /** Bytes that tensors may have of their own, as they do not lie in a storage element by element. */
  #room: number;

  /**
   * @param bytesOf - the bytes of a storage; throws if there is none
   * @param room - the most bytes of copies
   */
  constructor(bytesOf: (key: string) => Uint8Array, littleEndian: boolean, room: number, fail: Fail) {
    this.#bytesOf = bytesOf;
    this.#littleEndian = littleEndian;
    this.#room = room;
    this.#fail = fail;
  }

  /** A storage by its key. */
  get(key: string, dtype: string, size: number): Storage {
    const known = this.#read.get(key);
    const storage = known ?? this.#decode(key, dtype);
    if (storage.dtype !== dtype)
      this.#fail('give each storage one type', `${describe(key)} of ${storage.dtype} and ${dtype}`);
    if (storage.data.length !== size) {
      this.#fail(`have a storage ${describe(key)} of ${size} elements`, `${storage.data.length}`);
    }
    this.#read.set(key, storage);
    return storage;
  }

  #decode(key: string, dtype: string): Storage {
    const bytes = this.#bytesOf(key);
    const { size } = ELEMENT_TYPES.get(dtype)!;
    if (bytes.length % size !== 0)
      this.#fail(`have whole elements of ${dtype} in storage ${describe(key)}`, `${bytes.length} bytes`);
    return { dtype, data: decodeElements(bytes, dtype, this.#littleEndian, this.#fail) };
  }

  /** A tensor: a view where its elements lie row-major in the storage, otherwise a copy. */
  tensor({ dtype, data }: Storage, offset: unknown, shape: unknown, stride: unknown): ForeignArray {
    if (!isIntegers(shape, 0) || shape.length > RANK_LIMIT || !isIntegers(stride, 0) || !isIntegers([offset], 0)) {
      return this.#fail(
        `have tensors with offset, shape and strides, of at most ${RANK_LIMIT} axes`,
        describe([offset, shape, stride]),
      );
    }
    if (stride.length !== shape.length)
      this.#fail('have a stride for each axis', `${describe(shape)} and ${describe(stride)}`);
    const size = sizeOf(shape);
    const begin = offset as number;
    const last = shape.reduce((at, length, axis) => at + (length - 1) * stride[axis]!, begin);
    if (begin > data.length || (size > 0 && last >= data.length)) {
      this.#fail('have tensors that lie in their storages', `element ${Math.max(last, begin)} of ${data.length}`);
    }
    const dense = rowMajor(shape);
    const isView = size === 0 || shape.every((length, axis) => length === 1 || stride[axis] === dense[axis]);
    if (isView) return { shape: [...shape], dtype, data: data.subarray(begin, begin + size) };
    this.#room -= size * data.BYTES_PER_ELEMENT;
    if (this.#room < 0)
      this.#fail('not expand its tensors to many times their storage', `a tensor of ${describe(shape)}`);
    const copy = new (ELEMENT_TYPES.get(dtype)!.array)(size);
    copyStrided(copy as Float64Array, dense, 0, data as Float64Array, stride, begin, shape);
    return { shape: [...shape], dtype, data: copy };
  }
}
