// Saving, loading and appending on any system: what the functions of `bptt/node` and `bptt/browser` do.

import { refuse } from '../checks.ts';
import { typedArrayTag } from '../tensor/storage.ts';
import { isGone } from './file-error.ts';
import type { Host } from './host.ts';
import { orFileError, writeAll, writeSafely } from './safe-write.ts';

/** Checks a path. */
export function requirePath(where: string, argument: string, value: unknown): string {
  if (typeof value === 'string' && value !== '' && !value.includes('\0')) return value;
  return refuse(where, argument, 'be a path', value);
}

/** Checks the path of a file; its parts. */
function splitFile({ split }: Host, where: string, value: unknown): ReturnType<Host['split']> {
  const parts = split(requirePath(where, 'path', value));
  return parts.name === '' ? refuse(where, 'path', 'be the path of a file', value) : parts;
}

/** Returns a copy of bytes: what the caller writes to them later is not saved. */
export function copyBytes(where: string, argument: string, value: unknown): Uint8Array {
  if (typedArrayTag(value) !== 'Uint8Array') refuse(where, argument, 'be a Uint8Array', value);
  return Uint8Array.prototype.slice.call(value);
}

/** Text as bytes. */
declare const TextEncoder: new () => { encode(text: string): Uint8Array };

/** Writes bytes to a file so that a crash at any time leaves the old or the new content. */
export async function saveOn(host: Host, path: string, bytes: Uint8Array): Promise<void> {
  const where = 'saveFile';
  const { folder, name } = splitFile(host, where, path);
  await writeSafely(host, { where, folder, key: name, bytes: copyBytes(where, 'bytes', bytes), name: () => name });
}

/** The bytes of a file; undefined if there is none. */
export async function loadOn(host: Host, where: string, given: string): Promise<Uint8Array | undefined> {
  const { path } = splitFile(host, where, given);
  return orFileError(where, 'read', path, async () => {
    try {
      return new Uint8Array(await host.files.readFile(path));
    } catch (error) {
      if (isGone(error)) return undefined;
      throw error;
    }
  });
}

/** A function that appends text to a file; its calls wait for each other. */
export function appendOn(host: Host, path: string): (text: string) => Promise<void> {
  const where = 'appendTo';
  const { path: at } = splitFile(host, where, path);
  let last: Promise<unknown> = Promise.resolve();
  return (text) => {
    if (typeof text !== 'string') refuse(where, 'text', 'be a string', text);
    const append = async (): Promise<void> => {
      const file = await host.files.open(at, 'a');
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
