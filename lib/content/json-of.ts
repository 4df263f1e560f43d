// The JSON of a file, as far as it is some.

import { decodeUtf8 } from '../formats/utf8.ts';

/** What a model.json says of files, as far as it is what it should be. */
export interface Manifest {
  readonly format?: unknown;
  readonly weightsManifest?: readonly { readonly paths?: readonly unknown[] }[];
}

/** White space of JSON. */
const SPACE: readonly number[] = [0x20, 0x09, 0x0a, 0x0d];
const BRACE = 0x7b;

/** The object in a file of JSON; undefined for other files. */
export function jsonOf(bytes: Uint8Array): Manifest | undefined {
  if (bytes.find((byte) => !SPACE.includes(byte)) !== BRACE) return undefined;
  try {
    return JSON.parse(decodeUtf8(bytes) ?? '') as Manifest;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
