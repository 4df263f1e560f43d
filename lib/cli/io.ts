// What commands read and write.

import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { ContentError } from '../content/content.ts';

/** Where a command writes: results to `out`, all else to `err`. */
export interface Io {
  out(text: string): void;
  err(text: string): void;
  /** Width of the terminal; undefined if there is none. */
  readonly columns: number | undefined;
  /** Whether `err` goes to a terminal, whose last line can be written again. */
  readonly interactive: boolean;
  /** Waits until results were taken, if too many wait. */
  drained(): Promise<void>;
}

/** A failure to be told in a line: a file that cannot be read, or that a command cannot use. */
export class CommandError extends ContentError {}

/** Largest file that is read, in bytes. */
const LARGEST = 2 ** 31;

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EACCES: 'no permission',
  EPERM: 'no permission',
  ENOTDIR: 'a part of the path is no folder',
  EISDIR: 'it is a folder',
  ENOSPC: 'the disk is full',
  EROFS: 'the file system is read-only',
};

/** Runs an operation on a file, and says in words why it failed. */
export function onFile<R>(path: string, operation: () => R): R {
  try {
    return operation();
  } catch (error) {
    if (error instanceof CommandError) throw error;
    const { code = '', message } = error as NodeJS.ErrnoException;
    throw new CommandError(`${path}: ${REASONS[code] ?? message}`);
  }
}

/** Reads a file. */
export function readBytes(path: string): Uint8Array {
  return onFile(path, () => {
    const file = statSync(path);
    const { size } = file;
    if (file.isDirectory()) throw new CommandError(`${path}: it is a folder, and not a file`);
    if (size === 0) throw new CommandError(`${path}: it is empty`);
    if (size > LARGEST) throw new CommandError(`${path}: it has ${size} bytes, and at most ${LARGEST} are read`);
    return new Uint8Array(readFileSync(path));
  });
}

/** Writes files that are not there yet, or any with `force`. If one is there, none is written. */
export function writeFiles(files: readonly (readonly [path: string, bytes: Uint8Array])[], force: boolean): void {
  const there = files.find(([path]) => !force && existsSync(path));
  if (there !== undefined) throw new CommandError(`${there[0]}: the file exists; --force replaces it`);
  for (const [path, bytes] of files) onFile(path, () => writeFileSync(path, bytes, { flag: force ? 'w' : 'wx' }));
}
