// `CheckpointFolder` of `bptt/browser`.

import { browserHost } from './browser-host.ts';
import { type CheckpointFolderOptions, CheckpointStore } from './checkpoint-store.ts';

/**
 * Keeps the last checkpoints of a training, and the best one, in a folder of the origin private file system. A crash of
 * the tab or the browser at any time leaves the last checkpoint whose `save` returned, or a newer one. One tab or worker at
 * a time writes to a folder. Files are named `checkpoint-12-value-0.25.safetensors`: number, and value if there is one.
 *
 * @example
 * ```ts
 * import { CheckpointFolder } from 'bptt/browser';
 * const folder = new CheckpointFolder('run', { keep: 2 });
 * for (const value of [0.5, 0.25, 0.75, 1]) await folder.save(Uint8Array.of(100 * value), { value });
 * await folder.latest(); // Uint8Array [100]
 * await folder.best();   // Uint8Array [25]
 * await folder.names();  // ['checkpoint-2-value-0.25.safetensors', 'checkpoint-3-value-0.75.safetensors', 'checkpoint-4-value-1.safetensors']
 * ```
 */
export class CheckpointFolder extends CheckpointStore {
  /**
   * @param path - the folder, from the root of the origin's files; the first `save` creates it
   * @param options - see CheckpointFolderOptions
   * @throws ArgumentError
   */
  constructor(path: string, options: CheckpointFolderOptions = {}) {
    super(browserHost(), path, options);
  }
}
