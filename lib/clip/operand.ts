import { refuse, requireBoolean, requireOptions } from '../checks.ts';
import { sizeOf } from '../tensor/layout.ts';
import { assign, type FloatNdArrayLike, type NdArrayLike, requireNdArray } from '../tensor/ndarray-like.ts';
import { forEachRow } from '../tensor/rows.ts';
import { allocate, isFloatArray } from '../tensor/storage.ts';
import { Tensor } from '../tensor/tensor.ts';

/** Options of every clipping function. */
export interface ClipOptions {
  /** Whether to change the array itself and return it, instead of a copy; default false. */
  readonly inPlace?: boolean;
}

/** An array, or a missing gradient, which stays missing. */
export type MaybeArray = NdArrayLike | null | undefined;

/** Checks the options and tells whether to work in place. */
export function requireInPlace(where: string, options: ClipOptions, known: readonly string[] = ['inPlace']): boolean {
  const { inPlace = false } = requireOptions(where, options, known);
  return requireBoolean(where, 'inPlace', inPlace);
}

/** The array to clip: a view of `array` itself in place, else a copy in its own precision. */
export function operand(where: string, argument: string, array: NdArrayLike, inPlace: boolean): Tensor {
  const source = requireNdArray(where, argument, array);
  if (!inPlace) {
    const data = allocate(isFloat64(source) ? 'float64' : 'float32', sizeOf(source.shape), where, argument);
    const copy = new Tensor({ data }, source.shape);
    assign(copy, source);
    return copy;
  }
  if (array instanceof Tensor) return array;
  if (!isFloatArray(source.data))
    refuse(where, argument, 'hold float32 or float64 numbers to be clipped in place', source.data);
  const { data } = source as FloatNdArrayLike;
  return new Tensor({ data }, source.shape, source.stride, source.offset);
}

/** Refuses what is no list of arrays and missing entries. */
export function requireList(where: string, list: readonly MaybeArray[]): readonly MaybeArray[] {
  if (!Array.isArray(list)) refuse(where, 'list', 'be an array of tensors', list);
  list.forEach((entry, i) => {
    if (entry !== null && entry !== undefined) requireNdArray(where, `list[${i}]`, entry);
  });
  return list;
}

function isFloat64({ data }: NdArrayLike): boolean {
  return isFloatArray(data) && data.BYTES_PER_ELEMENT === 8;
}

/** Calls `visit` with the position of each element of a view, in row-major order. */
export function forEachElement(view: NdArrayLike, visit: (at: number) => void): void {
  forEachRow(view, (start, step, length) => {
    for (let i = 0; i < length; i++) visit(start + i * step);
  });
}
