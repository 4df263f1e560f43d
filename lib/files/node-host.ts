// Files of Node, and the identity of processes.

import { codeOf } from './file-error.ts';
import type { FileHandle, FileSystem, Host } from './host.ts';

/** `node:fs/promises`, or a simulation of it. Node also opens folders. */
export interface NodeFiles extends FileSystem {
  open(path: string, flags: 'wx' | 'r' | 'a'): Promise<FileHandle>;
}

/** Codes of systems that cannot open or sync folders: Windows, and some network drives. */
const NO_FOLDER_SYNC: readonly (string | undefined)[] = ['EPERM', 'EISDIR', 'EINVAL', 'ENOTSUP'];

/** The members of Node's `process` that are used here. */
interface NodeProcess {
  readonly pid: number;
  readonly platform: string;
  kill(pid: number, signal: 0): unknown;
  getBuiltinModule(name: 'node:fs'): {
    readonly promises: NodeFiles;
    readFileSync(path: string, encoding: 'latin1'): string;
  };
  getBuiltinModule(name: 'node:path'): {
    resolve(path: string): string;
    dirname(path: string): string;
    basename(path: string): string;
    join(folder: string, name: string): string;
  };
}

let host: Host | undefined;

/** The system of Node. */
export function nodeHost(): Host {
  host ??= makeHost((globalThis as unknown as { readonly process: NodeProcess }).process);
  return host;
}

function makeHost(process: NodeProcess): Host {
  const { promises: files, readFileSync } = process.getBuiltinModule('node:fs');
  const { resolve, dirname, basename, join } = process.getBuiltinModule('node:path');
  /** When a process started, in ticks of the system clock, on Linux; `'0'` elsewhere; undefined if it does not run. */
  const startOf = (pid: number): string | undefined => {
    if (process.platform !== 'linux') return runs(process, pid) ? '0' : undefined;
    try {
      return startIn(readFileSync(`/proc/${pid}/stat`, 'latin1'));
    } catch (error) {
      if (codeOf(error) !== undefined) return undefined; // no such process
      throw error;
    }
  };
  return {
    files,
    writers: {
      own: `${process.pid}-${startOf(process.pid) ?? '0'}`,
      isAlive(identity) {
        const [pid, start] = identity.split('-');
        return startOf(Number(pid)) === start;
      },
      lock: noLock,
    },
    syncFolder: (folder, others) => syncFolder(files, folder, others),
    split: (path) => ({ path: resolve(path), folder: dirname(resolve(path)), name: basename(path) }),
    join,
  };
}

/** There is no lock but the name of a temporary file, which tells the process that writes it. */
export async function noLock(): Promise<() => Promise<void>> {
  return async () => {};
}

/** Makes the names in a folder safe, where the system can. `others`: the folder may belong to others, and be unreadable. */
export async function syncFolder(files: NodeFiles, folder: string, others: boolean): Promise<void> {
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

/** The start in the text of /proc/PID/stat; undefined for a process that has ended and was not collected. */
export function startIn(stat: string): string | undefined {
  const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return state === 'Z' || state === 'X' ? undefined : rest[18];
}

function runs(process: NodeProcess, pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM'; // it runs for another user
  }
}
