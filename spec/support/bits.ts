import { expect } from '@jest/globals';
import type { FloatArray } from '../../lib/tensor/storage.ts';
import { type Comparable, float64 } from './compare.ts';

/** Anything with numbers in it. */
export type Values = Comparable | FloatArray | Uint8Array;

interface Elements {
  readonly shape: string;
  readonly data: ArrayLike<number>;
}

/** The elements in row-major order; typed arrays as they are, which is what makes it fast. */
function elements(values: Values): Elements {
  if (ArrayBuffer.isView(values)) return { shape: `${values.length}`, data: values };
  const { shape, data } = float64(values);
  return { shape: shape.join(), data };
}

/** Where two arrays differ first, in words; '' when shapes and bits are the same. NaN is NaN, −0 is not 0. */
function firstDifference(got: Values, expected: Values): string {
  const a = elements(got);
  const b = elements(expected);
  if (a.shape !== b.shape) return `shape [${a.shape}], not [${b.shape}]`;
  for (let j = 0; j < b.data.length; j++) {
    if (!Object.is(a.data[j], b.data[j])) return `element ${j} is ${a.data[j]}, not ${b.data[j]}`;
  }
  return '';
}

/** Asserts that two arrays hold the same bits: faster by far than `toEqual`. */
export function expectBits(got: Values, expected: Values, what = ''): void {
  expect(what + firstDifference(got, expected)).toBe(what);
}

/** Asserts that arrays by name hold the same bits. */
export function expectSameArrays(
  got: Readonly<Record<string, Values>>,
  expected: Readonly<Record<string, Values>>,
): void {
  expect(Object.keys(got)).toEqual(Object.keys(expected));
  for (const [name, values] of Object.entries(expected)) expectBits(got[name]!, values, `${name}: `);
}

/** Largest |got − expected|, over `scale`; Infinity where shapes differ or anything is NaN. */
export function largestDifference(got: Values, expected: Values, scale = 1): number {
  const a = elements(got);
  const b = elements(expected);
  if (a.shape !== b.shape) return Infinity;
  let most = 0;
  for (let j = 0; j < b.data.length; j++) {
    const d = Math.abs(a.data[j]! - b.data[j]!) / scale;
    most = Number.isNaN(d) ? Infinity : Math.max(most, d);
  }
  return most;
}
