// Checks of arguments. Each returns the checked value or throws.

import { describe, didYouMean } from './describe.ts';
import { ArgumentError, BpttError, isOutOfMemory, ShapeError } from './errors.ts';

// Destructured, because under jest each look-up of a global takes many times as long as the check (see
// CONTRIBUTING.md).
const { isArray } = Array;
const { isFinite: isFiniteNumber, isSafeInteger, MAX_SAFE_INTEGER, NEGATIVE_INFINITY, POSITIVE_INFINITY } = Number;
const { getPrototypeOf, getOwnPropertyNames, keys } = Object;
const { isPrototypeOf: isAbove } = Object.prototype;

/** Largest number of names in a message. */
const NAMED = 24;

/** Returns the result of `read`, which reads an object of the caller. An error it throws becomes an ArgumentError. */
export function reading<T>(where: string, argument: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    return refuseUnreadable(where, argument, error);
  }
}

/**
 * Throws the ArgumentError for an argument that threw `error` when it was read. Errors of this library and lack of
 * memory are rethrown.
 */
export function refuseUnreadable(where: string, argument: string, error: unknown): never {
  if (error instanceof BpttError || isOutOfMemory(error)) throw error;
  const text = error instanceof Error ? error.message : describe(error);
  const received = `an object that throws when it is read: ${text.slice(0, 200)}`;
  throw Object.assign(new ArgumentError({ where, argument, expected: 'be readable', received }), { cause: error });
}

/** Throws the ArgumentError for a value of the wrong type or outside its range. */
export function refuse(where: string, argument: string, expected: string, value: unknown, remedy?: string): never {
  throw new ArgumentError({
    where,
    argument,
    expected,
    received: describe(value),
    ...(remedy === undefined ? {} : { remedy }),
  });
}

/** Any class, including abstract classes and those with a private constructor. */
interface Class<T> {
  readonly name: string;
  readonly prototype: T;
}

/** Returns `value` if it is an instance of `of`. The error says so if it is an instance from another copy of bptt. */
export function requireInstance<T>(where: string, argument: string, value: unknown, of: Class<T>, expected: string): T {
  return reading(where, argument, () => {
    if (isAbove.call(of.prototype, value as object)) return value as T;
    const remedy = 'It belongs to another copy of bptt: load the package only once (npm ls bptt)';
    return refuse(where, argument, expected, value, resembles(value, of) ? remedy : undefined);
  });
}

/** Whether `value` is an array. A revoked proxy becomes an ArgumentError. */
export function isList(where: string, argument: string, value: unknown): value is readonly unknown[] {
  return reading(where, argument, () => isArray(value));
}

/**
 * Whether an object has a class of this name in its prototype chain, or all members of the class, because bundlers
 * change names.
 */
function resembles(value: unknown, { name, prototype }: Class<unknown>): boolean {
  if (typeof value !== 'object' || value === null) return false;
  for (let at: object | null = getPrototypeOf(value); at !== null; at = getPrototypeOf(at)) {
    if (at.constructor?.name === name) return true;
  }
  return getOwnPropertyNames(prototype).every((member) => member in value);
}

