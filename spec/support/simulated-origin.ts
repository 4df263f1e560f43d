// The origin private file system of a simulated browser, with locks. Operations can fail, and tabs can die after any of
// them: then nothing of the tab happens any more, its locks are free, and what it wrote beside a file is lost.

import { type BrowserNavigator, browserHostOf } from '../../lib/files/browser-host.ts';
import type { Host } from '../../lib/files/host.ts';
import type { OriginFile, OriginFolder } from '../../lib/files/origin-files.ts';

interface Entry {
  bytes: number[];
  /** The tab that has it open, if any. */
  writer: Tab | undefined;
}

export interface Failure {
  /** Name of the DOMException. */
  readonly code: string;
  /** Number of the operation, from 0. */
  readonly at: number;
  /** Whether all later operations fail too. */
  readonly persistent: boolean;
}

/** What a tab or worker can do. */
export interface Abilities {
  /** Has access handles, as dedicated workers do. */
  readonly handles?: boolean;
  /** Writes streams, as everything but Safari before 26 does. */
  readonly streams?: boolean;
  /** Shows what a stream writes as a file, as Chromium does. */
  readonly swaps?: boolean;
}

const failureOf = (code: string, what: string): DOMException => new DOMException(`simulated, ${what}`, code);
const NEVER = new Promise<never>(() => {});

export class SimulatedOrigin {
  readonly files = new Map<string, Entry>();
  readonly folders = new Set<string>(['']);
  readonly held = new Map<string, Tab>();
  readonly waiting: (() => void)[] = [];
  /** Operations so far, by name. */
  readonly log: string[] = [];
  failure: Failure | undefined;
  /** Called after each operation. */
  onOperation: (tab: Tab) => void = () => {};
  /** Turns that an operation takes. */
  delay: () => number = () => 0;
  /** Largest number of bytes that an access handle writes at once. */
  most = 16;

  get names(): string[] {
    return [...this.files.keys()];
  }

  tab(abilities: Abilities): Tab {
    return new Tab(this, abilities);
  }

  /** The same files where everything works and nothing is open. */
  restarted(): SimulatedOrigin {
    const origin = new SimulatedOrigin();
    for (const [path, { bytes }] of this.files) origin.files.set(path, { bytes: [...bytes], writer: undefined });
    for (const path of this.folders) origin.folders.add(path);
    return origin;
  }
}

/** A tab or a worker. */
export class Tab {
  readonly origin: SimulatedOrigin;
  readonly navigator: BrowserNavigator;
  readonly host: Host;
  readonly #abilities: Abilities;
  #alive = true;

  constructor(origin: SimulatedOrigin, abilities: Abilities) {
    this.origin = origin;
    this.#abilities = abilities;
    this.navigator = {
      storage: { getDirectory: () => this.#operation('root', () => this.#folder('')) },
      locks: { request: (name, options, work) => this.#request(name, options.ifAvailable, work) },
    };
    this.host = browserHostOf(() => this.navigator);
  }

  die(): void {
    this.#alive = false;
    const { files, held, waiting } = this.origin;
    for (const entry of files.values()) if (entry.writer === this) entry.writer = undefined;
    for (const [name, tab] of held) if (tab === this) held.delete(name);
    for (const wake of waiting.splice(0)) wake();
  }

  async #operation<R>(what: string, work: () => R): Promise<R> {
    for (let turns = this.origin.delay(); turns > 0; turns--) await undefined;
    return this.#alive ? this.#now(what, work) : NEVER;
  }

  #now<R>(what: string, work: () => R): R | Promise<never> {
    const { failure, log } = this.origin;
    const index = log.push(what) - 1;
    if (failure !== undefined && (failure.persistent ? index >= failure.at : index === failure.at)) {
      throw failureOf(failure.code, what);
    }
    const result = work();
    this.origin.onOperation(this);
    return this.#alive ? result : NEVER;
  }

