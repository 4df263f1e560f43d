// Checks of arguments, shared by the plots.

import { reading, refuse, requireBoolean, requireEntries, requireShape } from '../checks.ts';
import { unspelled } from '../json.ts';
import { tensor } from '../tensor/create.ts';
import { type NdArrayLike, requireNdArray } from '../tensor/ndarray-like.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** Returns a copy of `value` if it is an array. */
export function requireArray<T>(where: string, argument: string, value: readonly T[] | undefined, of: string): T[] {
  return requireEntries(where, argument, value as readonly T[], `be an array of ${of}`);
}

/** Returns a copy of `value` if it is a non-empty array. */
export function requireList<T>(
  where: string,
  argument: string,
  value: readonly T[] | undefined,
  of: string,
): readonly T[] {
  const list = requireArray(where, argument, value, of);
  return list.length > 0 ? list : refuse(where, argument, `contain ${of}`, value);
}

/** Returns a copy of `value` if it is an object. Each property is read once. */
export function requireObject<T>(where: string, argument: string, value: T, expected: string): T & object {
  return reading(where, argument, () =>
    typeof value === 'object' && value !== null ? { ...value } : refuse(where, argument, expected, value),
  );
}

/** Returns `value` if it is a number or its JSON form. NaN and infinities are accepted, because plots can mark them. */
export function requireNumberIn(where: string, argument: string, value: unknown): number {
  const number = unspelled(value);
  return typeof number === 'number' ? number : refuse(where, argument, 'be a number', value);
}

/** Returns a copy of an object if the properties `keys` are numbers. */
export function withNumbers<T extends object>(
  where: string,
  argument: string,
  value: T,
  keys: readonly (keyof T)[],
): T {
  const copy = { ...value };
  for (const key of keys) copy[key] = requireNumberIn(where, `${argument}.${String(key)}`, value[key]) as T[keyof T];
  return copy;
}

/** Throws unless `value` is true, false or undefined. */
export function requireBooleanIn(where: string, argument: string, value: unknown): void {
  if (value !== undefined) requireBoolean(where, argument, value);
}

/** Checks numbers of an exact shape, and copies them to float64. */
export function requireTensor(
  where: string,
  argument: string,
  value: unknown,
  shape: readonly (number | string)[],
): Tensor {
  const array: NdArrayLike = requireNdArray(where, argument, value);
  requireShape(where, argument, array.shape, shape);
  return tensor(array, { dtype: 'float64' });
}