/** Returns `value` if it is an integer of at least `min` and at most `max`. */
export function requireInteger(
  where: string,
  argument: string,
  value: unknown,
  min = 1,
  max: number = MAX_SAFE_INTEGER,
): number {
  if (isSafeInteger(value) && (value as number) >= min && (value as number) <= max) return value as number;
  return refuse(
    where,
    argument,
    `be an integer ${max === MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`}`,
    value,
  );
}

/** Bounds of a number: each is inclusive unless its `open` flag is set. */
export interface NumberBounds {
  readonly min?: number;
  readonly max?: number;
  readonly minOpen?: boolean;
  readonly maxOpen?: boolean;
}

/** Describes a number within bounds, to be read after "must". */
export function expectedNumber({ min, max, minOpen, maxOpen }: NumberBounds): string {
  const low = min === undefined ? '' : ` ${minOpen ? 'above' : 'of at least'} ${min}`;
  const high = max === undefined ? '' : ` ${maxOpen ? 'below' : 'at most'} ${max}`;
  return `be a finite number${low}${low && high && ' and'}${high}`;
}

/** Returns `value` if it is a finite number within `bounds`. */
export function requireNumber(where: string, argument: string, value: unknown, bounds: NumberBounds = {}): number {
  const { min = NEGATIVE_INFINITY, max = POSITIVE_INFINITY, minOpen = false, maxOpen = false } = bounds;
  const v = value as number;
  if (isFiniteNumber(value) && (minOpen ? v > min : v >= min) && (maxOpen ? v < max : v <= max)) return v;
  return refuse(where, argument, expectedNumber(bounds), value);
}

/** Returns `value` if it is one of `choices`. The error lists them and suggests the nearest. */
export function requireOneOf<T extends string>(
  where: string,
  argument: string,
  value: unknown,
  choices: readonly T[],
): T {
  if ((choices as readonly unknown[]).includes(value)) return value as T;
  const listed = choices.slice(0, NAMED).map((choice) => JSON.stringify(choice));
  const more = choices.length > NAMED ? ', …' : '';
  return refuse(where, argument, `be one of ${listed.join(', ')}${more}`, value, didYouMean(value, choices));
}

/** Returns `value` if it is true or false. */
export function requireBoolean(where: string, argument: string, value: unknown): boolean {
  return typeof value === 'boolean' ? value : refuse(where, argument, 'be true or false', value);
}

/** Returns `value` if it is a function. */
export function requireFunction<T>(where: string, argument: string, value: unknown): T {
  return typeof value === 'function' ? (value as T) : refuse(where, argument, 'be a function', value);
}

/**
 * Returns a copy of `record` if it is an object whose keys are all `known`, so that misspelt keys throw. Each property
 * is read once, so callers use the values that were checked. For options, see `readOptions`.
 */
export function requireRecord<T extends object>(
  where: string,
  argument: string,
  record: T,
  known: readonly string[],
): T {
  return reading(where, argument, () => {
    if (typeof record !== 'object' || record === null || isArray(record))
      refuse(where, argument, 'be an object', record);
    for (const key of keys(record)) {
      if (!known.includes(key)) refuse(where, argument, `have only ${known.join(', ')}`, key, didYouMean(key, known));
    }
    const copy: Record<string, unknown> = {};
    for (const name of known) {
      const value = record[name as keyof T]; // read first: a proxy may deny a property and still return it
      if (value !== undefined || name in record) copy[name] = value;
    }
    return copy as T;
  });
}

/** Largest number of entries of a list. Engines cannot create longer copies. */
const LONGEST = 2 ** 26;

/**
 * Returns a copy of a list, which is read once. Holes of a sparse list become undefined, so that checks of entries see
 * them.
 */
export function requireEntries<T>(where: string, argument: string, value: readonly T[], expected: string): T[] {
  return reading(where, argument, () =>
    isArray(value) && value.length <= LONGEST ? Array.from(value) : refuse(where, argument, expected, value),
  );
}

/** Throws if a value is missing. */
export function requirePresent(where: string, argument: string, value: unknown, expected: string): void {
  if (value !== undefined) return;
  throw new ArgumentError({ where, argument, expected, received: 'undefined' });
}

/** Throws if a shape has no elements. */
export function requireElements(where: string, argument: string, shape: readonly number[]): void {
  if (!shape.includes(0)) return;
  const received = `[${shape.join(', ')}]`;
  throw new ShapeError({ where, argument, expected: 'have at least one row, step and feature', received });
}

/** Checks the number of time steps of a sequence. */
export function requireSteps(where: string, argument: string, T: number, least: number): void {
  if (T >= least) return;
  throw new ShapeError({
    where,
    argument,
    expected: `have at least ${least} time steps, as layers make fewer of them`,
    received: `${T}`,
  });
}

/**
 * Throws if a shape differs from `expected`. The error names the first axis that differs. A string in `expected`
 * matches any size.
 */
export function requireShape(
  where: string,
  argument: string,
  shape: readonly number[],
  expected: readonly (number | string)[],
): void {
  const detail = shapeDifference(shape, expected);
  if (detail === undefined) return;
  throw new ShapeError({
    where,
    argument,
    expected: `have shape [${expected.join(', ')}]`,
    received: `[${shape.join(', ')}] ${detail}`,
  });
}

/** The first axis in which a shape differs from `expected`, in words; undefined if none does. */
export function shapeDifference(shape: readonly number[], expected: readonly (number | string)[]): string | undefined {
  if (shape.length !== expected.length) return `(rank: expected ${expected.length}, got ${shape.length})`;
  const axis = expected.findIndex((size, i) => typeof size === 'number' && size !== shape[i]);
  return axis < 0 ? undefined : `(axis ${axis}: expected ${expected[axis]}, got ${shape[axis]})`;
}
