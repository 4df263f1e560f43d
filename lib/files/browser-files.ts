// `saveFile` and `loadFile` of `bptt/browser`: bytes in a file that a crash cannot break. `appendTo` adds text to a file.

import { browserHost } from './browser-host.ts';
import { appendOn, loadOn, saveOn } from './save-file.ts';

/**
 * Writes bytes to a file of the origin private file system so that a crash of the tab or the browser at any time leaves
 * the old or the new content. It writes a temporary file in the same folder, and renames it. The temporary files of writers
 * that died are removed. Saves of one tab or worker to one path wait for each other. No browser promises that a file
 * survives a loss of power; see the guide on checkpoints.
 *
 * @param path - the file, from the root of the origin's files; its folder has to exist
 * @param bytes - its content, of which the function makes a copy at once
 * @returns a promise that resolves once no crash of the tab or the browser can lose the content
 * @throws ArgumentError; StateError while another tab or worker writes to the path; FileError if the browser fails. Then
 *   the old content is there, or the new one
 *
 * @example
 * ```ts
 * import { loadFile, saveFile } from 'bptt/browser';
 * const model = new Sequential([new Dense({ units: 1 })]).build(3);
 * await saveFile('model.safetensors', model.toBytes());
 * Sequential.fromBytes(await loadFile('model.safetensors')).parameters.size; // 4
 * ```
 */
export async function saveFile(path: string, bytes: Uint8Array): Promise<void> {
  return saveOn(browserHost(), path, bytes);
}

/**
 * Reads the bytes of a file of the origin private file system.
 *
 * @param path - the file, from the root of the origin's files
 * @returns its content; undefined if there is no such file
 * @throws ArgumentError; FileError if the browser fails
 *
 * @example
 * ```ts
 * import { loadFile } from 'bptt/browser';
 * await loadFile('no/such/file'); // undefined
 * ```
 */
export async function loadFile(path: string): Promise<Uint8Array | undefined> {
  return loadOn(browserHost(), 'loadFile', path);
}

/**
 * Returns a function that appends text to a file of the origin private file system, for
 * `new CsvLog({ write: appendTo('log.csv') })`. Calls wait for each other, and for those of other tabs and workers. In a
 * window each call copies the file; in a dedicated worker it does not.
 *
 * @param path - the file, from the root of the origin's files; its folder has to exist
 * @throws ArgumentError; the function's promise rejects with a FileError
 *
 * @example
 * ```ts
 * import { appendTo, loadFile } from 'bptt/browser';
 * const write = appendTo('log.csv');
 * await write('epoch,loss\r\n');
 * (await loadFile('log.csv')).length; // 12
 * ```
 */
export function appendTo(path: string): (text: string) => Promise<void> {
  return appendOn(browserHost(), path);
}
