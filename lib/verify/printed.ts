// Text forms of values for fast-check.

import fc from 'fast-check';
import type { Tensor } from '../tensor/tensor.ts';

const { defineProperty, entries, is } = Object;

/** Makes fast-check print an object by `print`, and returns the object. */
export function printedAs<O extends object>(object: O, print: () => string): O {
  return defineProperty(object, fc.toStringMethod, { value: print });
}

/** Prints numbers in nested arrays and objects as source code, including −0. */
export function printed(value: unknown): string {
  if (typeof (value as Tensor | null | undefined)?.toArray === 'function') return printed((value as Tensor).toArray());
  if (Array.isArray(value)) return `[${value.map(printed).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return is(value, -0) ? '-0' : String(value);
  const parts = entries(value).map(([name, part]) => `${name}: ${printed(part)}`);
  return `{ ${parts.join(', ')} }`;
}
