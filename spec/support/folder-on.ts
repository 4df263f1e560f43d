// Checkpoints in a folder of any system, such as a simulated one.

import { type CheckpointFolderOptions, CheckpointStore } from '../../lib/files/checkpoint-store.ts';
import type { Host } from '../../lib/files/host.ts';

class Folder extends CheckpointStore {}

export function folderOn(host: Host, path: string, options: CheckpointFolderOptions = {}): CheckpointStore {
  return new Folder(host, path, options);
}
