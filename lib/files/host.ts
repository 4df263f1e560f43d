// What saves and loads files on a system: its files, its paths, and one writer at a time.

/** An open file. */
export interface FileHandle {
  write(bytes: Uint8Array, offset: number, length: number): Promise<{ readonly bytesWritten: number }>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** Files by absolute paths. */
export interface FileSystem {
  /** `'wx'`: a new file; `'a'`: at the end of a file, which may be new. */
  open(path: string, flags: 'wx' | 'a'): Promise<FileHandle>;
  readFile(path: string): Promise<Uint8Array>;
  readdir(path: string): Promise<string[]>;
  /** Replaces the file `to`, if there is one. */
  rename(from: string, to: string): Promise<void>;
  unlink(path: string): Promise<void>;
  mkdir(path: string, options: { readonly recursive: true }): Promise<unknown>;
}

/** Those who write files: processes, or tabs and workers. */
export interface Writers {
  /** Identity of this writer: two numbers, `'12-34'`. */
  readonly own: string;
  /** Whether the writer of an identity still runs. */
  isAlive(identity: string): boolean;
  /** Locks a path, where the system has locks; undefined if another writer holds it. The result unlocks it. */
  lock(path: string): Promise<(() => Promise<void>) | undefined>;
}

/** A system to write files on. */
export interface Host {
  readonly files: FileSystem;
  readonly writers: Writers;
  /** The absolute path, its folder and its name. */
  split(path: string): { readonly path: string; readonly folder: string; readonly name: string };
  join(folder: string, name: string): string;
  /** Makes the names in a folder safe, where the system can. `others`: the folder may belong to others. */
  syncFolder(folder: string, others: boolean): Promise<void>;
}
