// `bptt convert`: from one format to another.

import { BpttError } from '../errors.ts';
import { readContent } from './formats.ts';
import { CommandError, type Io, writeBytes } from './io.ts';
import { targetOf } from './targets.ts';

/** Converts a file, and says what was written. */
export async function convert(
  io: Io,
  from: string,
  to: string,
  { force = false, to: format, at }: { readonly force?: boolean; readonly to?: string; readonly at?: string },
): Promise<number> {
  targetOf(to, format, undefined); // refuses unknown formats before anything is read
  const content = await readContent(from, at);
  const target = targetOf(to, format, content);
  let bytes: Uint8Array;
  try {
    bytes = target.write(content);
  } catch (error) {
    if (!(error instanceof BpttError || error instanceof CommandError)) throw error;
    throw new CommandError(`${from} as ${target.name}: ${error.message}`);
  }
  writeBytes(to, bytes, force);
  io.err(`${to}: ${target.name}, ${bytes.length} bytes\n`);
  return 0;
}
