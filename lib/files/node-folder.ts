// `CheckpointFolder` of `bptt/node`.

import { type CheckpointFolderOptions, CheckpointStore } from './checkpoint-store.ts';
import { nodeHost } from './node-host.ts';

/**
 * Keeps the last checkpoints of a training, and the best one, in a folder. A crash at any time leaves the last checkpoint
 * whose `save` returned, or a newer one. One process at a time writes to a folder. Files are named
 * `checkpoint-12-value-0.25.safetensors`: number, and value if there is one.
 *
 * @example
 * ```ts
 * import { mkdtempSync } from 'node:fs';
 * const folder = new CheckpointFolder(mkdtempSync('/tmp/doc-'), { keep: 2 });
 * for (const value of [0.5, 0.25, 0.75, 1]) await folder.save(Uint8Array.of(100 * value), { value });
 * await folder.latest(); // Uint8Array [100]
 * await folder.best();   // Uint8Array [25]
 * await folder.names();  // ['checkpoint-2-value-0.25.safetensors', 'checkpoint-3-value-0.75.safetensors', 'checkpoint-4-value-1.safetensors']
 * ```
 */
export class CheckpointFolder extends CheckpointStore {
  /**
   * @param path - the folder; the first `save` creates it
   * @param options - see CheckpointFolderOptions
   * @throws ArgumentError
   */
  constructor(path: string, options: CheckpointFolderOptions = {}) {
    super(nodeHost(), path, options);
  }
}
