// The files of spec/golden/kerasfiles, which spec/support/keras_files.py wrote.

import { readFileSync } from 'node:fs';

const FOLDER = new URL('../golden/kerasfiles/', import.meta.url);

/** Inputs and outputs of the model of a file, computed in float64 from Keras' equations. */
interface Expected {
  readonly x: unknown;
  readonly y: unknown;
}

/** The bytes of a file. */
export function kerasFile(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(name, FOLDER)));
}

/** What the model of a file computes. */
export function kerasExpected(name: string): Expected {
  const all = JSON.parse(readFileSync(new URL('expected.json', FOLDER), 'utf8')) as Record<string, Expected>;
  return all[name]!;
}
