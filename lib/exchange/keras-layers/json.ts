// Reads JSON files that a caller gives as text, as bytes, or as the object in them.

import { reading, refuse } from '../../checks.ts';
import { FormatError } from '../../errors.ts';
import { decodeUtf8 } from '../../formats/utf8.ts';
import { typedArrayTag } from '../../tensor/storage.ts';
import { parseForeignJson } from '../foreign-json.ts';
import { requireBytes } from '../require-bytes.ts';
import type { Json } from './config.ts';

const EXPECTED = 'be the text or the bytes of a JSON file, or the object in it';

/** The most values of an object, which bound the time to read it. */
const MOST_VALUES = 1 << 17;

/** The text of an object, which is read once. */
function textOf(where: string, argument: string, given: object): string {
  let values = 0;
  const counted = (_key: string, value: unknown): unknown => {
    if (++values > MOST_VALUES) refuse(where, argument, `have at most ${MOST_VALUES} values`, given);
    return value;
  };
  const text = reading(where, argument, () => {
    if (typeof given !== 'object' || given === null || typedArrayTag(given) !== undefined) {
      return refuse(where, argument, EXPECTED, given);
    }
    try {
      return JSON.stringify(given, counted) as string | undefined;
    } catch (error) {
      if (error instanceof RangeError) return refuse(where, argument, 'have few levels', given); // the stack is full
      throw error;
    }
  });
  return text ?? refuse(where, argument, EXPECTED, given);
}

/** The value of a JSON file from a caller. An object is copied. */
export function readJsonOf(where: string, argument: string, given: string | Uint8Array | object): Json {
  const fail = (received: string): never => {
    throw new FormatError({ where, argument, expected: 'be JSON', received });
  };
  let text: string | undefined;
  if (typeof given === 'string') text = given;
  else if (typedArrayTag(given) === 'Uint8Array') {
    text = decodeUtf8(requireBytes(where, given as Uint8Array, argument)) ?? fail('bytes that are not UTF-8');
  } else text = textOf(where, argument, given);
  return parseForeignJson(text.replace(/^\ufeff/, ''), fail) as Json;
}
