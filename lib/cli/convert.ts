// `bptt convert`: from one format to another.

import path from 'node:path';
import { ContentError } from '../content/content.ts';
import { BpttError } from '../errors.ts';
import { readContent } from './formats.ts';
import { CommandError, type Io, writeFiles } from './io.ts';
import { type Files, targetOf } from './targets.ts';

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
  let files: Uint8Array | Files;
  try {
    files = target.write(content, path.basename(to));
  } catch (error) {
    if (!(error instanceof BpttError || error instanceof ContentError)) throw error;
    throw new CommandError(`${from} as ${target.name}: ${error.message}`);
  }
  const { bytes, beside = new Map(), note = '' } = files instanceof Uint8Array ? { bytes: files } : files;
  const all = [
    ...[...beside].map(([name, data]) => [path.join(path.dirname(to), name), data] as const),
    [to, bytes] as const,
  ];
  writeFiles(all, force);
  for (const [name, data] of all)
    io.err(`${name}: ${name === to ? target.name : 'its weights'}, ${data.length} bytes\n`);
  io.out(note);
  return 0;
}
