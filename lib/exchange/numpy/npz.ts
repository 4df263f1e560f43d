// .npz files: several arrays of NumPy by name, in a zip archive.

import { refuse } from '../../checks.ts';
import { describe } from '../../describe.ts';
import { FormatError } from '../../errors.ts';
import { unfit } from '../../formats/safetensors.ts';
import { integer, optional, readOptions, type Schema } from '../../options.ts';
import { type ForeignArray, type ForeignArrays, requireForeignArrays, type WritableArrays } from '../foreign-array.ts';
import { requireBytes } from '../require-bytes.ts';
import { entryBytes, readZip, writeZip, type ZipEntry } from '../zip.ts';
import { decodeNpy, encodeNpy } from './npy.ts';

/** Options of `readNpz`. */
export interface ReadNpzOptions {
  /** The most bytes to inflate from a compressed file; default 4 MiB more than the file has. */
  readonly maxBytes?: number;
}

const READ_OPTIONS: Schema<ReadNpzOptions, 'maxBytes'> = { maxBytes: optional(integer(0)) };
const ROOM = 1 << 22;
const MOST_ARRAYS = 8192;
const ENDING = '.npy';

/**
 * Reads an .npz file, as `numpy.savez` and `numpy.savez_compressed` write it. Compressed arrays are inflated by the engine's
 * DecompressionStream.
 *
 * @param bytes - the whole file
 * @param options - `maxBytes`: the most bytes to inflate, so that a small file cannot fill the memory; default 4 MiB more
 *   than the file has
 * @returns the arrays by name, in the order of the file
 * @throws FormatError for bytes that are no such file, for a wrong checksum, for arrays that `readNpy` refuses, and for more
 *   than `maxBytes`; ArgumentError
 *
 * @example
 * ```ts
 * const arrays = await readNpz(writeNpz(new Map([['x', tensor([1, 2, 3])]])));
 * arrays.get('x')?.data; // Float32Array [1, 2, 3]
 * ```
 */
export async function readNpz(bytes: Uint8Array, options: ReadNpzOptions = {}): Promise<ForeignArrays> {
  const where = 'readNpz';
  const file = requireBytes(where, bytes);
  const { maxBytes = file.length + ROOM } = readOptions(where, options, READ_OPTIONS);
  const entries = readZip(where, file);
  for (const name of entries.keys()) if (!name.endsWith(ENDING)) unfit(where, 'hold only .npy files', describe(name));
  requireLimit(where, entries, maxBytes);
  const arrays = new Map<string, ForeignArray>();
  for (const [name, entry] of entries) {
    arrays.set(name.slice(0, -ENDING.length), decodeNpy(where, await entryBytes(where, name, entry)));
  }
  return arrays;
}

/** Refuses a file whose entries say that they inflate to too much. No more than they say is inflated. */
function requireLimit(where: string, entries: ReadonlyMap<string, ZipEntry>, maxBytes: number): void {
  let sum = 0;
  for (const { isDeflated, size } of entries.values()) if (isDeflated) sum += size;
  if (sum <= maxBytes) return;
  throw new FormatError({
    where,
    argument: 'bytes',
    expected: `inflate to at most ${maxBytes} bytes`,
    received: `${sum} bytes`,
    remedy: `If you trust the file, read it with { maxBytes: ${sum} }`,
  });
}

/**
 * Writes an .npz file, which `numpy.load` reads: an archive of .npy files that are stored, not compressed.
 *
 * @param arrays - by name: arrays of files, or tensors and other ndarrays; at most 8192
 * @returns the bytes of the file
 * @throws ArgumentError for what `writeNpy` refuses
 *
 * @example
 * ```ts
 * const bytes = writeNpz(new Map([['x', tensor([1, 2])], ['y', tensor([[3]])]]));
 * [...(await readNpz(bytes)).keys()]; // ['x', 'y']
 * ```
 */
export function writeNpz(arrays: WritableArrays): Uint8Array {
  const where = 'writeNpz';
  const given = [...requireForeignArrays(where, 'arrays', arrays)];
  if (given.length > MOST_ARRAYS) refuse(where, 'arrays', `be at most ${MOST_ARRAYS} arrays`, given.length);
  return writeZip(
    given.map(([name, array]) => {
      if (name.length > 1000) refuse(where, 'arrays', 'have names of at most 1000 characters', name);
      return [name + ENDING, encodeNpy(where, `arrays.get(${describe(name)})`, array)];
    }),
  );
}
