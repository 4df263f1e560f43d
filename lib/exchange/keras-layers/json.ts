// Reads JSON of files, whose size and depth are limited before it is parsed.

import { reading, refuse } from '../../checks.ts';
import { describe } from '../../describe.ts';
import { FormatError, isOutOfMemory } from '../../errors.ts';
import { decodeUtf8 } from '../../formats/utf8.ts';
import { typedArrayTag } from '../../tensor/storage.ts';
import { requireBytes } from '../require-bytes.ts';
import type { Json } from './config.ts';

/** Limits of nesting and of the number of values. They bound time and memory for any input. */
const [DEPTH_LIMIT, VALUE_LIMIT] = [32, 1 << 17];
const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/** Throws for a text with more values or levels than a model has. */
function requireBounds(text: string, fail: (received: string) => never): void {
  let [depth, values, quoted] = [0, 1, false];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) quoted = !quoted;
    else if (quoted) at += code === BACKSLASH ? 1 : 0;
    else if (code === COMMA || code === COLON) values++;
    else if (code === OPEN_LIST || code === OPEN_OBJECT) {
      values++;
      if (++depth > DEPTH_LIMIT) fail(`more than ${DEPTH_LIMIT} levels`);
    } else if (code === CLOSE_LIST || code === CLOSE_OBJECT) depth--;
    if (values > VALUE_LIMIT) fail(`more than ${VALUE_LIMIT} values`);
  }
}

/** The value of a text. */
function parseJson(where: string, argument: string, text: string): Json {
  const fail = (received: string): never => {
    throw new FormatError({ where, argument, expected: 'be JSON', received });
  };
  requireBounds(text, fail);
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    if (isOutOfMemory(error)) throw error;
    return fail(`a text that is none: ${describe(text)}`);
  }
}

/** The value of a JSON file from a caller: its text, its bytes, or the object that was parsed, which is copied. */
export function readJsonOf(where: string, argument: string, given: string | Uint8Array | object): Json {
  const expected = 'be the text or the bytes of a JSON file, or the object in it';
  if (typeof given === 'string') return parseJson(where, argument, given);
  if (typedArrayTag(given) === 'Uint8Array') {
    const text = decodeUtf8(requireBytes(where, given as Uint8Array, argument));
    if (text !== undefined) return parseJson(where, argument, text.replace(/^\ufeff/, ''));
    throw new FormatError({ where, argument, expected: 'be JSON in UTF-8', received: 'other bytes' });
  }
  const text = reading(where, argument, () => {
    if (typeof given !== 'object' || given === null || typedArrayTag(given) !== undefined) {
      return refuse(where, argument, expected, given);
    }
    return JSON.stringify(given) as string | undefined;
  });
  return text === undefined ? refuse(where, argument, expected, given) : parseJson(where, argument, text);
}
