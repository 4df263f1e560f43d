// The formats that commands read and write.

import { dirname, join } from 'node:path';
import { BpttError } from '../errors.ts';
import type { Content, Format, Target } from './content.ts';
import { CommandError, readBytes } from './io.ts';
import { ONNX } from './onnx-format.ts';
import { OWN } from './own-format.ts';

const FORMATS: readonly Format[] = [OWN, ONNX];
const TARGETS: readonly Target[] = [];

const named = (path: string, endings: readonly string[]): boolean =>
  endings.some((ending) => path.toLowerCase().endsWith(ending));

/** Finds the format of a file: by its first bytes, or else by its name. */
function formatOf(path: string, bytes: Uint8Array): Format {
  const known = FORMATS.map((format) => ({ format, sure: format.recognizes(bytes) }));
  const found =
    known.find(({ sure }) => sure) ??
    known.find(({ format, sure }) => sure === undefined && named(path, format.endings));
  if (found !== undefined) return found.format;
  const names = FORMATS.map(({ name }) => name).join(', ');
  throw new CommandError(`${path}: the format is not known; bptt reads ${names}`);
}

/** Reads a file of any format. */
export async function readContent(path: string): Promise<Content> {
  const bytes = readBytes(path);
  const format = formatOf(path, bytes);
  try {
    return await format.read(bytes, (next) => readBytes(join(dirname(path), next)));
  } catch (error) {
    if (!(error instanceof BpttError || error instanceof CommandError)) throw error;
    throw new CommandError(`${path}: ${error.message}`);
  }
}

/** Finds the format to write by the name of the file. */
export function targetOf(path: string): Target {
  const target = TARGETS.find(({ endings }) => named(path, endings));
  if (target !== undefined) return target;
  const endings = TARGETS.map(({ name, endings: all }) => `${all.join(', ')} (${name})`).join(', ');
  throw new CommandError(`${path}: the name must end as a format that bptt writes: ${endings}`);
}
