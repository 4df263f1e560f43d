// Arrays in safetensors, which bptt did not write.

import { describe } from '../describe.ts';
import { readSafetensors } from '../exchange/safetensors.ts';
import { contentOf, STATE_DICT } from './arrays-content.ts';
import type { Read } from './content.ts';

export const read: Read = (bytes) => {
  const { arrays, metadata } = readSafetensors(bytes);
  const notes = Object.entries(metadata).map(([name, text]) => `metadata.${name}: ${describe(text)}`);
  return contentOf('a safetensors file', arrays, notes, STATE_DICT);
};
