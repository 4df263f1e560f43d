// The entry `bptt/browser`: files that a crash cannot break, under the names of `bptt/node`.

export { appendTo, loadFile, saveFile } from './files/browser-files.ts';
export { CheckpointFolder } from './files/browser-folder.ts';
export type { CheckpointFolderOptions, SaveOptions } from './files/checkpoint-store.ts';
export { FileError } from './files/file-error.ts';
