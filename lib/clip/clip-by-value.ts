import { refuse, requireShape } from '../checks.ts';
import { ShapeError } from '../errors.ts';
import { tensor } from '../tensor/create.ts';
import { sizeOf } from '../tensor/layout.ts';
import { type NdArrayLike, requireNdArray } from '../tensor/ndarray-like.ts';
import { allocate } from '../tensor/storage.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { type ClipOptions, forEachElement, operand, requireInPlace } from './operand.ts';

/** A bound: one number for all, or an array that broadcasts to the shape of what is clipped. */
export type Bound = number | NdArrayLike;

/**
 * Clips every entry: (C1) y = max(min(t, max), min), as `tf.clip_by_value`. NaN stays NaN.
 *
 * @param t - array of any shape
 * @param min - lower bound, a number or an array that broadcasts to t's shape; may be −Infinity
 * @param max - upper bound likewise, nowhere below `min`; may be Infinity
 * @param options - `inPlace`: default false
 * @returns a clipped copy, or t itself in place
 * @throws ArgumentError, ShapeError; t stays as it was
 *
 * @example
 * ```ts
 * clipByValue(tensor([0.1, 0.5, 0.9]), 0.4, 0.6, {}).toArray(); // [0.4, 0.5, 0.6] in float32
 * ```
 */
export function clipByValue(t: NdArrayLike, min: Bound, max: Bound, options: ClipOptions = {}): Tensor {
  const where = 'clipByValue';
  const inPlace = requireInPlace(where, options);
  const { low, high } = requireBounds(where, requireNdArray(where, 't', t), min, max);
  const out = operand(where, 't', t, inPlace);
  const { data } = out;
  let k = 0;
  forEachElement(out, (at) => {
    const value = data[at]!;
    if (value < low[k]!) data[at] = low[k]!;
    else if (value > high[k]!) data[at] = high[k]!;
    k++;
  });
  return out;
}

/**
 * Gradient of `clipByValue`: (C1′) dt = dy where min ≤ t ≤ max, else 0.
 *
 * @param dy - gradient of the result, in t's shape
 * @param t - what was clipped
 * @param min - as given to `clipByValue`
 * @param max - as given to `clipByValue`
 * @throws ArgumentError, ShapeError
 *
 * @example
 * ```ts
 * clipByValueBackward(tensor([1, 1]), tensor([0.5, 9]), 0, 1).toArray(); // [1, 0]
 * ```
 */
export function clipByValueBackward(dy: NdArrayLike, t: NdArrayLike, min: Bound, max: Bound): Tensor {
  const where = 'clipByValueBackward';
  const source = tensor(requireNdArray(where, 't', t), { dtype: 'float64' });
  const { low, high } = requireBounds(where, source, min, max);
  requireShape(where, 'dy', requireNdArray(where, 'dy', dy).shape, source.shape);
  const dt = operand(where, 'dy', dy, false);
  source.data.forEach((value, k) => {
    if (!(value >= low[k]! && value <= high[k]!)) dt.data[k] = 0;
  });
  return dt;
}

function requireBounds(
  where: string,
  t: NdArrayLike,
  min: Bound,
  max: Bound,
): { low: ArrayLike<number>; high: ArrayLike<number> } {
  const low = broadcast(where, 'min', min, t.shape);
  const high = broadcast(where, 'max', max, t.shape);
  for (let k = 0; k < low.length; k++) {
    if (!(low[k]! <= high[k]!)) refuse(where, 'max', `be nowhere below "min" (${low[k]})`, high[k]);
  }
  return { low, high };
}

/** The bound of every element, row-major. */
function broadcast(where: string, argument: string, bound: Bound, shape: readonly number[]): ArrayLike<number> {
  if (typeof bound === 'number') {
    if (Number.isNaN(bound)) refuse(where, argument, 'be a number', bound);
    return allocate('float64', sizeOf(shape), where, 't').fill(bound);
  }
  const array = requireNdArray(where, argument, bound);
  const missing = shape.length - array.shape.length;
  const fits = missing >= 0 && array.shape.every((size, axis) => size === 1 || size === shape[axis + missing]);
  if (!fits) {
    const expected = `broadcast to [${shape.join(', ')}] without enlarging it`;
    throw new ShapeError({ where, argument, expected, received: `shape [${array.shape.join(', ')}]` });
  }
  const stride = shape.map((_, axis) =>
    axis < missing || array.shape[axis - missing] === 1 ? 0 : array.stride[axis - missing]!,
  );
  const bounds = tensor({ data: array.data, shape, stride, offset: array.offset }, { dtype: 'float64' }).data;
  if (bounds.some(Number.isNaN)) refuse(where, argument, 'hold no NaN', Number.NaN);
  return bounds;
}
