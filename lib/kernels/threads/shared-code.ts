// Code of the kernels for shared memories.

/** The import of the memory: its name, its kind, and limits with a maximum. */
const IMPORT: readonly number[] = [6, ...[...'memory'].map((letter) => letter.charCodeAt(0)), 2, 1];

/** Limits with a maximum, of a shared memory. */
const SHARED = 3;

/** The code of the kernels for a shared memory: one byte differs. */
export function sharedCode(code: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const at = code.findIndex((_, at) => IMPORT.every((byte, k) => code[at + k] === byte));
  if (at < 0) throw new TypeError('the kernels import no memory');
  const shared = code.slice();
  shared[at + IMPORT.length - 1] = SHARED;
  return shared;
}