  async #request(
    name: string,
    ifAvailable: boolean,
    work: (lock: object | null) => Promise<void> | undefined,
  ): Promise<void> {
    const { held, waiting } = this.origin;
    await this.#operation('lock', () => {});
    while (held.has(name)) {
      if (ifAvailable) return work(null);
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
    held.set(name, this);
    await work({ name });
    held.delete(name);
    for (const wake of waiting.splice(0)) wake();
  }

  /** `path` is '' for the root, and begins with a slash otherwise. */
  #folder(path: string): OriginFolder & { readonly path: string } {
    const { files, folders } = this.origin;
    const there = (): void => {
      if (!folders.has(path)) throw failureOf('NotFoundError', path);
    };
    return {
      path,
      getFileHandle: (name, options) =>
        this.#operation(options?.create ? 'create' : 'find', () => {
          const at = `${path}/${name}`;
          there();
          if (folders.has(at)) throw failureOf('TypeMismatchError', at);
          if (!files.has(at)) {
            if (!options?.create) throw failureOf('NotFoundError', at);
            files.set(at, { bytes: [], writer: undefined });
          }
          return this.#file(at);
        }),
      getDirectoryHandle: (name, options) =>
        this.#operation('folder', () => {
          const at = `${path}/${name}`;
          if (options?.create) folders.add(at);
          else if (!folders.has(at)) throw failureOf('NotFoundError', at);
          return this.#folder(at);
        }),
      removeEntry: (name) =>
        this.#operation('remove', () => {
          const at = this.#free(`${path}/${name}`);
          files.get(at)!.bytes = []; // a browser may end here
          this.origin.onOperation(this);
          if (this.#alive) files.delete(at);
        }),
      keys: () => this.#keys(path),
    };
  }

  async *#keys(path: string): AsyncGenerator<string> {
    const names = await this.#operation('list', () =>
      this.origin.names.filter((name) => name.startsWith(`${path}/`)).map((name) => name.slice(path.length + 1)),
    );
    yield* names.filter((name) => !name.includes('/'));
  }

  /** Returns the path of a file that is there and not open. */
  #free(path: string): string {
    const entry = this.origin.files.get(path);
    if (entry === undefined) throw failureOf('NotFoundError', path);
    if (entry.writer !== undefined) throw failureOf('NoModificationAllowedError', path);
    return path;
  }

  #file(path: string): OriginFile {
    const { files } = this.origin;
    const { handles, streams } = this.#abilities;
    let at = path;
    return {
      getFile: () =>
        this.#operation('get', () => {
          const entry = files.get(at);
          if (entry === undefined) throw failureOf('NotFoundError', at);
          const { bytes } = entry;
          const read = (): ArrayBuffer => {
            if (files.get(at)?.bytes !== bytes) throw failureOf('NotReadableError', at);
            return Uint8Array.from(bytes).buffer;
          };
          return { size: bytes.length, arrayBuffer: () => this.#operation('read', read) };
        }),
      move: (folder, name) =>
        this.#operation('move', () => {
          const to = `${(folder as OriginFolder & { readonly path: string }).path}/${name}`;
          const entry = files.get(this.#free(at))!;
          if (files.has(to)) throw failureOf('UnknownError', `${to} exists`); // no browser replaces it safely
          files.delete(at);
          files.set(to, entry);
          at = to;
        }),
      ...(handles ? { createSyncAccessHandle: () => this.#operation('open', () => this.#handle(at)) } : {}),
      ...(streams ? { createWritable: (options) => this.#operation('open', () => this.#stream(at, options)) } : {}),
    };
  }

  #handle(path: string): Awaited<ReturnType<NonNullable<OriginFile['createSyncAccessHandle']>>> {
    const entry = this.origin.files.get(this.#free(path))!;
    entry.writer = this;
    return {
      getSize: () => this.#now('size', () => entry.bytes.length),
      write: (bytes, { at }) => {
        const written = Math.min(bytes.length, this.origin.most);
        const work = (): void => {
          for (let k = 0; k < written; k++) entry.bytes[at + k] = bytes[k]!;
        };
        if (this.#alive) this.#now('write', work);
        return written;
      },
      flush: () => (this.#alive ? this.#now('flush', () => {}) : NEVER),
      close: () => {
        if (!this.#alive) return NEVER;
        entry.writer = undefined; // also where it fails
        return this.#now('close', () => {});
      },
    };
  }

  #stream(
    path: string,
    { keepExistingData }: { readonly keepExistingData: boolean },
  ): Awaited<ReturnType<NonNullable<OriginFile['createWritable']>>> {
    const { files } = this.origin;
    const entry = files.get(this.#free(path))!;
    const swap: Entry = { bytes: keepExistingData ? [...entry.bytes] : [], writer: this };
    const name = `${path}.crswap`;
    if (this.#abilities.swaps) files.set(name, swap);
    entry.writer = this;
    let [position, ended] = [0, false];
    const end = (): void => {
      if (files.get(name) === swap) files.delete(name);
      entry.writer = undefined;
      ended = true;
    };
    /** After an error, the stream has ended. */
    const during = async (what: string, work: () => void): Promise<void> => {
      if (ended) throw new TypeError('the stream has ended');
      try {
        await this.#operation(what, work);
      } catch (error) {
        end();
        throw error;
      }
    };
    return {
      seek: (to) =>
        during('seek', () => {
          position = to;
        }),
      write: (bytes) =>
        during('write', () => {
          for (const byte of bytes) swap.bytes[position++] = byte;
        }),
      close: () =>
        during('close', () => {
          entry.bytes = swap.bytes;
          end();
        }),
      abort: () => this.#operation('abort', end),
    };
  }
}
