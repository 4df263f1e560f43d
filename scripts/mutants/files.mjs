const FAULTS = { killedBy: 'spec/files/faults.spec.ts' };
const FOLDER = { killedBy: 'spec/files/checkpoint-folder.spec.ts' };
const NODE = { killedBy: 'spec/files/node-files.spec.ts', test: 'files of Node|processes are known' };

/** Mutants that lose files in a crash, or leave temporary files.
 * @type {Record<string, import('./list.mjs').Change[]>}
 */
export const files = {
  'lib/files/safe-write.ts': [
    {
      name: 'files: content not synced',
      find: "await doing('sync', path, () => file.sync());",
      replace: '',
      ...FAULTS,
    },
    {
      name: 'files: folder not synced',
      find: "await doing('sync', folder, () => host.syncFolder(folder, false));",
      replace: '',
      ...FAULTS,
    },
    {
      name: 'files: an error of closing is dropped',
      find: "await doing('close', path, () => file.close());",
      replace: 'await file.close().catch(() => undefined);',
      ...FAULTS,
    },
    {
      name: 'files: a short write ends the file',
      find: 'at += bytesWritten;',
      replace: 'at = bytes.length;',
      ...FAULTS,
    },
    {
      name: 'files: a write of nothing loops',
      find: "if (bytesWritten === 0) throw new Error('the system wrote 0 bytes');",
      replace: 'if (bytesWritten === 0) return;',
      ...FAULTS,
    },
    {
      name: 'files: temporary file stays after an error',
      find: 'if (!renamed) await Promise',
      replace: 'if (false) await Promise',
      ...FAULTS,
    },
    {
      name: 'files: two writers at once',
      find: 'if (writers.isAlive(writer[1]!)) ',
      replace: 'if (false) ',
      ...FAULTS,
    },
    {
      name: 'files: temporary files of the dead stay',
      find: 'await removeIfThere(files, where, join(folder, name));',
      replace: '',
      ...FAULTS,
    },
    {
      name: 'files: removes files of other paths',
      find: ' || !name.startsWith(`',
      replace: ' || false && name.startsWith(`',
      ...FAULTS,
    },
    {
      name: 'files: saves of one process do not wait',
      find: 'before.then(() => writeLocked(host, write))',
      replace: 'writeLocked(host, write)',
      ...FAULTS,
    },
  ],
  'lib/files/save-file.ts': [
    {
      name: 'files: later writes of the caller are saved',
      find: 'Uint8Array.prototype.slice.call(value)',
      replace: 'value as Uint8Array',
      ...NODE,
    },
    {
      name: 'files: appends out of order',
      find: "last.then(() => orFileError(where, 'append to', at, append))",
      replace: "orFileError(where, 'append to', at, append)",
      ...NODE,
      test: 'grow by text',
    },
  ],
  'lib/files/node-host.ts': [
    {
      name: 'files: any error of a folder is tolerated',
      find: "!NO_FOLDER_SYNC.includes(code) && !(others && code === 'EACCES')",
      replace: 'false',
      ...FAULTS,
    },
    {
      name: 'files: a number is a process',
      find: 'return startOf(Number(pid)) === start;',
      replace: 'return startOf(Number(pid)) !== undefined;',
      ...NODE,
    },
    {
      name: 'files: a process that was not collected is alive',
      find: "state === 'Z' || state === 'X' ? undefined : ",
      replace: '',
      killedBy: 'spec/files/node-files.spec.ts',
      test: 'have their start',
    },
  ],
  'lib/files/checkpoint-store.ts': [
    { name: 'folder: the best is removed', find: 'if (each !== best) await', replace: 'await', ...FOLDER },
    {
      name: 'folder: the last of equal ones is the best',
      find: 'sign * each.value < sign * best.value',
      replace: 'sign * each.value <= sign * best.value',
      ...FOLDER,
    },
    { name: 'folder: less is better', find: "this.#mode === 'min' ? 1 : -1", replace: '1', ...FOLDER },
    { name: 'folder: sorted as text', find: 'a.number - b.number', replace: 'a.name < b.name ? -1 : 1', ...FOLDER },
    { name: 'folder: keeps one more', find: 'slice(0, -this.#keep)', replace: 'slice(0, -this.#keep - 1)', ...FOLDER },
  ],
};
