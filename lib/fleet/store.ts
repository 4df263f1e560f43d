// Where results are kept: the interface, and a folder.

import { StateError } from '../errors.ts';
import { isGone } from '../files/file-error.ts';
import { appendTo, loadFile, saveFile } from '../files/node-files.ts';
import { orFileError } from '../files/safe-write.ts';
import { requirePath } from '../files/save-file.ts';
import { builtin } from './builtins.ts';
import { isKey } from './job.ts';
import { type JobOutcome, outcomeOf } from './outcome.ts';

/** What is known of a job when it has ended. */
export interface JobRecord {
  /** Key of the job. */
  readonly key: string;
  /** Its name, if it has one. */
  readonly name: string | undefined;
  /** What it computed; undefined if it failed. */
  readonly outcome: JobOutcome | undefined;
  /** Why it failed; undefined if it did not. */
  readonly error: Error | undefined;
  /** Attempts, at least 1. */
  readonly attempts: number;
  /** Seconds that all attempts took. */
  readonly seconds: number;
}

/** Keeps results by key, so that no job is done twice. Write your own for an object store or a database. */
export interface FleetStore {
  /** The result of a key; undefined if there is none, or it failed. */
  get(key: string): Promise<JobOutcome | undefined>;
  /** Keeps the record of a job that has ended; resolves once a crash cannot lose it. Equal results of one key may come twice. */
  put(record: JobRecord): Promise<void>;
  /** The checkpoint of a job that has not ended; undefined if there is none. */
  checkpoint?(key: string): Promise<Uint8Array | undefined>;
  /** Keeps a checkpoint in place of the last one. Once there is a result of the key, it is useless: let `put` remove it. */
  saveCheckpoint?(key: string, bytes: Uint8Array): Promise<void>;
}

/** A store in a folder. */
export interface FolderStore extends FleetStore {
  /** Keys of all results, in any order. */
  keys(): AsyncGenerator<string, void>;
}

/** Milliseconds between attempts to save what another process saves. */
const PAUSE = 100;
const ATTEMPTS = 50;

declare function setTimeout(call: () => void, milliseconds: number): unknown;

/** Saves a file that other processes may be saving too, with the same bytes. */
async function saveShared(path: string, bytes: Uint8Array): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await saveFile(path, bytes);
    } catch (error) {
      if (!(error instanceof StateError) || attempt === ATTEMPTS) throw error;
      await new Promise<void>((resolve) => {
        setTimeout(resolve, PAUSE);
      });
    }
  }
}

/** The names in a folder; none if it does not exist. */
function list(path: string): Promise<readonly string[]> {
  const where = 'folderStore.keys';
  return orFileError(where, 'list', path, async () => {
    try {
      return await builtin(where, 'node:fs').promises.readdir(path);
    } catch (error) {
      if (isGone(error)) return [];
      throw error;
    }
  });
}

/** Results in a folder: see folderStore. */
class Folder implements FolderStore {
  readonly #folder: string;
  readonly #write: (text: string) => Promise<void>;
  readonly #made = new Map<string, Promise<unknown>>();

  constructor(folder: string) {
    this.#folder = folder;
    this.#write = appendTo(this.#join('manifest.jsonl'));
  }

  async get(key: string): Promise<JobOutcome | undefined> {
    const where = 'folderStore.get';
    const bytes = await loadFile(this.#fileOf(where, key, 'safetensors'));
    return bytes && outcomeOf(where, key, bytes);
  }

  async put({ key, name, outcome, error, attempts, seconds }: JobRecord): Promise<void> {
    const file = this.#fileOf('folderStore.put', key, 'safetensors');
    await this.#make(file);
    const { loss, steps } = outcome ?? {};
    const facts = { key, name, status: outcome === undefined ? 'failed' : 'done', loss, steps, attempts, seconds };
    const message = error && `${error.name}: ${error.message}`;
    await this.#write(`${JSON.stringify({ ...facts, error: message })}\n`);
    if (outcome === undefined) return;
    await saveShared(file, outcome.model);
    const where = 'folderStore.put';
    const checkpoint = this.#fileOf(where, key, 'checkpoint');
    await orFileError(where, 'remove', checkpoint, () =>
      builtin(where, 'node:fs').promises.rm(checkpoint, { force: true }),
    );
  }

  async checkpoint(key: string): Promise<Uint8Array | undefined> {
    return loadFile(this.#fileOf('folderStore.checkpoint', key, 'checkpoint'));
  }

  async saveCheckpoint(key: string, bytes: Uint8Array): Promise<void> {
    const file = this.#fileOf('folderStore.saveCheckpoint', key, 'checkpoint');
    await this.#make(file);
    await saveShared(file, bytes);
  }

  /** Keys of all results, in any order. */
  async *keys(): AsyncGenerator<string, void> {
    for (const folder of await list(this.#folder)) {
      if (!/^[0-9a-f]{2}$/.test(folder)) continue;
      for (const name of await list(this.#join(folder))) {
        const [key, end] = name.split('.');
        if (isKey(key) && end === 'safetensors' && name === `${key}.${end}`) yield key;
      }
    }
  }

  #join(...parts: readonly string[]): string {
    return builtin('folderStore', 'node:path').join(this.#folder, ...parts);
  }

  /** The file of a key, in one of 256 folders. Only keys name files. */
  #fileOf(where: string, key: string, end: string): string {
    if (isKey(key)) return this.#join(key.slice(0, 2), `${key}.${end}`);
    throw new StateError({ where, expected: 'be for a key of 32 hexadecimal digits', received: JSON.stringify(key) });
  }

  /** Makes the folder of a file, once. */
  async #make(file: string): Promise<void> {
    const where = 'folderStore';
    const folder = builtin(where, 'node:path').dirname(file);
    const { promises } = builtin(where, 'node:fs');
    const make = () => orFileError(where, 'make', folder, () => promises.mkdir(folder, { recursive: true }));
    const made = this.#made.get(folder) ?? make();
    this.#made.set(folder, made);
    try {
      await made;
    } catch (error) {
      this.#made.delete(folder); // the next result tries again
      throw error;
    }
  }
}

/**
 * A store in a folder, which a crash cannot break. `ab/ab….safetensors` is the model of the job whose key begins with ab: it is the
 * result. `ab/ab….checkpoint` is the checkpoint of a job that has not ended. `manifest.jsonl` has a line of JSON for each job that
 * ended, done or failed: a log to read, not what decides. Several processes may write to one folder.
 *
 * @param folder - its path; it is made when the first result comes
 * @returns the store, with `keys()`: the keys of all results
 * @throws ArgumentError; StateError in browsers. Its methods reject with FileError if the system fails, FormatError for a file that is
 *   not the result of its key
 *
 * @example
 * ```ts
 * import { mkdtempSync } from 'node:fs';
 * const store = folderStore(mkdtempSync('/tmp/doc-'));
 * await store.get('0123456789abcdef0123456789abcdef'); // undefined
 * ```
 */
export function folderStore(folder: string): FolderStore {
  return new Folder(requirePath('folderStore', 'folder', folder));
}
