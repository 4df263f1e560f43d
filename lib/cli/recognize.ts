// Recognizes formats by their bytes.

import { BpttError } from '../errors.ts';
import { isZip, readZip } from '../exchange/zip.ts';

/** Whether a file begins with these bytes. */
export function startsWith(bytes: Uint8Array, start: readonly number[]): boolean {
  return start.every((byte, k) => bytes[k] === byte);
}

/** Whether a file is a zip that has a file with this ending. */
export function zipHas(bytes: Uint8Array, ending: string): boolean {
  if (!isZip(bytes)) return false;
  try {
    return [...readZip('bptt', bytes).keys()].some((name) => name.endsWith(ending));
  } catch (error) {
    if (error instanceof BpttError) return false;
    throw error;
  }
}
