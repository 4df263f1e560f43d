import { ArgumentError, BpttError, isOutOfMemory, ShapeError } from './errors.ts';

// Each of these looked up anew costs many times the check itself where globals are slow (see CONTRIBUTING.md).
const { isArray } = Array;
const { isView } = ArrayBuffer;
const { isFinite: isFiniteNumber, isSafeInteger, MAX_SAFE_INTEGER, NEGATIVE_INFINITY, POSITIVE_INFINITY } = Number;
const { getPrototypeOf, getOwnPropertyNames, is, keys } = Object;
const { isPrototypeOf: isAbove } = Object.prototype;

/** Longest list spelled out in a message; longer ones are cut, so that a message stays readable. */
const LISTED = 8;

/** Most names spelled out in a message. */
const NAMED = 24;

/** Levels of nested lists spelled out; deeper ones, and lists that hold themselves, are cut. */
const LEVELS = 2;

/** A value as an error message shows it: short, on one line, never throwing. */
export function describe(value: unknown): string {
  try {
    return describeWithin(value, LEVELS);
  } catch (error) {
    return `an object that throws ${isOutOfMemory(error) ? 'a RangeError' : 'an error'} when it is read`; // a revoked proxy, a getter
  }
}

/** What `read` returns; whatever an object of the caller's throws meanwhile becomes the refusal of the argument. */
export function reading<T>(where: string, argument: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    return refuseUnreadable(where, argument, error);
  }
}

/** The refusal of an argument that threw `error` when it was read; refusals and a lack of memory stay what they are. */
export function refuseUnreadable(where: string, argument: string, error: unknown): never {
  if (error instanceof BpttError || isOutOfMemory(error)) throw error;
  const text = error instanceof Error ? error.message : describe(error);
  const received = `an object that throws when it is read: ${text.slice(0, 200)}`;
  throw Object.assign(new ArgumentError({ where, argument, expected: 'be readable', received }), { cause: error });
}

function describeWithin(value: unknown, levels: number): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'number' || typeof value === 'boolean' || value === null || value === undefined)
    return is(value, -0) ? '-0' : String(value);
  if (typeof value === 'symbol') return 'a symbol';
  if (isArray(value)) {
    if (levels === 0) return '[…]';
    const listed = Array.from(value.slice(0, LISTED), (entry) => describeWithin(entry, levels - 1));
    return `[${listed.join(', ')}${value.length > LISTED ? ', …' : ''}]`;
  }
  if (isView(value))
    return `${tagOf(value)} of ${(value as unknown as { length?: number }).length ?? value.byteLength} elements`;
  const name: unknown = (value as object).constructor?.name; // of a class, or whatever a parsed file has there
  return `an object (${typeof name === 'string' && /^[\w$]{1,60}$/.test(name) ? name : 'Object'})`;
}

function tagOf(value: object): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}

/** `expected` where `value` came, when a type or a range is wrong. */
export function refuse(where: string, argument: string, expected: string, value: unknown, remedy?: string): never {
  throw new ArgumentError({
    where,
    argument,
    expected,
    received: describe(value),
    ...(remedy === undefined ? {} : { remedy }),
  });
}

/**
 * The known name that `value` was probably meant to be, as a question: the one with the smallest edit distance, upper and
 * lower case aside, where at most a third of its letters differ.
 */
export function didYouMean(value: unknown, known: readonly string[]): string | undefined {
  if (typeof value !== 'string') return undefined;
  const given = value.toLowerCase();
  let nearest: string | undefined;
  let least = Infinity;
  for (const name of known) {
    const most = name.length / 3;
    if (Math.abs(name.length - given.length) > most) continue;
    const distance = editDistance(given, name.toLowerCase());
    if (distance <= most && distance < least) [nearest, least] = [name, distance];
  }
  return nearest && `Did you mean ${nearest}?`;
}

/** Letters to insert, delete or replace, to turn one word into the other (Levenshtein 1966). */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const above = row;
    row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = above[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(replaced, above[j]! + 1, row[j - 1]! + 1));
    }
  }
  return row[b.length]!;
}

/** A class, abstract or with a private constructor or not. */
interface Class<T> {
  readonly name: string;
  readonly prototype: T;
}

/** Returns `value` when it is an instance of `of`; says so when it is one of the same class in another copy of bptt. */
export function requireInstance<T>(where: string, argument: string, value: unknown, of: Class<T>, expected: string): T {
  return reading(where, argument, () => {
    if (isAbove.call(of.prototype, value as object)) return value as T;
    const remedy = 'It comes from another copy of bptt: load the package once only (npm ls bptt)';
    return refuse(where, argument, expected, value, resembles(value, of) ? remedy : undefined);
  });
}

