// The formats that commands read.

import path from 'node:path';
import { BpttError } from '../errors.ts';
import { ARRAY_FORMATS } from './array-formats.ts';
import type { Content, Format } from './content.ts';
import { CommandError, readBytes } from './io.ts';
import { KERAS } from './keras-format.ts';
import { ONNX } from './onnx-format.ts';
import { OWN } from './own-format.ts';
import { TFJS } from './tfjs-format.ts';

const FORMATS: readonly Format[] = [OWN, KERAS, ...ARRAY_FORMATS, TFJS, ONNX];

const named = (file: string, endings: readonly string[]): boolean =>
  endings.some((ending) => file.toLowerCase().endsWith(ending));

/** Finds the format of a file: by its first bytes, or else by its name. */
function formatOf(file: string, bytes: Uint8Array): Format {
  const known = FORMATS.map((format) => ({ format, sure: format.recognizes(bytes) }));
  const found =
    known.find(({ sure }) => sure) ??
    known.find(({ format, sure }) => sure === undefined && named(file, format.endings));
  if (found !== undefined) return found.format;
  const names = FORMATS.map(({ name }) => name).join(', ');
  throw new CommandError(`${file}: the format is not known; bptt reads ${names}`);
}

/** Formats that are known and not read: first bytes, where they begin, and what would do. */
const NOT_READ: readonly (readonly [start: string, at: number, reason: string])[] = [
  [
    'TFL3',
    4,
    'it is a TensorFlow Lite file, which bptt does not read; the Keras model that it was made of has the weights',
  ],
  [
    '\x80',
    0,
    'it is a pickle of Python, which could run any program; torch.save and numpy.savez write files that are read',
  ],
];

function requireReadable(file: string, bytes: Uint8Array): void {
  const found = NOT_READ.find(([start, at]) => [...start].every((letter, k) => bytes[at + k] === letter.charCodeAt(0)));
  if (found !== undefined) throw new CommandError(`${file}: ${found[2]}`);
}

/** Reads a file of any format. `at`: keys that lead to a part of it, joined by dots. */
export async function readContent(file: string, at = ''): Promise<Content> {
  const bytes = readBytes(file);
  requireReadable(file, bytes);
  const format = formatOf(file, bytes);
  const beside = (name: string): Uint8Array => readBytes(path.join(path.dirname(file), name));
  try {
    return await format.read(bytes, at === '' ? [] : at.split('.'), beside);
  } catch (error) {
    if (!(error instanceof BpttError || error instanceof CommandError)) throw error;
    throw new CommandError(`${file}: ${error.message.replace(/\{ at: '(\w+)' \}/, '--at $1')}`);
  }
}
