// `saveFile` and `loadFile` of `bptt/node`: bytes in a file that a crash cannot break. `appendTo` adds text to a file.

import { nodeHost } from './node-host.ts';
import { appendOn, loadOn, saveOn } from './save-file.ts';

/**
 * Writes bytes to a file so that a crash of the program, the system or the machine at any time leaves the old or the new
 * content. It writes a temporary file in the same folder, syncs it, renames it, and syncs the folder. The temporary files
 * of writers that died are removed. Saves of this process to one path wait for each other.
 *
 * @param path - the file; its folder has to exist
 * @param bytes - its content, of which the function makes a copy at once
 * @returns a promise that resolves once the content is safe
 * @throws ArgumentError; StateError while another process writes to the path; FileError if the system fails. Then the old
 *   content is there, or the new one
 *
 * @example
 * ```ts
 * import { mkdtempSync } from 'node:fs';
 * const path = `${mkdtempSync('/tmp/doc-')}/model.safetensors`;
 * const model = new Sequential([new Dense({ units: 1 })]).build(3);
 * await saveFile(path, model.toBytes());
 * Sequential.fromBytes(await loadFile(path)).parameters.size; // 4
 * ```
 */
export async function saveFile(path: string, bytes: Uint8Array): Promise<void> {
  return saveOn(nodeHost(), path, bytes);
}

/**
 * Reads the bytes of a file.
 *
 * @param path - the file
 * @returns its content; undefined if there is no such file
 * @throws ArgumentError; FileError if the system fails
 *
 * @example
 * ```ts
 * await loadFile('/tmp/no/such/file'); // undefined
 * ```
 */
export async function loadFile(path: string): Promise<Uint8Array | undefined> {
  return loadOn(nodeHost(), 'loadFile', path);
}

/**
 * Returns a function that appends text to a file, for `new CsvLog({ write: appendTo('log.csv') })`. Calls wait for each
 * other. It does not sync the file.
 *
 * @param path - the file; its folder has to exist
 * @throws ArgumentError; the function's promise rejects with a FileError
 *
 * @example
 * ```ts
 * import { mkdtempSync } from 'node:fs';
 * const path = `${mkdtempSync('/tmp/doc-')}/log.csv`;
 * const write = appendTo(path);
 * await write('epoch,loss\r\n');
 * (await loadFile(path)).length; // 12
 * ```
 */
export function appendTo(path: string): (text: string) => Promise<void> {
  return appendOn(nodeHost(), path);
}
