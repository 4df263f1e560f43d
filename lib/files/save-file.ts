// `saveFile` and `loadFile`: bytes in a file that a crash cannot break. `appendTo` adds text to a file.

import { refuse } from '../checks.ts';
import { typedArrayTag } from '../tensor/storage.ts';
import { codeOf } from './file-error.ts';
import { type FileHandle, type Host, nodeHost } from './file-system.ts';
import { orFileError, writeAll, writeSafely } from './safe-write.ts';

/** Checks a path. */
export function requirePath(where: string, argument: string, value: unknown): string {
  if (typeof value === 'string' && value !== '' && !value.includes('\0')) return value;
  return refuse(where, argument, 'be a path', value);
}

/** Returns a copy of bytes: what the caller writes to them later is not saved. */
export function copyBytes(where: string, argument: string, value: unknown): Uint8Array {
  if (typedArrayTag(value) !== 'Uint8Array') refuse(where, argument, 'be a Uint8Array', value);
  return Uint8Array.prototype.slice.call(value);
}

/** Text as bytes. */
declare const TextEncoder: new () => { encode(text: string): Uint8Array };

/**
 * Writes bytes to a file so that a crash of the program, the system or the machine at any time leaves the old or the new
 * content. It writes a temporary file in the same folder, syncs it, renames it, and syncs the folder. The temporary files
 * of writers that died are removed. Saves of this process to one path wait for each other.
 *
 * @param path - the file; its folder has to exist
 * @param bytes - its content, of which the function makes a copy at once
 * @returns a promise that resolves once the content is safe
 * @throws ArgumentError; StateError while another process writes to the path; FileError if the system fails. Then the old
 *   content is there, or the new one
 *
 * @example
 * ```ts
 * import { mkdtempSync } from 'node:fs';
 * const path = `${mkdtempSync('/tmp/doc-')}/model.safetensors`;
 * const model = new Sequential([new Dense({ units: 1 })]).build(3);
 * await saveFile(path, model.toBytes());
 * Sequential.fromBytes(await loadFile(path)).parameters.size; // 4
 * ```
 */
export async function saveFile(path: string, bytes: Uint8Array): Promise<void> {
  return saveOn(nodeHost(), path, bytes);
}

/** @internal The same on any system. */
export async function saveOn(host: Host, path: string, bytes: Uint8Array): Promise<void> {
  const where = 'saveFile';
  const { folder, name } = host.split(requirePath(where, 'path', path));
  await writeSafely(host, { where, folder, key: name, bytes: copyBytes(where, 'bytes', bytes), name: () => name });
}

/**
 * Reads the bytes of a file.
 *
 * @param path - the file
 * @returns its content; undefined if there is no such file
 * @throws ArgumentError; FileError if the system fails
 *
 * @example
 * ```ts
 * await loadFile('/tmp/no/such/file'); // undefined
 * ```
 */
export async function loadFile(path: string): Promise<Uint8Array | undefined> {
  return loadOn(nodeHost(), 'loadFile', path);
}

/** @internal The same on any system. */
export async function loadOn({ files, split }: Host, where: string, given: string): Promise<Uint8Array | undefined> {
  const { path } = split(requirePath(where, 'path', given));
  return orFileError(where, 'read', path, async () => {
    try {
      return new Uint8Array(await files.readFile(path));
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined;
      throw error;
    }
  });
}

/**
 * Returns a function that appends text to a file, for `new CsvLog({ write: appendTo('log.csv') })`. Calls wait for each
 * other. It does not sync the file.
 *
 * @param path - the file; its folder has to exist
 * @throws ArgumentError; the function's promise rejects with a FileError
 *
 * @example
 * ```ts
 * import { mkdtempSync } from 'node:fs';
 * const path = `${mkdtempSync('/tmp/doc-')}/log.csv`;
 * const write = appendTo(path);
 * await write('epoch,loss\r\n');
 * (await loadFile(path)).length; // 12
 * ```
 */
export function appendTo(path: string): (text: string) => Promise<void> {
  const where = 'appendTo';
  const { files, split } = nodeHost();
  const { path: at } = split(requirePath(where, 'path', path));
  let last: Promise<unknown> = Promise.resolve();
  return (text) => {
    if (typeof text !== 'string') refuse(where, 'text', 'be a string', text);
    const append = async (): Promise<void> => {
      const file: FileHandle = await files.open(at, 'a');
      try {
        await writeAll(file, new TextEncoder().encode(text));
      } finally {
        await file.close();
      }
    };
    const work = last.then(() => orFileError(where, 'append to', at, append));
    last = Promise.allSettled([work]);
    return work;
  };
}
