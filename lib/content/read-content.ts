// Reads a file of any format.

import { BpttError } from '../errors.ts';
import { type Content, ContentError } from './content.ts';
import { formatOf } from './recognize.ts';

/**
 * Reads a file, with the code of its format alone. `at`: keys that lead to a part of it, joined by dots; `beside` reads a
 * file beside it.
 */
export async function readContent(
  file: string,
  bytes: Uint8Array,
  at: string,
  beside: (name: string) => Uint8Array,
): Promise<Content> {
  if (bytes.length === 0) throw new ContentError(`${file}: it is empty`);
  const { load } = formatOf(file, bytes);
  const { read } = await load();
  try {
    return await read(bytes, at === '' ? [] : at.split('.'), beside);
  } catch (error) {
    if (!(error instanceof BpttError || error instanceof ContentError)) throw error;
    throw new ContentError(`${file}: ${error.message}`);
  }
}
