// Converts numbers to JSON and back. JSON writes null for NaN and infinities, and drops the sign of −0. This library
// writes these four numbers as strings, and accepts the strings wherever it accepts numbers.

const { is, defineProperty, entries, fromEntries, values } = Object;
const { isFinite: isFiniteNumber } = Number;
const { isArray } = Array;

const SPELLED: Readonly<Record<string, number>> = { NaN: Number.NaN, Infinity, '-Infinity': -Infinity, '-0': -0 };

/** Converts a number to its JSON form: itself, or `'NaN'`, `'Infinity'`, `'-Infinity'`, `'-0'`. */
export function spelled(value: number): number | string {
  if (is(value, -0)) return '-0';
  return isFiniteNumber(value) ? value : String(value);
}

/** Converts the string of such a number back to the number; returns any other value unchanged. */
export function unspelled(value: unknown): unknown {
  return typeof value === 'string' ? (SPELLED[value] ?? value) : value;
}

/** Converts numbers at every depth, except within objects that have their own `toJSON`. */
function spelledWithin(value: unknown): unknown {
  if (typeof value === 'number') return spelled(value);
  if (isArray(value)) return value.map(spelledWithin);
  if (typeof value !== 'object' || value === null || 'toJSON' in value) return value;
  return spelledEntries(value);
}

function spelledEntries(value: object): object {
  return fromEntries(entries(value).map(([key, part]) => [key, spelledWithin(part)]));
}

const TO_JSON: PropertyDescriptor = {
  value(this: object): object {
    return spelledEntries(this);
  },
};

/**
 * Adds a `toJSON` that converts numbers, to an object of results and to the objects within it. It is a property that
 * comparisons, clones and loops ignore.
 */
export function jsonable<T>(value: T): T {
  if (typeof value !== 'object' || value === null || 'toJSON' in value) return value;
  for (const part of values(value)) jsonable(part);
  return isArray(value) ? value : defineProperty(value, 'toJSON', TO_JSON);
}
