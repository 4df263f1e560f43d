// Reads files of the disk.

import path from 'node:path';
import { type Content, ContentError } from '../content/content.ts';
import { readContent as readBytesOf } from '../content/read-content.ts';
import { CommandError, readBytes } from './io.ts';

/** Reads a file of any format. `at`: keys that lead to a part of it, joined by dots. */
export async function readContent(file: string, at = ''): Promise<Content> {
  const beside = (name: string): Uint8Array => readBytes(path.join(path.dirname(file), name));
  try {
    return await readBytesOf(file, readBytes(file), at, beside);
  } catch (error) {
    if (!(error instanceof ContentError)) throw error;
    throw new CommandError(error.message.replace(/\{ at: '(\w+)' \}/, '--at $1'));
  }
}
