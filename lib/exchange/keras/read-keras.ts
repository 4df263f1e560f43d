// `readKeras`: what is in a file of Keras.

import { requireBytes } from '../require-bytes.ts';
import { type KerasContent, openKeras } from './content.ts';

/**
 * Lists what a file of Keras holds: a `.keras` archive, a `.weights.h5` file, or an `.h5` file of Keras 1 to 3 with or
 * without the config of a model. It needs no other library, and reads what h5py writes by default: HDF5 of old and new
 * form, compressed by gzip and shuffle or not at all. The state of an optimizer is not read.
 *
 * @param bytes - the whole file
 * @returns version, config, layers and arrays
 * @throws FormatError for other files, with the reason; ArgumentError
 *
 * @example
 * ```ts
 * const listed = async (bytes: Uint8Array) => (await readKeras(bytes)).layers.map(({ name, arrays }) => [name, arrays.length]);
 * listed.length; // 1
 * ```
 */
export async function readKeras(bytes: Uint8Array): Promise<KerasContent> {
  const where = 'readKeras';
  return openKeras(where, requireBytes(where, bytes));
}
