// Datasets in chunks: blocks of equal shape, which a tree lists by the index of their first element.

import { describe } from '../../../describe.ts';
import { indexOf, rowMajor, sizeOf } from '../../../tensor/layout.ts';
import { type Filter, unfilter } from './filters.ts';
import { NOTHING, type Source } from './source.ts';

/** A dataset in chunks. */
interface Chunked {
  readonly path: string;
  readonly shape: readonly number[];
  readonly elementSize: number;
  readonly filters: readonly Filter[];
}

/** One chunk in the file. */
interface Chunk {
  readonly at: number;
  readonly size: number;
  readonly mask: number;
  /** Index of its first element. */
  readonly first: readonly number[];
}

/** The elements of a dataset, row-major. Every chunk has to be there once. */
export async function readChunks(
  source: Source,
  { tree, chunk }: { readonly tree: number; readonly chunk: readonly number[] },
  { path, shape, elementSize, filters }: Chunked,
): Promise<Uint8Array> {
  const counts = shape.map((length, axis) => Math.ceil(length / chunk[axis]!));
  const count = sizeOf(counts);
  const chunks = new Map<number, Chunk>();
  if (tree !== NOTHING)
    listChunks(source, tree, shape.length, undefined, (each) => {
      const place = placeOf(each.first, chunk, counts);
      if (place === undefined || chunks.has(place))
        source.fail(`have each chunk of ${describe(path)} once, on its grid`, `one at [${each.first.join(', ')}]`);
      chunks.set(place, each);
    });
  if (chunks.size !== count) source.fail(`have the ${count} chunks of ${describe(path)}`, `${chunks.size}`);
  const result = new Uint8Array(sizeOf(shape) * elementSize);
  const size = sizeOf(chunk) * elementSize;
  for (const { at, size: stored, mask, first } of chunks.values()) {
    source.span(at, stored, 'chunks');
    source.room(size * (1 + filters.length), path);
    const bytes = source.bytes.subarray(at, at + stored);
    const elements = await unfilter(source, bytes, filters, mask, size, elementSize, path);
    copyChunk(result, shape, elements, chunk, first, elementSize);
  }
  return result;
}

/** The number of a chunk, row-major; undefined beside the grid. */
function placeOf(first: readonly number[], chunk: readonly number[], counts: readonly number[]): number | undefined {
  let place = 0;
  for (let axis = 0; axis < counts.length; axis++) {
    const k = first[axis]! / chunk[axis]!;
    if (!Number.isInteger(k) || k < 0 || k >= counts[axis]!) return undefined;
    place = place * counts[axis]! + k;
  }
  return place;
}

/** Visits the chunks below a node: keys of size, mask and index, each followed by an address. */
function listChunks(
  source: Source,
  at: number,
  rank: number,
  level: number | undefined,
  visit: (chunk: Chunk) => void,
): void {
  source.sign(at, 'TREE', 'tree of chunks');
  const [type, own, count] = [source.u8(at + 4), source.u8(at + 5), source.u16(at + 6)];
  if (type !== 1 || own !== (level ?? own) || own > 32)
    source.fail('have trees whose levels fall by one', `type ${type}, level ${own} at byte ${at}`);
  const step = 8 * (rank + 1) + 16;
  source.work(step * count);
  for (let k = 0; k < count; k++) {
    const key = at + 24 + step * k;
    const child = source.u64(key + step - 8);
    if (own > 0) listChunks(source, child, rank, own - 1, visit);
    else {
      const first = Array.from({ length: rank }, (_, axis) => source.u64(key + 8 + 8 * axis));
      visit({ at: child, size: source.u32(key), mask: source.u32(key + 4), first });
    }
  }
}

/** Copies the rows of a chunk that lie in the dataset. */
function copyChunk(
  result: Uint8Array,
  shape: readonly number[],
  elements: Uint8Array,
  chunk: readonly number[],
  first: readonly number[],
  elementSize: number,
): void {
  const inside = chunk.map((length, axis) => Math.min(length, shape[axis]! - first[axis]!));
  const row = (inside.at(-1) ?? 1) * elementSize;
  const [target, from] = [rowMajor(shape), rowMajor(chunk)];
  const outer = inside.slice(0, -1);
  for (let k = 0, rows = sizeOf(outer); k < rows; k++) {
    let [to, at] = [first.at(-1) ?? 0, 0];
    indexOf(k, outer).forEach((index, axis) => {
      to += (first[axis]! + index) * target[axis]!;
      at += index * from[axis]!;
    });
    result.set(elements.subarray(at * elementSize, at * elementSize + row), to * elementSize);
  }
}
