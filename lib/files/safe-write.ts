// Writes a file so that a crash at any time leaves the old or the new one: a temporary file, fsync, rename, fsync of the
// folder. In Node the name of the temporary file is also the lock of its writer; browsers have locks.

import { StateError } from '../errors.ts';
import { codeOf, FileError, isGone } from './file-error.ts';
import type { FileHandle, Host } from './host.ts';

/** Saves of this program that are pending, by folder and key: the next one waits. */
const pending = new Map<string, Promise<unknown>>();

/** Files of this program so far: their temporary names differ. */
let count = 0;

/** What to write. */
export interface SafeWrite {
  /** Public function that errors name. */
  readonly where: string;
  readonly folder: string;
  /** Names the lock: one writer at a time for each folder and key. */
  readonly key: string;
  readonly bytes: Uint8Array;
  /** Returns the name of the file; called with the lock held. */
  readonly name: () => string | Promise<string>;
  /** Called with the lock still held, once the file is safe. */
  readonly after?: () => Promise<void>;
}

/** Writes a file; resolves once a crash of the system cannot lose it. After an error, the old file is there, or the new one. */
export async function writeSafely(host: Host, write: SafeWrite): Promise<void> {
  const lock = `${host.writers.own} ${host.join(write.folder, write.key)}`;
  const before = pending.get(lock) ?? Promise.resolve();
  const work = before.then(() => writeLocked(host, write));
  const settled = Promise.allSettled([work]);
  pending.set(lock, settled);
  try {
    await work;
  } finally {
    if (pending.get(lock) === settled) pending.delete(lock);
  }
}

async function writeLocked(host: Host, write: SafeWrite): Promise<void> {
  const { where, folder, key } = write;
  const path = host.join(folder, key);
  const unlock = await orFileError(where, 'lock', path, () => host.writers.lock(path));
  if (unlock === undefined) refuseSecond(where, `a file that another tab or worker is writing: ${path}`);
  try {
    await replace(host, write);
  } finally {
    await unlock();
  }
}

async function replace(host: Host, { where, folder, key, bytes, name, after }: SafeWrite): Promise<void> {
  const { files, writers, join } = host;
  const temporary = `${key}.${writers.own}-${count++}.tmp`;
  const path = join(folder, temporary);
  const doing = <R>(what: string, at: string, work: () => Promise<R>): Promise<R> => orFileError(where, what, at, work);
  const file = await doing('create', path, () => files.open(path, 'wx'));
  let renamed = false;
  try {
    try {
      await clearTemporary(host, where, folder, key, temporary);
      await doing('write', path, () => writeAll(file, bytes));
      await doing('sync', path, () => file.sync());
    } finally {
      await doing('close', path, () => file.close());
    }
    const target = join(folder, await name());
    await doing('rename', target, () => files.rename(path, target));
    renamed = true;
    await doing('sync', folder, () => host.syncFolder(folder, false));
  } finally {
    if (!renamed) await Promise.allSettled([files.unlink(path)]); // the error that led here is the one to report
  }
  await after?.();
}

function refuseSecond(where: string, received: string): never {
  const expected = 'wait until the other writer of the same file has ended';
  throw new StateError({ where, expected, received, remedy: 'Let one process, tab or worker write to a path' });
}

/** Runs an operation; its error names the operation and the path. */
export async function orFileError<R>(where: string, what: string, path: string, work: () => Promise<R>): Promise<R> {
  try {
    return await work();
  } catch (error) {
    const received = (error as Partial<Error> | null)?.message ?? String(error);
    throw new FileError({ where, argument: 'path', expected: `allow to ${what} ${path}`, received }, error);
  }
}

/** Writes all bytes. A system may write fewer in one call. */
export async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, at, bytes.length - at);
    if (bytesWritten === 0) throw new Error('the system wrote 0 bytes');
    at += bytesWritten;
  }
}

/** Removes temporary files of writers that died; throws if another one is alive. Chromium adds `.crswap` to names. */
async function clearTemporary({ files, writers, join }: Host, where: string, folder: string, key: string, own: string) {
  const names = await orFileError(where, 'list', folder, () => files.readdir(folder));
  for (const name of names) {
    if (name.startsWith(own) || !name.startsWith(`${key}.`)) continue;
    const writer = /^\.(\d+-\d+)-\d+\.tmp(?:\.crswap)?$/.exec(name.slice(key.length));
    if (writer === null) continue;
    const pid = writer[1]!.split('-')[0];
    if (writers.isAlive(writer[1]!)) refuseSecond(where, `a file that pid ${pid} is writing: ${join(folder, name)}`);
    await removeIfThere(files, where, join(folder, name));
  }
}

/** Removes a file, which may be gone. A browser may still be about to close it: then the next save removes it. */
export async function removeIfThere(files: Host['files'], where: string, path: string): Promise<void> {
  try {
    await files.unlink(path);
  } catch (error) {
    if (isGone(error) || codeOf(error) === 'NoModificationAllowedError') return;
    await orFileError(where, 'remove', path, () => Promise.reject(error));
  }
}
