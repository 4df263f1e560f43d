// A disk in memory whose operations can fail, and whose power can fail: then writes and names that were not synced are
// lost, in part or in whole.

import type { FileHandle, Host } from '../../lib/files/host.ts';
import { type NodeFiles, noLock, syncFolder } from '../../lib/files/node-host.ts';

interface Inode {
  /** What a program reads. */
  bytes: number[];
  /** What a loss of power leaves. */
  safe: number[];
}

/** A change of names that was not synced. */
type Change = (names: Map<string, Inode>) => void;

export interface Failure {
  readonly code: string;
  /** Number of the operation, from 0. */
  readonly at: number;
  /** Whether all later operations fail too. */
  readonly persistent: boolean;
}

const failureOf = (code: string, what: string): Error =>
  Object.assign(new Error(`${code}: simulated, ${what}`), { code });

export class SimulatedDisk implements NodeFiles {
  #names = new Map<string, Inode>();
  #safeNames = new Map<string, Inode>();
  #changes: Change[] = [];
  /** Operations so far, by name. */
  readonly log: string[] = [];
  failure: Failure | undefined;
  /** Called after each operation. */
  onOperation: () => void = () => {};
  /** Largest number of bytes of a write. */
  most = Infinity;

  /** Names of all files. */
  get names(): string[] {
    return [...this.#names.keys()];
  }

  /** The disk as a host for one process. */
  host(own = '1-1', alive: (identity: string) => boolean = (identity) => identity === own): Host {
    return {
      files: this,
      writers: { own, isAlive: alive, lock: noLock },
      syncFolder: (folder, others) => syncFolder(this, folder, others),
      split: (path) => {
        const cut = path.lastIndexOf('/');
        return { path, folder: path.slice(0, Math.max(1, cut)), name: path.slice(cut + 1) };
      },
      join: (folder, name) => `${folder}/${name}`,
    };
  }

  async #operation<R>(what: string, work: () => R): Promise<R> {
    const index = this.log.push(what) - 1;
    const { failure } = this;
    if (failure !== undefined && (failure.persistent ? index >= failure.at : index === failure.at)) {
      throw failureOf(failure.code, what);
    }
    const result = work();
    this.onOperation();
    return result;
  }

  #change(change: Change): void {
    change(this.#names);
    this.#changes.push(change);
  }

  #inode(path: string): Inode {
    const inode = this.#names.get(path);
    if (inode === undefined) throw failureOf('ENOENT', path);
    return inode;
  }

  open(path: string, flags: 'wx' | 'r' | 'a'): Promise<FileHandle> {
    return this.#operation(flags === 'r' ? 'open folder' : 'open', () => {
      if (flags === 'r') return this.#folder();
      if (this.#names.has(path)) throw failureOf('EEXIST', path);
      const inode: Inode = { bytes: [], safe: [] };
      this.#change((names) => void names.set(path, inode));
      return this.#file(inode);
    });
  }

  #file(inode: Inode): FileHandle {
    return {
      write: (bytes, offset, length) =>
        this.#operation('write', () => {
          const bytesWritten = Math.min(length, this.most);
          for (let k = 0; k < bytesWritten; k++) inode.bytes.push(bytes[offset + k]!);
          return { bytesWritten };
        }),
      sync: () =>
        this.#operation('sync', () => {
          inode.safe = [...inode.bytes];
        }),
      close: () => this.#operation('close', () => {}),
    };
  }

  #folder(): FileHandle {
    return {
      write: () => Promise.reject(failureOf('EISDIR', 'a folder')),
      sync: () =>
        this.#operation('sync folder', () => {
          for (const change of this.#changes) change(this.#safeNames);
          this.#changes = [];
        }),
      close: () => this.#operation('close folder', () => {}),
    };
  }

  readFile(path: string): Promise<Uint8Array> {
    return this.#operation('read', () => Uint8Array.from(this.#inode(path).bytes));
  }

  readdir(folder: string): Promise<string[]> {
    return this.#operation('list', () => this.names.map((path) => path.slice(folder.length + 1)));
  }

  rename(from: string, to: string): Promise<void> {
    return this.#operation('rename', () => {
      const inode = this.#inode(from);
      this.#change((names) => {
        names.delete(from);
        names.set(to, inode);
      });
    });
  }

  unlink(path: string): Promise<void> {
    return this.#operation('remove', () => {
      this.#inode(path);
      this.#change((names) => void names.delete(path));
    });
  }

  mkdir(): Promise<unknown> {
    return this.#operation('create folder', () => undefined);
  }

  /** Every disk that a loss of power now may leave: any of the changes of names, and none, half or all of the bytes. */
  *afterPowerLoss(): Generator<SimulatedDisk> {
    const count = this.#changes.length;
    for (let subset = 0; subset < 2 ** count; subset++) {
      for (const share of [0, 0.5, 1]) {
        const names = new Map(this.#safeNames);
        this.#changes.forEach((change, k) => {
          if ((subset >> k) & 1) change(names);
        });
        const disk = new SimulatedDisk();
        for (const [name, { safe, bytes }] of names) {
          const unsafe = bytes.slice(safe.length);
          const left = [...safe, ...unsafe.slice(0, Math.floor(share * unsafe.length))];
          const inode = { bytes: left, safe: [...left] };
          disk.#names.set(name, inode);
          disk.#safeNames.set(name, inode);
        }
        yield disk;
      }
    }
  }

  /** A disk with the same content that works. */
  repaired(): SimulatedDisk {
    const disk = new SimulatedDisk();
    for (const [name, { bytes }] of this.#names) {
      const inode = { bytes: [...bytes], safe: [...bytes] };
      disk.#names.set(name, inode);
      disk.#safeNames.set(name, inode);
    }
    return disk;
  }
}
