// A vocabulary: tokens of a text and their class numbers.

import { reading, refuse, requireEntries, requireInteger, requireRecord } from '../checks.ts';
import { ShapeError } from '../errors.ts';
import { integer, optional, readOptions, type Schema, type Settings } from '../options.ts';
import { readNumbers } from '../tensor/create.ts';
import type { NdArrayLike } from '../tensor/ndarray-like.ts';

/** Options of a vocabulary. */
export interface VocabularyOptions {
  /** What separates tokens in a text; default `''`: each character (code point) is a token. `' '` for words. */
  readonly separator?: string;
  /** The token that stands for all others; default none: a token that is not in the vocabulary is refused. */
  readonly unknown?: string;
}

/** Options of `Vocabulary.fromText`. */
export interface VocabularyFromTextOptions extends VocabularyOptions {
  /** Tokens that come first, such as one for padding; default none. */
  readonly first?: readonly string[];
  /** Least number of occurrences of a token, at least 1; default 1. */
  readonly minCount?: number;
  /** Largest number of tokens, with those that come first; default no limit. */
  readonly limit?: number;
}

const OPTIONS: Schema<VocabularyOptions, 'unknown'> = {
  separator: optional(requireString, ''),
  unknown: optional(requireString),
};

const FROM_TEXT: Schema<VocabularyFromTextOptions, 'unknown' | 'limit'> = {
  ...OPTIONS,
  first: optional(requireStrings, []),
  minCount: optional(integer(), 1),
  limit: optional(integer()),
};

/**
 * Tokens, characters or words, and their class numbers: token k has the number k.
 *
 * It travels with a model: `model.metadata = { vocabulary }` before `toBytes`, and the class in `classes` of `fromBytes`.
 *
 * @example
 * ```ts
 * const vocabulary = Vocabulary.fromText('banana', { unknown: '?' });
 * vocabulary.tokens;         // ['?', 'a', 'n', 'b']: by number of occurrences
 * vocabulary.encode('nabx'); // [2, 1, 3, 0]
 * vocabulary.decode([3, 1]); // 'ba'
 * vocabulary.decode(argMax([[0, 0, 0, 1], [0, 1, 0, 0]])); // 'ba'
 * ```
 */
export class Vocabulary {
  /** Name in saved files. */
  static readonly kind = 'Vocabulary';
  /** Name in saved files. */
  readonly kind = 'Vocabulary';
  /** The tokens, in the order of their class numbers. */
  readonly tokens: readonly string[];
  /** What separates tokens in a text. */
  readonly separator: string;
  /** The token that stands for all others. */
  readonly unknown: string | undefined;
  readonly #numbers: ReadonlyMap<string, number>;

