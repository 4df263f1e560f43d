// Files of browsers, and the locks of tabs and workers.

import type { Host } from './host.ts';
import { OriginFiles, type OriginFolder } from './origin-files.ts';

/** The members of `navigator` that are used here. */
export interface BrowserNavigator {
  readonly storage?: { getDirectory?(): Promise<OriginFolder> };
  readonly locks?: {
    request(
      name: string,
      options: { readonly ifAvailable: boolean },
      work: (lock: object | null) => Promise<void> | undefined,
    ): Promise<unknown>;
  };
}

declare const crypto: { getRandomValues(array: Uint32Array): Uint32Array };

let host: Host | undefined;

/** The system of this browser. Without one, its operations fail. */
export function browserHost(): Host {
  host ??= browserHostOf(() => (globalThis as unknown as { readonly navigator?: BrowserNavigator }).navigator);
  return host;
}

/** A system of files and locks that are looked up at each operation. */
export function browserHostOf(navigator: () => BrowserNavigator | undefined): Host {
  const root = async (): Promise<OriginFolder> => {
    const { storage } = navigator() ?? {};
    if (storage?.getDirectory === undefined) throw lacks('navigator.storage.getDirectory');
    return storage.getDirectory();
  };
  const lock = (name: string, ifAvailable: boolean) => hold(navigator()?.locks, name, ifAvailable);
  let own: string | undefined;
  return {
    files: new OriginFiles(root, async (path) => (await lock(`bptt append ${path}`, false))!),
    writers: {
      get own() {
        own ??= crypto.getRandomValues(new Uint32Array(2)).join('-');
        return own;
      },
      isAlive: () => false, // who holds the lock is the only writer
      lock: (path) => lock(`bptt ${path}`, true),
    },
    split(path) {
      const names = resolve(path);
      const folder = `/${names.slice(0, -1).join('/')}`;
      return { path: `/${names.join('/')}`, folder, name: names.at(-1) ?? '' };
    },
    join: (folder, name) => (folder === '/' ? `/${name}` : `${folder}/${name}`),
    syncFolder: async () => {}, // nothing of a browser does
  };
}

function lacks(what: string): Error {
  return new Error(`this program has no ${what}, which browsers have in pages from https or localhost`);
}

/** Takes a lock, which ends with the tab or worker. Waits for it unless `ifAvailable`; undefined if others hold it then. */
async function hold(
  locks: BrowserNavigator['locks'],
  name: string,
  ifAvailable: boolean,
): Promise<(() => Promise<void>) | undefined> {
  if (locks === undefined) throw lacks('navigator.locks');
  return new Promise((resolve, reject) => {
    const request = locks.request(name, { ifAvailable }, (lock) => {
      if (lock === null) {
        resolve(undefined);
        return undefined;
      }
      return new Promise<void>((release) => {
        resolve(async () => {
          release();
          await request;
        });
      });
    });
    request.then(undefined, reject);
  });
}

/** The names on the way from the root to a path. */
function resolve(path: string): string[] {
  const names: string[] = [];
  for (const name of path.split('/')) {
    if (name === '..') names.pop();
    else if (name !== '' && name !== '.') names.push(name);
  }
  return names;
}
