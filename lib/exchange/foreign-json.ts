// JSON of other programs, whose numbers may be written in any form.

import { isOutOfMemory } from '../errors.ts';

const [QUOTE, BACKSLASH, COMMA] = ['"', '\\', ','].map((character) => character.charCodeAt(0)) as [
  number,
  number,
  number,
];
const [OPENING, CLOSING] = ['[{', ']}'].map((pair) => [...pair].map((character) => character.charCodeAt(0))) as [
  number[],
  number[],
];
/** They bound time, memory and the depth of recursions for any text. */
const [MOST_LEVELS, MOST_VALUES] = [64, 1 << 17];

/**
 * Parses a JSON text of a file, of at most 64 levels and 131,072 values. Its objects are those of JSON.parse: look up keys
 * with Object.hasOwn.
 *
 * @param fail - throws an error; its argument says what was received
 */
export function parseForeignJson(text: string, fail: (received: string) => never): unknown {
  let [level, values, inText] = [0, 0, false];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) inText = !inText;
    else if (inText) at += code === BACKSLASH ? 1 : 0;
    else if (OPENING.includes(code)) {
      values++;
      if (++level > MOST_LEVELS) fail(`more than ${MOST_LEVELS} levels`);
    } else if (CLOSING.includes(code)) level--;
    else if (code === COMMA && ++values > MOST_VALUES) fail(`more than ${MOST_VALUES} values`);
  }
  if (values > MOST_VALUES) fail(`more than ${MOST_VALUES} values`);
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (isOutOfMemory(error)) throw error;
    return fail('text that is no JSON');
  }
}
