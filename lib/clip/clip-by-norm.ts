import { refuse, requireNumber, requireShape } from '../checks.ts';
import { tensor } from '../tensor/create.ts';
import { type NdArrayLike, requireNdArray } from '../tensor/ndarray-like.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { clipFactor, normOf } from './norm.ts';
import { type ClipOptions, forEachElement, operand, requireInPlace } from './operand.ts';

/** Options of `clipByNorm`. */
export interface ClipByNormOptions extends ClipOptions {
  /** Axes that one norm runs over, counted from the end when negative; default all of them. */
  readonly axes?: readonly number[];
}

/**
 * Scales an array down to a norm: (C2) y = t·c / max(‖t‖₂, c), as `tf.clip_by_norm`; with `axes`, each slice by its own
 * norm. Norms are summed in float64. Below the threshold, at it, and for zeros, the bits are unchanged. An infinite
 * entry becomes NaN and its neighbours 0; a NaN entry makes the whole slice NaN.
 *
 * @param t - array of any shape
 * @param clipNorm - c, finite and above 0
 * @param options - `axes`: default all; `inPlace`: default false
 * @returns a clipped copy, or t itself in place
 * @throws ArgumentError; t stays as it was
 *
 * @example
 * ```ts
 * clipByNorm(tensor([3, 4]), 1).toArray(); // [0.6, 0.8] in float32
 * ```
 */
export function clipByNorm(t: NdArrayLike, clipNorm: number, options: ClipByNormOptions = {}): Tensor {
  return clipSlices('clipByNorm', t, clipNorm, options, () => 1);
}

/**
 * Scales an array down to an average norm: (C3) y = t·c / max(‖t‖₂/n, c), n the number of elements, as
 * `tf.clip_by_average_norm`.
 *
 * @param t - array of any shape
 * @param clipNorm - c, finite and above 0
 * @param options - `inPlace`: default false
 * @throws ArgumentError; t stays as it was
 *
 * @example
 * ```ts
 * clipByAverageNorm(tensor([3, 4]), 1).toArray(); // average norm 2.5: [1.2, 1.6] in float32
 * ```
 */
export function clipByAverageNorm(t: NdArrayLike, clipNorm: number, options: ClipOptions = {}): Tensor {
  requireInPlace('clipByAverageNorm', options);
  return clipSlices('clipByAverageNorm', t, clipNorm, options, (slice) => 1 / slice.size);
}

/**
 * Gradient of `clipByNorm`: (C2′) dt = dy where ‖t‖ ≤ c, else (c/‖t‖)·(dy − t·⟨t, dy⟩/‖t‖²); safe at zero norm.
 *
 * @param dy - gradient of the result, in t's shape
 * @param t - what was clipped
 * @param clipNorm - as given to `clipByNorm`
 * @param options - `axes`, as given to `clipByNorm`
 * @throws ArgumentError, ShapeError
 *
 * @example
 * ```ts
 * clipByNormBackward(tensor([1, 0]), tensor([0, 4]), 1).toArray(); // [0.25, 0]
 * ```
 */
export function clipByNormBackward(
  dy: NdArrayLike,
  t: NdArrayLike,
  clipNorm: number,
  options: ClipByNormOptions = {},
): Tensor {
  const where = 'clipByNormBackward';
  requireInPlace(where, options, ['axes']);
  requireNumber(where, 'clipNorm', clipNorm, { min: 0, minOpen: true });
  const source = tensor(requireNdArray(where, 't', t), { dtype: 'float64' });
  requireShape(where, 'dy', requireNdArray(where, 'dy', dy).shape, source.shape);
  const dt = operand(where, 'dy', dy, false);
  const gradients = slices(where, dt, options.axes);
  slices(where, source, options.axes).forEach((slice, k) => {
    const norm = normOf(slice);
    const factor = clipFactor(norm, clipNorm, dt.data);
    if (factor === 1) return;
    const values = slice.copy().data;
    const upstream = gradients[k]!.copy().data;
    let inner = 0;
    for (let k = 0; k < values.length; k++) inner += (values[k]! / norm) * upstream[k]!;
    let j = 0;
    forEachElement(gradients[k]!, (at) => {
      dt.data[at] = factor * (upstream[j]! - (values[j]! / norm) * inner);
      j++;
    });
  });
  return dt;
}

function clipSlices(
  where: string,
  t: NdArrayLike,
  clipNorm: number,
  options: ClipByNormOptions,
  weight: (slice: Tensor) => number,
): Tensor {
  const inPlace = requireInPlace(where, options, ['axes', 'inPlace']);
  requireNumber(where, 'clipNorm', clipNorm, { min: 0, minOpen: true });
  const source = requireNdArray(where, 't', t);
  requireAxes(where, source.shape.length, options.axes);
  const out = operand(where, 't', t, inPlace);
  for (const slice of slices(where, out, options.axes)) {
    const factor = clipFactor(normOf(slice) * weight(slice), clipNorm, out.data);
    if (factor === 1) continue;
    forEachElement(slice, (at) => {
      out.data[at] = out.data[at]! * factor;
    });
  }
  return out;
}

function requireAxes(where: string, rank: number, axes: readonly number[] | undefined): number[] {
  if (axes === undefined) return Array.from({ length: rank }, (_, axis) => axis);
  const valid = Array.isArray(axes) && axes.every((axis) => Number.isInteger(axis) && axis >= -rank && axis < rank);
  if (!valid) refuse(where, 'axes', `be an array of axes from ${-rank} to ${rank - 1}`, axes);
  return [...new Set(axes.map((axis) => (axis < 0 ? axis + rank : axis)))];
}

/** The views that one norm each runs over. */
function slices(where: string, t: Tensor, axes: readonly number[] | undefined): Tensor[] {
  const over = requireAxes(where, t.shape.length, axes);
  const kept = t.shape.map((_, axis) => axis).filter((axis) => !over.includes(axis));
  const views: Tensor[] = [];
  const pick = (at: (number | null)[], rest: readonly number[]): void => {
    const [axis, ...others] = rest;
    if (axis === undefined) views.push(t.pick(...at));
    else
      for (let i = 0; i < t.shape[axis]!; i++)
        pick(
          at.map((index, k) => (k === axis ? i : index)),
          others,
        );
  };
  pick(new Array<number | null>(t.shape.length).fill(null), kept);
  return views;
}
