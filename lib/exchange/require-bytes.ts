// Files as bytes.

import { refuse } from '../checks.ts';
import { typedArrayTag } from '../tensor/storage.ts';

/** Returns the bytes of a file from a caller: a Uint8Array of any realm. Memory that other threads may change is copied. */
export function requireBytes(where: string, bytes: Uint8Array, argument = 'bytes'): Uint8Array {
  if (typedArrayTag(bytes) !== 'Uint8Array') refuse(where, argument, 'be a Uint8Array', bytes);
  const { buffer, byteOffset, length } = bytes;
  const view = new Uint8Array(buffer, byteOffset, length);
  return Object.prototype.toString.call(buffer) === '[object SharedArrayBuffer]' ? view.slice() : view;
}
