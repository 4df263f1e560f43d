// Numbers through JSON and back. JSON has no word for NaN and the infinities, writes null for them, and drops the sign of
// −0; this library spells these four as strings, and reads them back wherever it takes numbers.

const { is, defineProperty, entries, fromEntries, values } = Object;
const { isFinite: isFiniteNumber } = Number;
const { isArray } = Array;

const SPELLED: Readonly<Record<string, number>> = { NaN: Number.NaN, Infinity, '-Infinity': -Infinity, '-0': -0 };

/** A number as JSON can hold it: itself, or `'NaN'`, `'Infinity'`, `'-Infinity'`, `'-0'`. */
export function spelled(value: number): number | string {
  if (is(value, -0)) return '-0';
  return isFiniteNumber(value) ? value : String(value);
}

/** The number that a string of JSON spells; everything else as it is. */
export function unspelled(value: unknown): unknown {
  return typeof value === 'string' ? (SPELLED[value] ?? value) : value;
}

/** Numbers spelled at every depth, down to objects that have a `toJSON` of their own. */
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
 * Gives a plain object of results, and those in it, a `toJSON` that spells their numbers; comparisons, clones and loops do
 * not see it.
 */
export function jsonable<T>(value: T): T {
  if (typeof value !== 'object' || value === null || 'toJSON' in value) return value;
  for (const part of values(value)) jsonable(part);
  return isArray(value) ? value : defineProperty(value, 'toJSON', TO_JSON);
}
