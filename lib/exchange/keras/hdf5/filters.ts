// Filters of chunks: deflate, and shuffle, which stores the first bytes of all elements, then the second ones, and so on.

import { describe } from '../../../describe.ts';
import { inflate } from '../../inflate.ts';
import type { Source } from './source.ts';

/** A filter that was applied when the file was written, in order. */
export type Filter = 'deflate' | 'shuffle';

const KNOWN: ReadonlyMap<number, Filter> = new Map([
  [1, 'deflate'],
  [2, 'shuffle'],
]);
const NAMES: Readonly<Record<number, string>> = {
  3: 'fletcher32',
  4: 'szip',
  5: 'nbit',
  6: 'scaleoffset',
  32000: 'lzf',
};

/** Reads the list of filters at `at`. */
export function filtersAt(source: Source, at: number, path: string): Filter[] {
  const [version, count] = [source.u8(at), source.u8(at + 1)];
  if (version !== 1 && version !== 2) source.fail('have filters of version 1 or 2', `version ${version}`);
  let next = at + (version === 1 ? 8 : 2);
  return Array.from({ length: count }, () => {
    const id = source.u16(next);
    const named = version === 1 || id >= 256;
    const name = named ? source.u16(next + 2) : 0;
    const values = source.u16(next + (named ? 6 : 4));
    const odd = version === 1 && values % 2 === 1 ? 4 : 0;
    next += (named ? 8 : 6) + (version === 1 ? 8 * Math.ceil(name / 8) : name) + 4 * values + odd;
    source.work(16);
    const filter = KNOWN.get(id);
    return (
      filter ??
      source.fail(
        'compress with gzip and shuffle, or not at all',
        `filter ${NAMES[id] ?? 'of number'} (${id}) at ${describe(path)}`,
      )
    );
  });
}

/**
 * Undoes the filters of a chunk.
 *
 * @param mask - bit k: filter k was left out
 * @param size - bytes of the result
 */
export async function unfilter(
  source: Source,
  bytes: Uint8Array,
  filters: readonly Filter[],
  mask: number,
  size: number,
  elementSize: number,
  path: string,
): Promise<Uint8Array> {
  let chunk = bytes;
  for (let k = filters.length - 1; k >= 0; k--) {
    if ((mask & (1 << k)) !== 0) continue;
    chunk = filters[k] === 'shuffle' ? unshuffle(chunk, elementSize) : await unzip(source, chunk, size, path);
  }
  if (chunk.length !== size) source.fail(`have chunks of ${size} bytes at ${describe(path)}`, `one of ${chunk.length}`);
  return chunk;
}

/** Inflates a stream of zlib: two bytes, the deflated bytes, and a checksum of four bytes. */
async function unzip(source: Source, bytes: Uint8Array, size: number, path: string): Promise<Uint8Array> {
  const label = `a chunk of ${describe(path)}`;
  const [method, check] = [bytes[0] ?? 0, bytes[1] ?? 0];
  if (bytes.length < 6 || (method & 15) !== 8 || ((method << 8) | check) % 31 !== 0 || (check & 0x20) !== 0)
    return source.fail(`have ${label} deflated by zlib`, 'other bytes');
  return inflate(source.where, label, { bytes: bytes.subarray(2, -4), size });
}

/** Puts the bytes of each element together; those after the last whole element stay. */
function unshuffle(bytes: Uint8Array, elementSize: number): Uint8Array {
  const count = Math.floor(bytes.length / elementSize);
  const whole = bytes.slice();
  for (let k = 0; k < elementSize; k++) {
    for (let j = 0; j < count; j++) whole[j * elementSize + k] = bytes[k * count + j]!;
  }
  return whole;
}
