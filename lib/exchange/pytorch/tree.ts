// Picks a state dict in what a .pt file holds.

import { describe } from '../../describe.ts';
import { FormatError } from '../../errors.ts';
import type { ForeignArray, ForeignArrays } from '../foreign-array.ts';
import { listed } from '../taker.ts';

/** What `readPt` returns. */
export interface PtContent {
  /** The tensors of the dictionary by name, in its order. Tensors that share a storage in PyTorch share memory. */
  readonly arrays: ForeignArrays;
  /**
   * What else is in the dictionary, by name: numbers, strings, booleans, null; Maps and lists of them and of arrays.
   * Integers beyond 2⁵³ are bigints.
   */
  readonly others: ReadonlyMap<string, unknown>;
}

type Dictionary = ReadonlyMap<string | number, unknown>;

/** Whether a value of a pickle is a tensor: no other one is an object with a dtype. */
export function isTensor(value: unknown): value is ForeignArray {
  return typeof value === 'object' && value !== null && 'dtype' in value;
}

/** A dictionary, or a list or a single tensor as one. */
function dictionaryOf(value: unknown): Dictionary | undefined {
  if (value instanceof Map) return value as Dictionary;
  if (Array.isArray(value)) return new Map(value.entries());
  return isTensor(value) ? new Map([['', value]]) : undefined;
}

const keysOf = (dictionary: Dictionary): string[] => [...dictionary.keys()].map(String);

function tensorsIn(value: unknown): number {
  const dictionary = value instanceof Map ? (value as Dictionary) : new Map<string, unknown>();
  return [...dictionary.values()].filter(isTensor).length;
}

/** Ways to the dictionaries of tensors: down to two levels. */
function waysFrom(dictionary: Dictionary): string[] {
  const inside = (at: Dictionary, path: readonly string[]): string[] =>
    [...at].flatMap(([key, value]) => {
      if (!(value instanceof Map)) return [];
      const way = [...path, String(key)];
      const count = tensorsIn(value);
      const text = way.length === 1 ? JSON.stringify(way[0]) : JSON.stringify(way);
      const here = count > 0 ? [`{ at: ${text.replaceAll('"', "'")} } (${count} tensors)`] : [];
      return path.length === 0 ? [...here, ...inside(value as Dictionary, way)] : here;
    });
  return inside(dictionary, []);
}

/** The tensors and the other values at a path. Without a path, there have to be tensors. */
export function contentAt(where: string, root: unknown, path: readonly string[] | undefined): PtContent {
  let value = root;
  for (const key of path ?? []) {
    const dictionary = value instanceof Map ? (value as Dictionary) : undefined;
    const found = dictionary === undefined ? undefined : [...dictionary].find(([name]) => String(name) === key);
    if (found === undefined) {
      const received = dictionary === undefined ? describe(value) : `a dictionary of ${listed(keysOf(dictionary))}`;
      throw new FormatError({ where, argument: 'bytes', expected: `contain ${describe(key)} of "at"`, received });
    }
    value = found[1];
  }
  const dictionary = dictionaryOf(value);
  if (dictionary === undefined) {
    const expected = 'hold a dictionary of tensors';
    throw new FormatError({ where, argument: 'bytes', expected, received: describe(value) });
  }
  const named = [...dictionary].map(([key, each]) => [String(key), each] as const);
  const arrays = named.filter((entry): entry is [string, ForeignArray] => isTensor(entry[1]));
  if (path === undefined && arrays.length === 0) refuseWithoutTensors(where, dictionary);
  return { arrays: new Map(arrays), others: new Map(named.filter(([, each]) => !isTensor(each))) };
}

function refuseWithoutTensors(where: string, dictionary: Dictionary): never {
  const ways = waysFrom(dictionary);
  throw new FormatError({
    where,
    argument: 'bytes',
    expected: 'hold a state dict, or "at" say where it is in a checkpoint',
    received: dictionary.size === 0 ? 'an empty dictionary' : `a dictionary of ${listed(keysOf(dictionary))}`,
    ...(ways.length > 0 && { remedy: `Pick one: ${ways.slice(0, 8).join(', ')}` }),
  });
}
