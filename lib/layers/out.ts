// The option `out`: the caller's array that receives an output.

import { refuse, requireShape } from '../checks.ts';
import type { SignalShape } from '../engine/signal.ts';
import { ArgumentError } from '../errors.ts';
import { type FloatNdArrayLike, type NdArrayLike, requireWritable } from '../tensor/ndarray-like.ts';
import { areApart, areSeparate } from '../tensor/overlap.ts';
import { type DType, dtypeOf, type FloatArray, isFloatArray, isNumericTypedArray } from '../tensor/storage.ts';

/** The option of a call that returns an output. `A` is the type of the array. */
export interface OutOption<A extends FloatNdArrayLike> {
  /**
   * Array that receives the output and is returned: a tensor or an ndarray with any strides, of the shape and the element
   * type of the output. It must not share memory with x or with the model. By default each call makes a new tensor.
   */
  readonly out?: A;
}

/**
 * Checks an array that receives an output of a shape and an element type.
 *
 * @param x - checked; the pass may read it while it writes the output
 * @param memory - of the model, if it exists
 * @throws ArgumentError, ShapeError
 */
export function requireOut(
  where: string,
  out: unknown,
  { T, B, F }: SignalShape,
  dtype: DType,
  { data, shape, stride, offset }: NdArrayLike,
  memory: FloatArray | undefined,
): FloatNdArrayLike {
  const array = requireWritable(where, 'out', out);
  requireShape(where, 'out', array.shape, T === undefined ? [B, F] : [B, T, F]);
  if (dtypeOf(array.data) !== dtype) refuse(where, 'out', `contain a ${ARRAYS[dtype]}`, array.data);
  if (isNumericTypedArray(data)) {
    const x = { data: data as FloatArray, shape, stride, offset };
    if (!(isFloatArray(data) ? areApart(array, x) : areSeparate(array, x))) refuseOverlap(where, 'x');
  }
  if (memory !== undefined) {
    const whole = { data: memory, shape: [memory.length], stride: [1], offset: 0 };
    if (!areSeparate(array, whole)) refuseOverlap(where, 'the model');
  }
  return array;
}

const ARRAYS: Readonly<Record<DType, string>> = { float32: 'Float32Array', float64: 'Float64Array' };

function refuseOverlap(where: string, other: string): never {
  throw new ArgumentError({
    where,
    argument: 'out',
    expected: `share no memory with ${other}`,
    received: `an array over the memory of ${other}`,
    remedy: 'Make an array by zeros(shape), and pass it in each call',
  });
}
