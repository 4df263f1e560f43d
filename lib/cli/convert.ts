// `bptt convert`: from one format to another.

import { BpttError } from '../errors.ts';
import { readContent, targetOf } from './formats.ts';
import { CommandError, type Io, writeBytes } from './io.ts';

/** Converts a file, and says what was written. */
export async function convert(
  io: Io,
  from: string,
  to: string,
  { force = false }: { readonly force?: boolean },
): Promise<number> {
  const target = targetOf(to); // before anything is read
  const content = await readContent(from);
  let bytes: Uint8Array | string;
  try {
    bytes = await target.write(content, to);
  } catch (error) {
    if (!(error instanceof BpttError || error instanceof CommandError)) throw error;
    throw new CommandError(`${from} as ${target.name}: ${error.message}`);
  }
  writeBytes(to, bytes, force);
  io.err(`${to}: ${target.name}, ${bytes.length} bytes\n`);
  return 0;
}
