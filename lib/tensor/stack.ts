// Stacks tensors along a new axis, and splits them again.

import { refuse, requireEntries, requireInteger, requireShape } from '../checks.ts';
import { rowMajor, sizeOf } from './layout.ts';
import type { CheckedArray, FloatNdArrayLike, NdArrayLike } from './ndarray-like.ts';
import { requireNdArray } from './ndarray-like.ts';
import type { DType, FloatArray, Storage } from './storage.ts';
import { allocate, isFloatArray, requireRoom, typedArrayTag } from './storage.ts';
import { copyStrided } from './strided-copy.ts';
import { Tensor } from './tensor.ts';

/** Bytes of a view in addition to its shape and strides. */
const VIEW = 200;

/** Returns an axis from 0 to `rank` − 1. A negative axis counts from the end, as in TensorFlow. */
function requireAxis(where: string, axis: unknown, rank: number): number {
  if (rank === 0) return refuse(where, 'tensor', 'have at least one axis', []);
  const checked = requireInteger(where, 'axis', axis, -rank, rank - 1);
  return checked < 0 ? checked + rank : checked;
}

/**
 * Copies tensors of equal shape into one tensor, along a new axis: n tensors [a, b] give [n, a, b] for axis 0. The
 * result is float64 if any of them is, otherwise float32. Semantics: `tf.stack`.
 *
 * @param tensors - at least one tensor or ndarray, all of the same shape of rank r
 * @param axis - position of the new axis, from −(r+1) to r; 0 by default
 * @throws ArgumentError, and ShapeError if shapes differ
 *
 * @example
 * ```ts
 * stack([tensor([1, 2]), tensor([3, 4])], 1).toArray(); // [[1, 3], [2, 4]]
 * ```
 */
export function stack(tensors: readonly NdArrayLike[], axis = 0): Tensor {
  const where = 'stack';
  const expected = 'be an array of at least one tensor';
  const list = requireEntries(where, 'tensors', tensors, expected);
  if (list.length === 0) return refuse(where, 'tensors', expected, tensors);
  const sources = list.map((source) => requireNdArray(where, 'tensors', source));
  const inner = sources[0]!.shape;
  for (const source of sources) requireShape(where, 'tensors', source.shape, inner);
  const at = requireAxis(where, axis, inner.length + 1);
  const wide = sources.some((source) => typedArrayTag(source.data) === 'Float64Array');
  const dtype: DType = wide ? 'float64' : 'float32';
  const shape = [...inner.slice(0, at), sources.length, ...inner.slice(at)];
  const stride = rowMajor(shape);
  const step = stride[at]!;
  const data: FloatArray = allocate(dtype, sizeOf(shape), where);
  const slice = stride.filter((_, k) => k !== at);
  sources.forEach((source, i) => {
    copyStrided(data, slice, i * step, source.data, source.stride, source.offset, inner);
  });
  return new Tensor({ data }, shape);
}

/**
 * Splits a tensor along an axis into views that share its elements: [n, a, b] gives n tensors [a, b] for axis 0. This
 * is the inverse of `stack`. Semantics: `tf.unstack`.
 *
 * @param tensor - tensor, or ndarray over a Float32Array or Float64Array, of rank r ≥ 1
 * @param axis - axis to split, from −r to r−1; 0 by default
 * @throws ArgumentError, and ShapeError, also for more than about 4 million views
 *
 * @example
 * ```ts
 * const [first, second] = unstack(tensor([[1, 2], [3, 4]]), 1);
 * first.toArray(); // [1, 3]
 * ```
 */
export function unstack(tensor: Tensor | FloatNdArrayLike, axis = 0): Tensor[] {
  const where = 'unstack';
  const source = requireNdArray(where, 'tensor', tensor);
  if (!isFloatArray(source.data)) return refuse(where, 'tensor', 'contain a Float32Array or Float64Array', source.data);
  const at = requireAxis(where, axis, source.shape.length);
  requireRoom(where, 'tensor', source.shape, source.shape[at]! * (VIEW + 16 * source.shape.length));
  const storage = (source as CheckedArray).storage as Storage;
  const shape = source.shape.filter((_, k) => k !== at);
  const stride = source.stride.filter((_, k) => k !== at);
  const from = (i: number): number => source.offset + i * source.stride[at]!;
  return Array.from({ length: source.shape[at]! }, (_, i) => new Tensor(storage, shape, stride, from(i)));
}
