import fc from 'fast-check';
import type { Tensor } from '../tensor/tensor.ts';

const { defineProperty, entries, is } = Object;

/** Has fast-check print an object as `print` does; nothing else notices. */
export function printedAs<O extends object>(object: O, print: () => string): O {
  return defineProperty(object, fc.toStringMethod, { value: print });
}

/** Numbers in nested arrays and objects as they would be typed in, −0 included. */
export function printed(value: unknown): string {
  if (typeof (value as Tensor).toArray === 'function') return printed((value as Tensor).toArray());
  if (Array.isArray(value)) return `[${value.map(printed).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return is(value, -0) ? '-0' : String(value);
  const parts = entries(value).map(([name, part]) => `${name}: ${printed(part)}`);
  return `{ ${parts.join(', ')} }`;
}