  /**
   * @param tokens - at least one, each once
   * @param options - see VocabularyOptions; `unknown` is one of the tokens
   * @throws ArgumentError
   */
  constructor(tokens: readonly string[], options: VocabularyOptions = {}) {
    const where = 'Vocabulary';
    const { separator, unknown } = readOptions(where, options, OPTIONS);
    this.tokens = requireStrings(where, 'tokens', tokens);
    this.#numbers = new Map(this.tokens.map((token, k) => [token, k]));
    if (this.tokens.length === 0) refuse(where, 'tokens', 'be at least one token', tokens);
    if (this.#numbers.size < this.tokens.length) {
      const twice = this.tokens.find((token, k) => this.#numbers.get(token) !== k);
      refuse(where, 'tokens', 'hold each token once', twice);
    }
    if (unknown !== undefined && !this.#numbers.has(unknown)) refuse(where, 'unknown', 'be one of the tokens', unknown);
    this.separator = separator;
    this.unknown = unknown;
  }

  /**
   * Makes the vocabulary of a text. Its order: the tokens of `first`, then `unknown`, then the tokens of the text, the most
   * frequent first; of equally frequent ones, the lower code units first. `limit` cuts off the last.
   *
   * @param text - a text, or a list of tokens
   * @param options - see VocabularyFromTextOptions
   * @throws ArgumentError
   */
  static fromText(text: string | readonly string[], options: VocabularyFromTextOptions = {}): Vocabulary {
    const where = 'Vocabulary.fromText';
    const settings = readOptions(where, options, FROM_TEXT);
    const { separator, unknown, limit } = settings;
    const tokens = orderOf(tokensOf(where, text, separator), settings);
    if (tokens.length === 0) refuse(where, 'text', 'have a token that occurs often enough', text);
    const least = settings.first.length + (unknown === undefined ? 0 : 1);
    if (limit !== undefined && limit < least)
      refuse(where, 'limit', `be at least ${least}, for the first tokens`, limit);
    return new Vocabulary(tokens.slice(0, limit), { separator, ...(unknown !== undefined && { unknown }) });
  }

  /** Number of tokens. */
  get size(): number {
    return this.tokens.length;
  }

  /**
   * The class numbers of a text.
   *
   * @param text - a text, or a list of tokens
   * @throws ArgumentError for a token that is not in the vocabulary, unless it has `unknown`
   */
  encode(text: string | readonly string[]): number[] {
    const where = 'Vocabulary.encode';
    const other = this.unknown === undefined ? undefined : this.#numbers.get(this.unknown);
    return tokensOf(where, text, this.separator).map((token) => {
      const number = this.#numbers.get(token) ?? other;
      return number ?? refuse(where, 'text', 'have only tokens of the vocabulary', token, 'Give it the option unknown');
    });
  }

  /**
   * The text of class numbers: their tokens, joined by the separator.
   *
   * @param classes - class numbers: a list or typed array, or a tensor or ndarray [T], as `argMax` returns. A single number
   *   [] is one token
   * @throws ArgumentError, ShapeError
   */
  decode(classes: ArrayLike<number> | NdArrayLike): string {
    const where = 'Vocabulary.decode';
    const last = this.size - 1;
    return requireEntries(where, 'classes', numbersIn(where, classes), 'be a list of class numbers')
      .map((each, k) => this.tokens[requireInteger(where, `classes[${k}]`, each, 0, last)])
      .join(this.separator);
  }

  /** Tokens and options, for files. */
  toJSON(): object {
    const { kind, tokens, separator, unknown } = this;
    return { kind, tokens, separator, ...(unknown !== undefined && { unknown }) };
  }

  /**
   * Makes a vocabulary of what `toJSON` returned.
   *
   * @throws ArgumentError
   */
  static fromJSON(json: object): Vocabulary {
    const known = ['kind', 'tokens', 'separator', 'unknown'];
    const given = requireRecord('Vocabulary.fromJSON', 'json', json, known) as Readonly<Record<string, never>>;
    const { tokens, kind: _, ...options } = given;
    return new Vocabulary(tokens!, options);
  }
}

/** The numbers of a list, or of an array of rank 0 or 1. */
function numbersIn(where: string, classes: ArrayLike<number> | NdArrayLike): number[] {
  const argument = 'classes';
  return reading(where, argument, () => {
    if (typeof classes !== 'object' || classes === null || !('shape' in classes)) {
      return ArrayBuffer.isView(classes) ? Array.from(classes as ArrayLike<number>) : (classes as number[]);
    }
    const { data, shape } = readNumbers(where, argument, classes, 'float64');
    if (shape.length < 2) return Array.from(data);
    const remedy = 'Decode each row: unstack(classes).map((row) => vocabulary.decode(row))';
    const received = `[${shape.join(', ')}]`;
    throw new ShapeError({ where, argument, expected: 'have shape [T]', received, remedy });
  });
}

function requireString(where: string, argument: string, value: unknown): string {
  return typeof value === 'string' ? value : refuse(where, argument, 'be a string', value);
}

function requireStrings(where: string, argument: string, value: unknown): readonly string[] {
  const list = requireEntries<unknown>(where, argument, value as unknown[], 'be a list of strings');
  return list.map((each, k) => requireString(where, `${argument}[${k}]`, each));
}

function tokensOf(where: string, text: unknown, separator: string): readonly string[] {
  if (typeof text !== 'string') return requireStrings(where, 'text', text);
  if (separator === '') return Array.from(text); // code points
  return text.split(separator).filter((token) => token !== '');
}

type FromText = Settings<VocabularyFromTextOptions, 'unknown' | 'limit'>;

function orderOf(tokens: readonly string[], { first, unknown, minCount }: FromText): string[] {
  const counts = new Map<string, number>();
  for (const token of tokens) counts.set(token, (counts.get(token) ?? 0) + 1);
  const begin = new Set([...first, ...(unknown === undefined ? [] : [unknown])]);
  const rest = [...counts].filter(([token, count]) => count >= minCount && !begin.has(token));
  rest.sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  return [...begin, ...rest.map(([token]) => token)];
}
