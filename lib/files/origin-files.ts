// The origin private file system of browsers, as the files that saving uses.

import { codeOf, isGone } from './file-error.ts';
import type { FileHandle, FileSystem } from './host.ts';

/** A folder of the origin private file system: the members of FileSystemDirectoryHandle that are used here. */
export interface OriginFolder {
  getFileHandle(name: string, options?: { readonly create: boolean }): Promise<OriginFile>;
  getDirectoryHandle(name: string, options?: { readonly create: boolean }): Promise<OriginFolder>;
  removeEntry(name: string): Promise<void>;
  keys(): AsyncIterable<string>;
}

/** A file: the members of FileSystemFileHandle that are used here. */
export interface OriginFile {
  getFile(): Promise<{ readonly size: number; arrayBuffer(): Promise<ArrayBuffer> }>;
  /** To a new name: older versions of Safari replace no file, and Firefox that is killed may lose the old and the new one. */
  move(folder: OriginFolder, name: string): Promise<void>;
  /** Writes to another file, which replaces this one when it is closed. Not in Safari before 26. */
  createWritable?(options: { readonly keepExistingData: boolean }): Promise<{
    seek(position: number): Promise<void>;
    write(bytes: Uint8Array): Promise<void>;
    close(): Promise<void>;
    abort(): Promise<void>;
  }>;
  /** In dedicated workers alone. Early versions return promises of what later ones return. */
  createSyncAccessHandle?(): Promise<{
    getSize(): number | Promise<number>;
    write(bytes: Uint8Array, options: { readonly at: number }): number;
    flush(): void | Promise<void>;
    close(): void | Promise<void>;
  }>;
}

/** Errors of reading a file that another one has replaced since it was looked up: in Chromium, in Firefox, in both. */
const REPLACED: readonly (string | undefined)[] = ['NotReadableError', 'AbortError', 'NotFoundError'];

/** How often a file is read before an error counts, and looked up before it counts as missing. */
const [ATTEMPTS, LOOKS] = [20, 3];

/** Where the new content waits while the old one is removed. Whoever reads prefers it. */
const waiting = (name: string): string => `${name}.replacement.tmp`;

/** The origin private file system. `root` finds it. `lock` waits until a path can be appended to; the result unlocks it. */
export class OriginFiles implements FileSystem {
  readonly #root: () => Promise<OriginFolder>;
  readonly #lock: (path: string) => Promise<() => Promise<void>>;

  constructor(root: () => Promise<OriginFolder>, lock: (path: string) => Promise<() => Promise<void>>) {
    this.#root = root;
    this.#lock = lock;
  }

  async open(path: string, flags: 'wx' | 'a'): Promise<FileHandle> {
    const { folder, name } = await this.#at(path);
    if (flags === 'a') return this.#append(path, folder, name);
    try {
      return await openToWrite(await folder.getFileHandle(name, { create: true }), false);
    } catch (error) {
      await Promise.allSettled([folder.removeEntry(name)]); // it may have been created
      throw error;
    }
  }

  async #append(path: string, folder: OriginFolder, name: string): Promise<FileHandle> {
    const unlock = await this.#lock(path);
    try {
      const file = await openToWrite(await folder.getFileHandle(name, { create: true }), true);
      return { ...file, close: () => file.close().finally(unlock) };
    } catch (error) {
      await unlock();
      throw error;
    }
  }

  async readFile(path: string): Promise<Uint8Array> {
    const { folder, name } = await this.#at(path);
    for (let attempt = 1; ; attempt++) {
      const handle = await find(folder, name);
      try {
        return new Uint8Array(await (await handle.getFile()).arrayBuffer());
      } catch (error) {
        if (attempt === ATTEMPTS || !REPLACED.includes(codeOf(error))) throw error;
      }
    }
  }

  async readdir(path: string): Promise<string[]> {
    const names: string[] = [];
    for await (const name of (await this.#folder(parts(path), false)).keys()) names.push(name);
    return names;
  }

  async rename(from: string, to: string): Promise<void> {
    const [source, { folder, name }] = [await this.#at(from), await this.#at(to)];
    const file = await source.folder.getFileHandle(source.name);
    if (await has(folder, waiting(name))) await settle(folder, name); // of a writer that died
    if (!(await has(folder, name))) return file.move(folder, name);
    await file.move(folder, waiting(name));
    await settle(folder, name);
  }

  async unlink(path: string): Promise<void> {
    const { folder, name } = await this.#at(path);
    await folder.removeEntry(name);
  }

  async mkdir(path: string): Promise<void> {
    await this.#folder(parts(path), true);
  }

  async #at(path: string): Promise<{ readonly folder: OriginFolder; readonly name: string }> {
    const names = parts(path);
    const name = names.pop()!;
    return { folder: await this.#folder(names, false), name };
  }

  async #folder(names: readonly string[], create: boolean): Promise<OriginFolder> {
    let folder = await this.#root();
    for (const name of names) folder = await folder.getDirectoryHandle(name, { create });
    return folder;
  }
}

function parts(path: string): string[] {
  return path.split('/').filter((name) => name !== '');
}

/** Opens a file. A worker can flush it; a window cannot. */
async function openToWrite(file: OriginFile, append: boolean): Promise<FileHandle> {
  if (file.createSyncAccessHandle !== undefined) return openInWorker(file, append);
  if (file.createWritable !== undefined) return openStream(file, append);
  throw new Error('this browser writes files in dedicated workers alone: train in a worker, or use Safari 26 or newer');
}

async function openInWorker(file: OriginFile, append: boolean): Promise<FileHandle> {
  const handle = await file.createSyncAccessHandle!();
  const close = async (): Promise<void> => handle.close();
  try {
    let at = append ? await handle.getSize() : 0;
    const write = async (bytes: Uint8Array, offset: number, length: number): Promise<{ bytesWritten: number }> => {
      const bytesWritten = handle.write(bytes.subarray(offset, offset + length), { at });
      at += bytesWritten;
      return { bytesWritten };
    };
    return { write, sync: async () => handle.flush(), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The content is in the file once `close` has returned. After an error of `write`, the file stays as it was. */
async function openStream(file: OriginFile, append: boolean): Promise<FileHandle> {
  const stream = await file.createWritable!({ keepExistingData: append });
  let whole = true;
  const during = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      whole = false;
      await Promise.allSettled([stream.abort()]);
      throw error;
    }
  };
  if (append) await during(async () => stream.seek((await file.getFile()).size));
  return {
    write: async (bytes, offset, length) => {
      await during(() => stream.write(bytes.subarray(offset, offset + length)));
      return { bytesWritten: length };
    },
    sync: async () => {}, // nothing of a window does
    close: async () => (whole ? stream.close() : undefined),
  };
}

/** Looks a file up, also while a writer moves it. */
async function find(folder: OriginFolder, name: string): Promise<OriginFile> {
  for (let attempt = 1; ; attempt++) {
    for (const each of [waiting(name), name]) {
      try {
        return await folder.getFileHandle(each);
      } catch (error) {
        if (!isGone(error) || (attempt === LOOKS && each === name)) throw error;
      }
    }
  }
}

async function has(folder: OriginFolder, name: string): Promise<boolean> {
  try {
    await folder.getFileHandle(name);
    return true;
  } catch (error) {
    if (isGone(error)) return false;
    throw error;
  }
}

/** Replaces a file by the content that waits. After any step, also one that ends halfway, that content can be found. */
async function settle(folder: OriginFolder, name: string): Promise<void> {
  if (await has(folder, name)) await folder.removeEntry(name);
  await (await folder.getFileHandle(waiting(name))).move(folder, name);
}
