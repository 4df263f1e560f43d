const FAULTS = { killedBy: 'spec/files/faults.spec.ts' };
const FOLDER = { killedBy: 'spec/files/checkpoint-folder.spec.ts' };
const BROWSER = { killedBy: 'spec/files/browser-faults.spec.ts' };
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
      name: 'files: swap files of the dead stay',
      find: '(?:\\.crswap)?',
      replace: '',
      ...BROWSER,
      test: 'leave files of others',
    },
    {
      name: 'files: fails where a tab is about to close a file',
      find: " || codeOf(error) === 'NoModificationAllowedError'",
      replace: '',
      ...BROWSER,
      test: 'about to close',
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
  'lib/files/file-error.ts': [
    {
      name: 'files: no code of a DOMException',
      find: "typeof code === 'number' && typeof name === 'string' ? name : undefined",
      replace: 'undefined',
      ...BROWSER,
    },
  ],
  'lib/files/browser-host.ts': [
    {
      name: 'browser: a second tab waits',
      find: '`, true)',
      replace: '`, false)',
      ...BROWSER,
      test: 'refuses',
    },
    {
      name: 'browser: the parent of a folder is its child',
      find: "if (name === '..') names.pop();",
      replace: "if (name === '..') names.push(name);",
      ...BROWSER,
      test: 'have paths',
    },
    {
      name: 'browser: an error of the locks is dropped',
      find: 'request.then(undefined, reject);',
      replace: 'request.then(undefined, () => resolve(undefined));',
      ...BROWSER,
      test: 'pass an error',
    },
  ],
  'lib/files/origin-files.ts': [
    {
      name: 'browser: a file is read once',
      find: 'attempt === ATTEMPTS ||',
      replace: 'attempt === 1 ||',
      ...BROWSER,
      test: 'another tab reads',
    },
    {
      name: 'browser: the old content is read first',
      find: '[waiting(name), name]',
      replace: '[name, waiting(name)]',
      ...BROWSER,
      test: 'saveFile in a window with the tab dying',
    },
    {
      name: 'browser: the old file is removed first',
      find: 'await file.move(folder, waiting(name));',
      replace: 'await folder.removeEntry(name), await file.move(folder, waiting(name));',
      ...BROWSER,
      test: 'saveFile in a window with the tab dying',
    },
    {
      name: 'browser: content that waits is forgotten',
      find: 'if (await has(folder, waiting(name))) await settle(folder, name);',
      replace: '',
      ...BROWSER,
      test: 'saveFile in a window with the tab dying',
    },
    {
      name: 'browser: replaces files in one step',
      find: 'if (!(await has(folder, name))) return file.move(folder, name);',
      replace: 'if (name) return file.move(folder, name);',
      ...BROWSER,
      test: 'saveFile in a window with the tab dying',
    },
    {
      name: 'browser: nothing is flushed',
      find: 'sync: async () => handle.flush()',
      replace: 'sync: async () => {}',
      ...BROWSER,
      test: 'flushes',
    },
    {
      name: 'browser: writes over what it wrote',
      find: '      at += bytesWritten;',
      replace: '',
      ...BROWSER,
      test: 'with writes of',
    },
    {
      name: 'browser: appends in a worker from the beginning',
      find: 'append ? await handle.getSize() : 0',
      replace: '0',
      ...BROWSER,
      test: 'appendTo',
    },
    {
      name: 'browser: appends in a window from the beginning',
      find: 'stream.seek((await file.getFile()).size)',
      replace: 'stream.seek(0)',
      ...BROWSER,
      test: 'appendTo',
    },
    {
      name: 'browser: appends without a lock',
      find: 'const unlock = await this.#lock(path);',
      replace: 'const unlock = async (): Promise<void> => {};',
      ...BROWSER,
      test: 'appendTo',
    },
    {
      name: 'browser: the lock of a failed append stays',
      find: '      await unlock();',
      replace: '',
      ...BROWSER,
      test: 'loses no earlier lines',
    },
    {
      name: 'browser: files that cannot be opened stay',
      find: 'await Promise.allSettled([folder.removeEntry(name)]);',
      replace: '',
      ...BROWSER,
      test: 'need a worker',
    },
    {
      name: 'browser: a stream is closed after an error',
      find: 'whole = false;',
      replace: 'void whole;',
      ...BROWSER,
      test: 'saveFile in a window with every operation',
    },
  ],
};
