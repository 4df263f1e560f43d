// Clipping of an array by its norm or average norm.

import { reading, refuse, requireNumber, requireShape } from '../checks.ts';
import { optional, readOptions, type Schema, unchecked } from '../options.ts';
import { integersOf } from '../tensor/layout.ts';
import { copyInto, copyOf, type NdArrayLike, requireNdArray } from '../tensor/ndarray-like.ts';
import { Tensor } from '../tensor/tensor.ts';
import { clipFactors, normOf } from './norm.ts';
import { CLIP_OPTIONS, type ClipOptions, operand, scaleBy } from './operand.ts';

/** Options of `clipByNorm`. */
export interface ClipByNormOptions extends ClipOptions {
  /** Axes over which one norm is computed; negative axes count from the end; all axes by default. */
  readonly axes?: readonly number[];
}

const AXES: Schema<Pick<ClipByNormOptions, 'axes'>, 'axes'> = {
  axes: optional(unchecked<readonly number[]>), // checked against the rank later
};

const OPTIONS: Schema<ClipByNormOptions, 'axes'> = { ...AXES, ...CLIP_OPTIONS };

/**
 * Scales an array so that its norm is at most c: (C2) y = t·c / max(‖t‖₂, c), like `tf.clip_by_norm`; with `axes`,
 * scales each slice by its own norm. Norms are computed in float64. If ‖t‖₂ ≤ c, no bit changes. An infinite entry
 * becomes NaN, and the other entries of its slice become 0. A NaN entry makes the whole slice NaN.
 *
 * @param t - array of any shape
 * @param clipNorm - c, finite and above 0
 * @param options - `axes`: default all; `inPlace`: default false
 * @returns a clipped copy, or with `inPlace` t itself
 * @throws ArgumentError; t is then unchanged
 *
 * @example
 * ```ts
 * clipByNorm(tensor([3, 4]), 1).toArray(); // [0.6, 0.8] in float32
 * ```
 */
export function clipByNorm(t: NdArrayLike, clipNorm: number, options: ClipByNormOptions = {}): Tensor {
  const settings = readOptions('clipByNorm', options, OPTIONS);
  return clipSlices('clipByNorm', t, clipNorm, settings, () => 1);
}

/**
 * Scales an array so that its average norm is at most c: (C3) y = t·c / max(‖t‖₂/n, c), where n is the number of
 * elements, like `tf.clip_by_average_norm`.
 *
 * @param t - array of any shape
 * @param clipNorm - c, finite and above 0
 * @param options - `inPlace`: default false
 * @throws ArgumentError; t is then unchanged
 *
 * @example
 * ```ts
 * clipByAverageNorm(tensor([3, 4]), 1).toArray(); // average norm 2.5: [1.2, 1.6] in float32
 * ```
 */
export function clipByAverageNorm(t: NdArrayLike, clipNorm: number, options: ClipOptions = {}): Tensor {
  const settings = readOptions('clipByAverageNorm', options, CLIP_OPTIONS);
  return clipSlices('clipByAverageNorm', t, clipNorm, settings, (slice) => 1 / slice.size);
}

/**
 * Gradient of `clipByNorm`: (C2′) dt = dy if ‖t‖ ≤ c, else (c/‖t‖)·(dy − t·⟨t, dy⟩/‖t‖²). Defined for zero norm, too.
 *
 * @param dy - gradient of the result, in t's shape
 * @param t - the array that was clipped
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
  options: Pick<ClipByNormOptions, 'axes'> = {},
): Tensor {
  const where = 'clipByNormBackward';
  const { axes } = readOptions(where, options, AXES);
  requireNumber(where, 'clipNorm', clipNorm, { min: 0, minOpen: true });
  const source = copyOf(where, 't', requireNdArray(where, 't', t), 'float64');
  const over = requireAxes(where, source.dimension, axes);
  const { view: dt } = operand(where, 'dy', dy, false);
  requireShape(where, 'dy', dt.shape, source.shape);
  const gradients = slices(dt, over);
  slices(source, over).forEach((slice, k) => {
    const norm = normOf(where, 't', slice);
    const factors = clipFactors(norm, clipNorm, dt.dtype, 'float64');
    if (factors.length === 0) return;
    const values = slice.copy().data;
    const upstream = gradients[k]!.copy().data;
    let inner = 0;
    for (let j = 0; j < values.length; j++) inner += (values[j]! / norm) * upstream[j]!;
    for (let j = 0; j < values.length; j++) {
      let d = upstream[j]! - (values[j]! / norm) * inner;
      for (const factor of factors) d *= factor;
      upstream[j] = d;
    }
    copyInto(gradients[k]!, new Tensor({ data: upstream }, slice.shape));
  });
  return dt;
}

function clipSlices(
  where: string,
  t: NdArrayLike,
  clipNorm: number,
  { inPlace, axes }: { readonly inPlace: boolean; readonly axes?: readonly number[] },
  weight: (slice: Tensor) => number,
): Tensor {
  requireNumber(where, 'clipNorm', clipNorm, { min: 0, minOpen: true });
  const { view, result } = operand(where, 't', t, inPlace);
  const over = requireAxes(where, view.dimension, axes);
  for (const slice of slices(view, over)) {
    scaleBy(slice, clipFactors(normOf(where, 't', slice) * weight(slice), clipNorm, view.dtype, 'float64'));
  }
  return result;
}

function requireAxes(where: string, rank: number, axes: readonly number[] | undefined): number[] {
  if (axes === undefined) return Array.from({ length: rank }, (_, axis) => axis);
  const listed = reading(where, 'axes', () => integersOf(axes, -rank));
  const valid = listed?.every((axis) => axis < rank);
  if (!valid) return refuse(where, 'axes', `be an array of axes from ${-rank} to ${rank - 1}`, axes);
  return [...new Set(listed!.map((axis) => (axis < 0 ? axis + rank : axis)))];
}

/** Splits an array into the slices that are clipped separately. */
function slices(t: Tensor, over: readonly number[]): Tensor[] {
  if (t.size === 0) return [];
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
