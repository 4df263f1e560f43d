// A strict JSON reader for untrusted files.

import { describe } from '../describe.ts';
import { decodeUtf8 } from './utf8.ts';

/** A JSON value; objects have no prototype. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  readonly [key: string]: Json;
}

/** Limits of nesting and of the number of values. They bound time and memory for any input. */
const DEPTH_LIMIT = 16;
const VALUE_LIMIT = 1 << 13;
/** Digits of the largest safe integer. */
const DIGITS = 16;

const WORDS: readonly (readonly [string, Json])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
];

const [SPACE, QUOTE, MINUS, ZERO, NINE, BACKSLASH, LETTER_U] = [0x20, 0x22, 0x2d, 0x30, 0x39, 0x5c, 0x75];
/** Characters of numbers: digits + - . e. */
const NUMERAL: readonly number[] = [...'0123456789+-.e'].map((character) => character.charCodeAt(0));
/** Characters of the longest number, -1.7976931348623157e+308. */
const LONGEST_NUMBER = 24;
/** Characters that may follow a backslash, except u: " \\ / b f n r t. */
const ESCAPES: readonly number[] = [QUOTE, BACKSLASH, 0x2f, 0x62, 0x66, 0x6e, 0x72, 0x74];

/**
 * Reads JSON in UTF-8 from an untrusted file. It is stricter than JSON.parse: keys of an object must be unique and not
 * `__proto__`, numbers must be safe integers, and there may be at most 16 levels and 8,192 values.
 *
 * @param bytes - exactly one value
 * @param fail - throws an error; its argument describes the invalid content
 * @param fractions - whether numbers may be any finite ones, as JSON.stringify writes them; default false
 * @param values - largest number of values; default 8,192
 */
export function readJson(
  bytes: Uint8Array,
  fail: (received: string) => never,
  fractions = false,
  values: number = VALUE_LIMIT,
): Json {
  const reader = new JsonReader(bytes, fail, fractions, values);
  const value = reader.value(0);
  reader.end();
  return value;
}

/** Whether a value is an object. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

class JsonReader {
  readonly #bytes: Uint8Array;
  readonly #fail: (received: string) => never;
  readonly #fractions: boolean;
  readonly #limit: number;
  #at = 0;
  #values = 0;

  constructor(bytes: Uint8Array, fail: (received: string) => never, fractions: boolean, limit: number) {
    this.#limit = limit;
    this.#bytes = bytes;
    this.#fail = fail;
    this.#fractions = fractions;
  }

  /** Reads the value at the current position, at nesting level `depth`. */
  value(depth: number): Json {
    if (depth > DEPTH_LIMIT) this.#fail(`more than ${DEPTH_LIMIT} levels`);
    if (++this.#values > this.#limit) this.#fail(`more than ${this.#limit} values`);
    const byte = this.#next();
    if (byte === QUOTE) return this.#string();
    if (this.#take('{')) return this.#object(depth);
    if (this.#take('[')) return this.#list(depth);
    if (byte === MINUS || isDigit(byte)) return this.#fractions ? this.#number() : this.#integer();
    const word = WORDS.find(([name]) => this.#text(this.#at, name.length) === name) ?? this.#unexpected();
    this.#at += word[0].length;
    return word[1];
  }

  /** Throws if content follows the value. */
  end(): void {
    if (this.#next() !== undefined) this.#unexpected();
  }

  #object(depth: number): JsonObject {
    const object: Record<string, Json> = Object.create(null);
    if (this.#take('}')) return object;
    do {
      if (this.#next() !== QUOTE) this.#unexpected();
      const key = this.#string();
      if (key in object || key === '__proto__') this.#fail(`the key ${describe(key)}${key in object ? ' twice' : ''}`);
      if (!this.#take(':')) this.#unexpected();
      object[key] = this.value(depth + 1);
    } while (this.#take(','));
    return this.#take('}') ? object : this.#unexpected();
  }

  #list(depth: number): Json[] {
    const list: Json[] = [];
    if (this.#take(']')) return list;
    do list.push(this.value(depth + 1));
    while (this.#take(','));
    return this.#take(']') ? list : this.#unexpected();
  }

  #integer(): number {
    const [bytes, start] = [this.#bytes, this.#at];
    if (bytes[start] === MINUS) this.#at++;
    const first = this.#at;
    while (isDigit(bytes[this.#at])) this.#at++;
    const digits = this.#at - first;
    const text = this.#text(start, Math.min(this.#at - start, DIGITS + 1));
    const value = digits > DIGITS ? Number.NaN : Number(text);
    const leading = digits > 1 && bytes[first] === ZERO;
    if (digits > 0 && !leading && !Object.is(value, -0) && Number.isSafeInteger(value)) return value;
    return this.#fail(`${text} at byte ${start}, which is not a safe integer`);
  }

  #number(): number {
    const start = this.#at;
    while (NUMERAL.includes(this.#bytes[this.#at]!)) this.#at++;
    const text = this.#text(start, Math.min(this.#at - start, LONGEST_NUMBER + 1));
    const value = Number(text);
    if (Number.isFinite(value) && String(value) === text) return value;
    return this.#fail(`${text} at byte ${start}, which is not a number as JSON.stringify writes it`);
  }

  /**
   * Reads the string whose opening quote is at the current position. Checks its escapes, so that JSON.parse can decode
   * them.
   */
  #string(): string {
    const bytes = this.#bytes;
    const start = this.#at;
    let escaped = false;
    let at = start + 1;
    for (let byte = bytes[at]; byte !== QUOTE; byte = bytes[++at]) {
      if (byte === BACKSLASH) {
        escaped = true;
        at = this.#escape(at + 1);
      } else if (byte === undefined || byte < SPACE) {
        this.#at = at;
        this.#unexpected();
      }
    }
    this.#at = at + 1;
    return escaped
      ? (JSON.parse(this.#text(start, at + 1 - start)) as string)
      : this.#text(start + 1, at - (start + 1));
  }

  /** Returns the position of the last byte of the escape whose backslash is before `at`. */
  #escape(at: number): number {
    const bytes = this.#bytes;
    if (ESCAPES.includes(bytes[at]!)) return at;
    this.#at = at;
    if (bytes[at] !== LETTER_U) this.#unexpected();
    while (this.#at < at + 4) if (!isHexDigit(bytes[++this.#at])) this.#unexpected();
    return this.#at;
  }

  #text(start: number, length: number): string {
    return decodeUtf8(this.#bytes.subarray(start, start + length)) ?? this.#fail('bytes that are not UTF-8');
  }

  /** Skips white space and returns the next byte; undefined at the end. */
  #next(): number | undefined {
    const bytes = this.#bytes;
    let at = this.#at;
    while (bytes[at] === SPACE || bytes[at] === 0x0a || bytes[at] === 0x0d || bytes[at] === 0x09) at++;
    this.#at = at;
    return bytes[at];
  }

  #take(character: string): boolean {
    const found = this.#next() === character.charCodeAt(0);
    if (found) this.#at++;
    return found;
  }

  #unexpected(): never {
    const byte = this.#bytes[this.#at];
    return this.#fail(
      byte === undefined ? 'an unexpected end' : `${describe(String.fromCharCode(byte))} at byte ${this.#at}`,
    );
  }
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= NINE;
}

function isHexDigit(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  const lower = byte | 0x20;
  return isDigit(byte) || (lower >= 0x61 && lower <= 0x66);
}
