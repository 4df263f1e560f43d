// Clipping by value.

import { refuse, requireShape } from '../checks.ts';
import { ShapeError } from '../errors.ts';
import { readOptions } from '../options.ts';
import { sizeOf } from '../tensor/layout.ts';
import { copyOf, type NdArrayLike, requireNdArray } from '../tensor/ndarray-like.ts';
import { forEachRow } from '../tensor/rows.ts';
import type { FloatArray } from '../tensor/storage.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { CLIP_OPTIONS, type ClipOptions, operand } from './operand.ts';

/** A bound: one number for all elements, or an array that broadcasts to the shape of the clipped array. */
export type Bound = number | NdArrayLike;

/**
 * Clips every entry: (C1) y = max(min(t, max), min), as `tf.clip_by_value`. NaN stays NaN.
 *
 * @param t - array of any shape
 * @param min - lower bound, a number or an array that broadcasts to t's shape; may be −Infinity
 * @param max - upper bound of the same kind, at least `min` everywhere; may be Infinity
 * @param options - `inPlace`: default false
 * @returns a clipped copy, or with `inPlace` t itself
 * @throws ArgumentError, ShapeError; t is then unchanged
 *
 * @example
 * ```ts
 * clipByValue(tensor([0.1, 0.5, 0.9]), 0.4, 0.6, {}).toArray(); // [0.4, 0.5, 0.6] in float32
 * ```
 */
export function clipByValue(t: NdArrayLike, min: Bound, max: Bound, options: ClipOptions = {}): Tensor {
  const where = 'clipByValue';
  const { inPlace } = readOptions(where, options, CLIP_OPTIONS);
  const { view, result } = operand(where, 't', t, inPlace);
  const { low, high } = requireBounds(where, view.shape, min, max);
  const { data } = view;
  let before = 0;
  forEachRow(view, (start, step, length) => {
    clampRow(data, start, step, length, low, high, before);
    before += length;
  });
  return result;
}

/** Clips n elements, from element k of the array. */
function clampRow(
  data: FloatArray,
  start: number,
  step: number,
  n: number,
  low: Bounds,
  high: Bounds,
  k: number,
): void {
  const { data: lows, step: lowStep } = low;
  const { data: highs, step: highStep } = high;
  for (let j = 0, at = start; j < n; j++, at += step) {
    const value = data[at]!;
    const least = lows[(k + j) * lowStep]!;
    const most = highs[(k + j) * highStep]!;
    if (value < least) data[at] = least;
    else if (value > most) data[at] = most;
  }
}

/**
 * Gradient of `clipByValue`: (C1′) dt = dy if min ≤ t ≤ max, else 0.
 *
 * @param dy - gradient of the result, in t's shape
 * @param t - the array that was clipped
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
  const source = copyOf(where, 't', requireNdArray(where, 't', t), 'float64');
  const { low, high } = requireBounds(where, source.shape, min, max);
  const { view: dt } = operand(where, 'dy', dy, false);
  requireShape(where, 'dy', dt.shape, source.shape);
  source.data.forEach((value, k) => {
    if (!(value >= low.data[k * low.step]! && value <= high.data[k * high.step]!)) dt.data[k] = 0;
  });
  return dt;
}

/** Bounds of all elements. The bound of element k, in row-major order, is `data[k * step]`. */
interface Bounds {
  readonly data: FloatArray;
  /** 0 if one number bounds all elements. */
  readonly step: 0 | 1;
}

function requireBounds(where: string, shape: readonly number[], min: Bound, max: Bound): { low: Bounds; high: Bounds } {
  const low = broadcast(where, 'min', min, shape);
  const high = broadcast(where, 'max', max, shape);
  const size = sizeOf(shape);
  const pairs = low.step + high.step === 0 ? Math.min(size, 1) : size;
  for (let k = 0; k < pairs; k++) {
    const [least, most] = [low.data[k * low.step]!, high.data[k * high.step]!];
    if (!(least <= most)) refuse(where, 'max', `be at least "min" (${least})`, most);
  }
  return { low, high };
}

function broadcast(where: string, argument: string, bound: Bound, shape: readonly number[]): Bounds {
  if (typeof bound === 'number') {
    if (Number.isNaN(bound)) refuse(where, argument, 'be a number', bound);
    return { data: Float64Array.of(bound), step: 0 };
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
  const bounds = copyOf(where, argument, { data: array.data, shape, stride, offset: array.offset }, 'float64').data;
  if (bounds.some(Number.isNaN)) refuse(where, argument, 'not contain NaN', Number.NaN);
  return { data: bounds, step: 1 };
}
