// Writes a file so that a crash at any time leaves the old or the new one: a temporary file, fsync, rename, fsync of the
// folder. The name of the temporary file is also the lock of its writer.

import { StateError } from '../errors.ts';
import { codeOf, FileError } from './file-error.ts';
import type { FileHandle, Host } from './file-system.ts';

/** Codes of systems that cannot open or sync folders: Windows, and some network drives. */
const NO_FOLDER_SYNC: readonly (string | undefined)[] = ['EPERM', 'EISDIR', 'EINVAL', 'ENOTSUP'];

/** Saves of this process that are pending, by folder and key: the next one waits. */
const pending = new Map<string, Promise<unknown>>();

/** Files of this process so far: their temporary names differ. */
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
  const lock = `${host.processes.own} ${host.join(write.folder, write.key)}`;
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

async function writeLocked(host: Host, { where, folder, key, bytes, name, after }: SafeWrite): Promise<void> {
  const { files, processes, join } = host;
  const temporary = `${key}.${processes.own}-${count++}.tmp`;
  const path = join(folder, temporary);
  const doing = <R>(what: string, at: string, work: () => Promise<R>): Promise<R> => orFileError(where, what, at, work);
  const file = await doing('create', path, () => files.open(path, 'wx'));
  let renamed = false;
  try {
    try {
      await requireLock(host, where, folder, key, temporary);
      await doing('write', path, () => writeAll(file, bytes));
      await doing('sync', path, () => file.sync());
    } finally {
      await doing('close', path, () => file.close());
    }
    const target = join(folder, await name());
    await doing('rename', target, () => files.rename(path, target));
    renamed = true;
    await doing('sync', folder, () => syncFolder(host, folder));
  } finally {
    if (!renamed) await Promise.allSettled([files.unlink(path)]); // the error that led here is the one to report
  }
  await after?.();
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

/** Removes temporary files of writers that died; throws if another one is alive. */
async function requireLock({ files, processes, join }: Host, where: string, folder: string, key: string, own: string) {
  const names = await orFileError(where, 'list', folder, () => files.readdir(folder));
  for (const name of names) {
    const writer =
      name !== own && name.startsWith(`${key}.`) ? /^\.(\d+-\d+)-\d+\.tmp$/.exec(name.slice(key.length)) : null;
    if (writer === null) continue;
    if (processes.isAlive(writer[1]!)) {
      throw new StateError({
        where,
        expected: 'wait until the other writer of the same file has ended',
        received: `a file that pid ${writer[1]!.split('-')[0]} is writing: ${join(folder, name)}`,
        remedy: 'Let one process write to a path',
      });
    }
    await removeIfThere(files, where, join(folder, name));
  }
}

/** Removes a file, which may be gone. */
export async function removeIfThere(files: Host['files'], where: string, path: string): Promise<void> {
  try {
    await files.unlink(path);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') await orFileError(where, 'remove', path, () => Promise.reject(error));
  }
}

/** Makes the names in a folder safe, where the system can. `others`: the folder may belong to others, and be unreadable. */
export async function syncFolder({ files }: Host, folder: string, others = false): Promise<void> {
  let handle: FileHandle | undefined;
  try {
    handle = await files.open(folder, 'r');
    await handle.sync();
  } catch (error) {
    const code = codeOf(error);
    if (!NO_FOLDER_SYNC.includes(code) && !(others && code === 'EACCES')) throw error;
  } finally {
    await handle?.close();
  }
}
