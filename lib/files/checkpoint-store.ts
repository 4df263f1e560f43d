// The last checkpoints of a training, and the best one, in a folder of any system: `CheckpointFolder` of `bptt/node` and
// `bptt/browser`.

import { requireNumber } from '../checks.ts';
import { integer, oneOf, optional, readOptions, type Schema } from '../options.ts';
import { isGone } from './file-error.ts';
import type { Host } from './host.ts';
import { orFileError, removeIfThere, writeSafely } from './safe-write.ts';
import { copyBytes, loadOn, requirePath } from './save-file.ts';

/** Options of a CheckpointFolder. */
export interface CheckpointFolderOptions {
  /** Number of the last checkpoints to keep, at least 1; the best one is kept besides; default 3. */
  readonly keep?: number;
  /** Whether less or more of the value of a checkpoint is better: `'min'` or `'max'`; default `'min'`. */
  readonly mode?: 'min' | 'max';
}

const OPTIONS: Schema<CheckpointFolderOptions> = {
  keep: /* @__PURE__ */ optional(/* @__PURE__ */ integer(), 3),
  mode: /* @__PURE__ */ optional(/* @__PURE__ */ oneOf('min', 'max'), 'min'),
};

/** Options of `save`. */
export interface SaveOptions {
  /**
   * A figure of this checkpoint, such as the validation loss, which decides which one is the best. NaN and infinities count
   * as none.
   */
  readonly value?: number;
}

const SAVE_OPTIONS: Schema<SaveOptions, 'value'> = {
  value: /* @__PURE__ */ optional((where, argument, value) =>
    typeof value === 'number' && !Number.isFinite(value) ? Number.NaN : requireNumber(where, argument, value),
  ),
};

/** A file of the folder. */
interface Saved {
  readonly name: string;
  readonly number: number;
  /** NaN if it has none. */
  readonly value: number;
}

const KEY = 'checkpoint';
const NAME = /^checkpoint-(\d{1,15})(?:-value-(.+))?\.safetensors$/;

/** The checkpoints in a folder. Its classes choose the system. */
export abstract class CheckpointStore {
  readonly #host: Host;
  readonly #path: string;
  /** Whether the names that lead to the folder are safe. */
  #ready = false;
  readonly #keep: number;
  readonly #mode: 'min' | 'max';

  /** @internal */
  constructor(host: Host, path: string, options: CheckpointFolderOptions) {
    const where = 'CheckpointFolder';
    this.#host = host;
    this.#path = host.split(requirePath(where, 'path', path)).path;
    ({ keep: this.#keep, mode: this.#mode } = readOptions(where, options, OPTIONS));
  }

  /**
   * Saves a checkpoint, and then removes those that are neither among the last ones nor the best.
   *
   * @param bytes - its content, of which the method makes a copy at once
   * @param options - see SaveOptions
   * @returns a promise that resolves once the content is safe
   * @throws ArgumentError; StateError while another process, tab or worker writes to the folder; FileError if the system fails
   */
  async save(bytes: Uint8Array, options: SaveOptions = {}): Promise<void> {
    const where = 'CheckpointFolder.save';
    const copy = copyBytes(where, 'bytes', bytes);
    const { value } = readOptions(where, options, SAVE_OPTIONS);
    const folder = this.#path;
    await this.#create(where);
    const name = async (): Promise<string> => {
      const number = ((await this.#list(where)).at(-1)?.number ?? 0) + 1;
      const suffix = value === undefined || Number.isNaN(value) ? '' : `-value-${value}`;
      return `${KEY}-${number}${suffix}.safetensors`;
    };
    await writeSafely(this.#host, { where, folder, key: KEY, bytes: copy, name, after: () => this.#clear(where) });
  }

  /**
   * Reads the last checkpoint.
   *
   * @returns its content; undefined if there is none
   * @throws FileError if the system fails
   */
  async latest(): Promise<Uint8Array | undefined> {
    return this.#load('CheckpointFolder.latest', (saved) => saved.at(-1));
  }

  /**
   * Reads the checkpoint with the best value, the first of equal ones.
   *
   * @returns its content; undefined if none has a value
   * @throws FileError if the system fails
   */
  async best(): Promise<Uint8Array | undefined> {
    return this.#load('CheckpointFolder.best', (saved) => this.#bestOf(saved));
  }

  /**
   * The names of the checkpoints, from the first to the last.
   *
   * @throws FileError if the system fails
   */
  async names(): Promise<string[]> {
    return (await this.#list('CheckpointFolder.names')).map(({ name }) => name);
  }

  /** Creates the folder. The first time, it syncs the folders above: they may be new as well. */
  async #create(where: string): Promise<void> {
    const { files, split } = this.#host;
    await orFileError(where, 'create', this.#path, () => files.mkdir(this.#path, { recursive: true }));
    for (let at = this.#path; !this.#ready && at !== split(at).folder; ) {
      at = split(at).folder;
      await orFileError(where, 'sync', at, () => this.#host.syncFolder(at, true));
    }
    this.#ready = true;
  }

  async #load(where: string, choose: (saved: readonly Saved[]) => Saved | undefined): Promise<Uint8Array | undefined> {
    for (;;) {
      const saved = choose(await this.#list(where));
      if (saved === undefined) return undefined;
      const bytes = await loadOn(this.#host, where, this.#host.join(this.#path, saved.name));
      if (bytes !== undefined) return bytes; // otherwise a writer has replaced it: list again
    }
  }

  /** The checkpoints, by number. */
  async #list(where: string): Promise<readonly Saved[]> {
    const names = await orFileError(where, 'list', this.#path, () => this.#readFolder());
    const saved = names.flatMap((name): Saved[] => {
      const found = NAME.exec(name);
      return found === null ? [] : [{ name, number: Number(found[1]), value: Number(found[2] ?? Number.NaN) }];
    });
    return saved.sort((a, b) => a.number - b.number);
  }

  async #readFolder(): Promise<string[]> {
    try {
      return await this.#host.files.readdir(this.#path);
    } catch (error) {
      if (isGone(error)) return [];
      throw error;
    }
  }

  #bestOf(saved: readonly Saved[]): Saved | undefined {
    const sign = this.#mode === 'min' ? 1 : -1;
    let best: Saved | undefined;
    for (const each of saved) {
      if (!Number.isNaN(each.value) && (best === undefined || sign * each.value < sign * best.value)) best = each;
    }
    return best;
  }

  async #clear(where: string): Promise<void> {
    const saved = await this.#list(where);
    const best = this.#bestOf(saved);
    for (const each of saved.slice(0, -this.#keep)) {
      if (each !== best) await removeIfThere(this.#host.files, where, this.#host.join(this.#path, each.name));
    }
  }
}
