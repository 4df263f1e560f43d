// Plain JSON in one form: equal values have equal texts.

import { reading, refuse } from '../checks.ts';
import type { Json } from '../formats/strict-json.ts';

/** Levels of nesting. */
const DEEPEST = 32;
/** Values of JSON. */
const MOST_VALUES = 1 << 17;
/** Characters of the text. */
const LONGEST = 1 << 20;

/** A value as JSON, and its text. */
export interface Canonical<T> {
  /** A copy, whose objects have their keys in order. */
  readonly value: T;
  readonly text: string;
}

const EXPECTED = 'be plain JSON: objects, arrays, texts, finite numbers, booleans, null';

/**
 * Copies a value as JSON, with the keys of its objects in order. Members that are undefined are left out.
 *
 * @throws ArgumentError for functions, NaN, infinities, typed arrays, objects of classes, cycles, more than 32 levels,
 *   131,072 values or 1,048,576 characters
 */
export function canonicalJson<T>(where: string, argument: string, value: unknown): Canonical<T> {
  return reading(where, argument, () => {
    const copy = new Copier(where).copy(argument, value, 0);
    const text = JSON.stringify(copy);
    if (text.length > LONGEST) {
      const remedy = 'Put data into a file, or behind a loader of your own';
      refuse(where, argument, `have at most ${LONGEST} characters as JSON`, text.length, remedy);
    }
    return { value: copy as T, text };
  });
}

class Copier {
  readonly #where: string;
  #values = 0;

  constructor(where: string) {
    this.#where = where;
  }

  copy(argument: string, value: unknown, depth: number): Json {
    if (++this.#values > MOST_VALUES) {
      refuse(this.#where, argument, `be within the first ${MOST_VALUES} values of the job`, value);
    }
    if (depth > DEEPEST) refuse(this.#where, argument, `be nested at most ${DEEPEST} levels deep`, value);
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
    if (typeof value === 'number' && Number.isFinite(value)) return value === 0 ? 0 : value; // JSON writes −0 as 0
    if (Array.isArray(value)) return Array.from(value, (each, k) => this.copy(`${argument}[${k}]`, each, depth + 1));
    if (typeof value !== 'object' || !isPlain(value)) return refuse(this.#where, argument, EXPECTED, value);
    const object = value as Readonly<Record<string, unknown>>;
    const names = Object.keys(object).sort();
    if (names.includes('__proto__')) refuse(this.#where, argument, 'have no member __proto__', value);
    const members = names.filter((name) => object[name] !== undefined);
    return Object.fromEntries(members.map((name) => [name, this.copy(`${argument}.${name}`, object[name], depth + 1)]));
  }
}

/** Whether an object has no class, in this realm or another one. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
