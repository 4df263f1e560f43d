// Takes arrays of a file by name, and checks that a model has a use for each.

import { shapeDifference } from '../checks.ts';
import { describe, didYouMean } from '../describe.ts';
import { FormatError } from '../errors.ts';
import type { DType, FloatArray } from '../tensor/storage.ts';
import { exactFloats } from './exact-floats.ts';
import type { ForeignArray, ForeignArrays } from './foreign-array.ts';

/** The most names in an error message. */
const LISTED = 12;

const ROUNDING = "Build the model with dtype: 'float64' if that holds them, or round them with toFloat32(arrays)";

/** A name from a file in a message: short, on one line, without quotes. */
export function shortName(name: string): string {
  return describe(name).slice(1, -1);
}

/**
 * The arrays of a file, to be taken by name. Each error is a FormatError that names the array. After all were taken,
 * `finish` refuses those that nothing used, so that no array is left out silently.
 */
export class Taker {
  readonly #where: string;
  readonly #arrays: ForeignArrays;
  readonly #used = new Set<string>();
  readonly #rounding: string;

  /**
   * @param where - public function, as in error messages
   * @param rounding - what callers can do about numbers that the type of the model does not hold
   */
  constructor(where: string, arrays: ForeignArrays, rounding: string = ROUNDING) {
    this.#where = where;
    this.#arrays = arrays;
    this.#rounding = rounding;
  }

  /** Whether the file has an array of this name. */
  has(name: string): boolean {
    return this.#arrays.has(name);
  }

  /** An array as it is in the file, which then counts as used; undefined if there is none. */
  peek(name: string): ForeignArray | undefined {
    if (this.#arrays.has(name)) this.#used.add(name);
    return this.#arrays.get(name);
  }

  /**
   * A copy of the elements of an array, in the element type of the model.
   *
   * @throws FormatError for a missing array, another shape, a value that the type does not hold or that is not finite
   */
  take(name: string, shape: readonly number[], dtype: DType): FloatArray {
    const array = this.peek(name);
    if (array === undefined) return this.#fail('contain this array', 'none of this name', name, this.#similar(name));
    const difference = shapeDifference(array.shape, shape);
    if (difference !== undefined) {
      const received = `[${array.shape.slice(0, LISTED).join(', ')}] ${difference}`;
      this.#fail(`have shape [${shape.join(', ')}]`, received, name);
    }
    return this.#exactly(name, array, dtype);
  }

  /** The same; undefined if the file has no array of this name. */
  optional(name: string, shape: readonly number[], dtype: DType): FloatArray | undefined {
    return this.has(name) ? this.take(name, shape, dtype) : undefined;
  }

  /** Counts an array of this name, and those within this path, as used; returns whether there are any. */
  ignore(path: string): boolean {
    const found = [...this.#arrays.keys()].filter((name) => name === path || name.startsWith(`${path}.`));
    for (const name of found) this.#used.add(name);
    return found.length > 0;
  }

  /**
   * Refuses arrays that were not taken.
   *
   * @param remedy - what users can do about them
   */
  finish(remedy?: string): void {
    const left = [...this.#arrays.keys()].filter((name) => !this.#used.has(name));
    if (left.length === 0) return;
    const expected = 'contain only arrays that the model has a use for';
    throw new FormatError({
      where: this.#where,
      argument: 'arrays',
      expected,
      received: listed(left),
      ...withRemedy(remedy),
    });
  }

  /** Converts elements to the type of the model; refuses those that would change, or that are not finite. */
  #exactly(name: string, array: ForeignArray, dtype: DType): FloatArray {
    const copy = exactFloats(array, dtype, this.#where, (expected, received) => {
      return this.#fail(expected, received, name, this.#rounding);
    });
    const bad = copy.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) this.#fail('hold finite numbers', `${copy[bad]} at element ${bad}`, name);
    return copy;
  }

  /** Names in the file that a caller may have meant. */
  #similar(name: string): string {
    const names = [...this.#arrays.keys()];
    if (names.length <= LISTED) return `The file has ${names.length === 0 ? 'no arrays' : listed(names)}`;
    const last = lastPart(name);
    const alike = names.filter((other) => lastPart(other) === last);
    const found = alike.length > 0 ? alike : [...names];
    const question = didYouMean(name, names);
    const shown = `${alike.length > 0 ? 'Similar names in the file' : `The file has ${names.length} arrays`}: ${listed(found)}`;
    return question === undefined ? shown : `${question} ${shown}`;
  }

  #fail(expected: string, received: string, name: string, remedy?: string): never {
    throw new FormatError({ where: this.#where, argument: shortName(name), expected, received, ...withRemedy(remedy) });
  }
}

function withRemedy(remedy: string | undefined): { readonly remedy?: string } {
  return remedy === undefined ? {} : { remedy };
}

/** What follows the last dot or slash. */
function lastPart(name: string): string {
  return name.slice(Math.max(name.lastIndexOf('.'), name.lastIndexOf('/')) + 1);
}

/** Up to 12 names from a file, for a message. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, LISTED).map(shortName).join(', ');
  return names.length > LISTED ? `${shown}, … (${names.length} in all)` : shown;
}