/** Whether an object has a class of that name above it, or all its members: bundlers change names. */
function resembles(value: unknown, { name, prototype }: Class<unknown>): boolean {
  if (typeof value !== 'object' || value === null) return false;
  for (let at: object | null = getPrototypeOf(value); at !== null; at = getPrototypeOf(at)) {
    if (at.constructor?.name === name) return true;
  }
  return getOwnPropertyNames(prototype).every((member) => member in value);
}

/** Returns `value` when it is an integer of at least `min` (and at most `max`). */
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

/** Bounds of a number: each is inclusive unless its `open` flag says otherwise. */
export interface NumberBounds {
  readonly min?: number;
  readonly max?: number;
  readonly minOpen?: boolean;
  readonly maxOpen?: boolean;
}

/** What is expected of a number within bounds, to be read after "must". */
export function expectedNumber({ min, max, minOpen, maxOpen }: NumberBounds): string {
  const low = min === undefined ? '' : ` ${minOpen ? 'above' : 'of at least'} ${min}`;
  const high = max === undefined ? '' : ` ${maxOpen ? 'below' : 'at most'} ${max}`;
  return `be a finite number${low}${low && high && ' and'}${high}`;
}

/** Returns `value` when it is a finite number within `bounds`. */
export function requireNumber(where: string, argument: string, value: unknown, bounds: NumberBounds = {}): number {
  const { min = NEGATIVE_INFINITY, max = POSITIVE_INFINITY, minOpen = false, maxOpen = false } = bounds;
  const v = value as number;
  if (isFiniteNumber(value) && (minOpen ? v > min : v >= min) && (maxOpen ? v < max : v <= max)) return v;
  return refuse(where, argument, expectedNumber(bounds), value);
}

/** Returns `value` when it is one of `choices`; the message lists them and names the nearest. */
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

/** Returns `value` when it is true or false. */
export function requireBoolean(where: string, argument: string, value: unknown): boolean {
  return typeof value === 'boolean' ? value : refuse(where, argument, 'be true or false', value);
}

/** Returns `value` when it is a function. */
export function requireFunction<T>(where: string, argument: string, value: unknown): T {
  return typeof value === 'function' ? (value as T) : refuse(where, argument, 'be a function', value);
}

/**
 * A copy of `options` when it is an object that holds no key but `known`: a misspelt option is refused rather than ignored.
 * Each option is read once, so that what was checked is what is used.
 */
export function requireOptions<T extends object>(
  where: string,
  options: T,
  known: readonly string[],
  argument = 'options',
): T {
  return reading(where, argument, () => {
    if (typeof options !== 'object' || options === null || isArray(options))
      refuse(where, argument, 'be an object', options);
    for (const key of keys(options)) {
      if (!known.includes(key)) refuse(where, argument, `hold only ${known.join(', ')}`, key, didYouMean(key, known));
    }
    const copy: Record<string, unknown> = {};
    for (const name of known) {
      const value = options[name as keyof T]; // read first: a proxy may deny a property that it then gives
      if (value !== undefined || name in options) copy[name] = value;
    }
    return copy as T;
  });
}

/** Entries of a list at most: an engine holds no longer copies. */
const LONGEST = 2 ** 26;

/** A copy of a list, read once; what a sparse one lacks is undefined there, so that a check of each entry sees it. */
export function requireEntries<T>(where: string, argument: string, value: readonly T[], expected: string): T[] {
  return reading(where, argument, () =>
    isArray(value) && value.length <= LONGEST ? Array.from(value) : refuse(where, argument, expected, value),
  );
}

/** Refuses what is missing. */
export function requirePresent(where: string, argument: string, value: unknown, expected: string): void {
  if (value !== undefined) return;
  throw new ArgumentError({ where, argument, expected, received: 'nothing: it is missing' });
}

/** Refuses a shape without elements. */
export function requireElements(where: string, argument: string, shape: readonly number[]): void {
  if (!shape.includes(0)) return;
  const received = `[${shape.join(', ')}]`;
  throw new ShapeError({ where, argument, expected: 'have at least one row, step and feature', received });
}

/** Refuses a shape, pointing at the first axis that differs; a string axis in `expected` stands for any size. */
export function requireShape(
  where: string,
  argument: string,
  shape: readonly number[],
  expected: readonly (number | string)[],
): void {
  const axis =
    shape.length === expected.length
      ? expected.findIndex((size, i) => typeof size === 'number' && size !== shape[i])
      : -2;
  if (axis === -1) return;
  const detail =
    axis === -2
      ? `(rank: expected ${expected.length}, got ${shape.length})`
      : `(axis ${axis}: expected ${expected[axis]}, got ${shape[axis]})`;
  throw new ShapeError({
    where,
    argument,
    expected: `have shape [${expected.join(', ')}]`,
    received: `[${shape.join(', ')}] ${detail}`,
  });
}
