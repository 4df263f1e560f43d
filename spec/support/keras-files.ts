// The files of spec/golden/kerasfiles, which spec/support/keras_files.py wrote.

import { readFileSync } from 'node:fs';

const FOLDER = new URL('../golden/kerasfiles/', import.meta.url);

/** The bytes of a file. */
export function kerasFile(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(name, FOLDER)));
}
