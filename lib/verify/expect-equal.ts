// Assertions on arrays, for properties.

import { BpttError } from '../errors.ts';
import type { NdArrayLike } from '../tensor/ndarray-like.ts';
import { elementsOf, indexOf } from './elements.ts';

const { abs, max } = Math;
const { is } = Object;
const { isArray: isList } = Array;

/** An array, or arrays by name. */
export type Arrays = NdArrayLike | Readonly<Record<string, NdArrayLike>>;

/** The error of a property that does not hold. */
export class PropertyError extends BpttError {
  override readonly name: string = 'PropertyError';

  constructor(what: string, expected: string, received: string) {
    super({ where: what, expected, received });
  }
}

/** Compares two numbers. It is not called for two NaN, which count as equal. */
type Agree = (actual: number, expected: number) => boolean;

/** Throws unless all elements agree. */
function expectAgreement(what: string, actual: Arrays, expected: Arrays, agree: Agree): void {
  if (!isArray(expected)) {
    for (const [name, array] of Object.entries(expected)) {
      expectAgreement(`${what} ${name}`, (actual as Readonly<Record<string, NdArrayLike>>)[name]!, array, agree);
    }
    return;
  }
  const { shape } = actual as NdArrayLike;
  if (`${shape}` !== `${expected.shape}`) throw new PropertyError(what, `have shape [${expected.shape}]`, `[${shape}]`);
  const a = elementsOf(actual as NdArrayLike);
  const b = elementsOf(expected);
  for (let k = 0; k < a.length; k++) {
    if (is(a[k], b[k]) || agree(a[k]!, b[k]!)) continue;
    throw new PropertyError(what, `be ${b[k]} at [${indexOf(k, shape).join(', ')}]`, `${a[k]}`);
  }
}

function isArray(arrays: Arrays): arrays is NdArrayLike {
  return isList((arrays as NdArrayLike).shape);
}

/** Throws unless all numbers are equal; −0 equals 0, and NaN equals NaN. */
export function expectEqual(what: string, actual: Arrays, expected: Arrays): void {
  expectAgreement(what, actual, expected, (a, b) => a === b);
}

/** Throws unless all numbers have the same bits: −0 is not 0. */
export function expectBits(what: string, actual: Arrays, expected: Arrays): void {
  expectAgreement(what, actual, expected, () => false);
}

/**
 * Throws unless every number is exactly `factor` times the expected one. Numbers below 2⁻¹⁰⁰ are exempt, because
 * float32 has fewer bits below 2⁻¹²⁶.
 */
export function expectScaled(what: string, actual: Arrays, expected: Arrays, factor: number): void {
  const tiny = 2 ** -100 * max(factor, 1);
  expectAgreement(what, actual, expected, (a, b) => a === b * factor || (abs(a) < tiny && abs(b * factor) < tiny));
}

/** Throws unless all numbers agree within `tolerance`, relative to the largest of each array or to `floor`. */
export function expectClose(what: string, actual: Arrays, expected: Arrays, tolerance: number, floor = 0.1): void {
  if (!isArray(expected)) {
    for (const [name, array] of Object.entries(expected)) {
      const part = (actual as Readonly<Record<string, NdArrayLike>>)[name]!;
      expectClose(`${what} ${name}`, part, array, tolerance, floor);
    }
    return;
  }
  const bound = tolerance * elementsOf(expected).reduce((largest, v) => max(largest, abs(v)), floor);
  expectAgreement(what, actual, expected, (a, b) => abs(a - b) <= bound);
}
