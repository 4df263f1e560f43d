// The part of Node's file system that saves and loads files, and the identity of processes.

import { codeOf } from './file-error.ts';

/** An open file. */
export interface FileHandle {
  write(bytes: Uint8Array, offset: number, length: number): Promise<{ readonly bytesWritten: number }>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** What files are written with: `node:fs/promises`, or a simulation of it. */
export interface FileSystem {
  open(path: string, flags: 'wx' | 'r' | 'a'): Promise<FileHandle>;
  readFile(path: string): Promise<Uint8Array>;
  readdir(path: string): Promise<string[]>;
  rename(from: string, to: string): Promise<void>;
  unlink(path: string): Promise<void>;
  mkdir(path: string, options: { readonly recursive: true }): Promise<unknown>;
}

/** Processes that write files. */
export interface Processes {
  /** Identity of this process: its number and when it started. */
  readonly own: string;
  /** Whether the process of an identity still runs. */
  isAlive(identity: string): boolean;
}

/** A system to write files on. */
export interface Host {
  readonly files: FileSystem;
  readonly processes: Processes;
  /** The absolute path, its folder and its name. */
  split(path: string): { readonly path: string; readonly folder: string; readonly name: string };
  join(folder: string, name: string): string;
}

/** The members of Node's `process` that are used here. */
interface NodeProcess {
  readonly pid: number;
  readonly platform: string;
  kill(pid: number, signal: 0): unknown;
  getBuiltinModule(name: 'node:fs'): {
    readonly promises: FileSystem;
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
    processes: {
      own: `${process.pid}-${startOf(process.pid) ?? '0'}`,
      isAlive(identity) {
        const [pid, start] = identity.split('-');
        return startOf(Number(pid)) === start;
      },
    },
    split: (path) => ({ path: resolve(path), folder: dirname(resolve(path)), name: basename(path) }),
    join,
  };
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
