// HDF5 files, as far as h5py writes them by default: a closed reader without a library, which bears any bytes.
// Source: HDF5 File Format Specification, version 3.0.

import { describe } from '../../../describe.ts';
import { type Attributes, attributesOf } from './attributes.ts';
import { Dataset } from './dataset.ts';
import { linksOf } from './groups.ts';
import { messagesAt } from './messages.ts';
import { NOTHING, Source } from './source.ts';

/** A group: what is in it by name, and its attributes. */
export interface Group {
  readonly children: ReadonlyMap<string, Group | Dataset>;
  readonly attributes: Attributes;
}

const SIGNATURE: readonly number[] = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];
const MOST_LEVELS = 32;
const MOST_OBJECTS = 1 << 16;

/** Whether bytes begin as an HDF5 file does. */
export function isHdf5(bytes: Uint8Array): boolean {
  return SIGNATURE.every((byte, k) => bytes[k] === byte);
}

/**
 * Reads all groups of a file, and the descriptions of all datasets.
 *
 * @throws FormatError for what is no such file, or contains what Keras does not write
 */
export function readHdf5(where: string, bytes: Uint8Array): Group {
  const source = new Source(where, bytes);
  if (!isHdf5(bytes)) source.fail('be an HDF5 file', `${bytes.length} other bytes`);
  const version = source.u8(8);
  if (version > 3) source.fail('be an HDF5 file of version 0 to 3', `version ${version}`);
  const [sizes, base, end, root] =
    version < 2 ? [13, 24, 40, 64].map((k) => (k > 13 && version === 1 ? k + 4 : k)) : [9, 12, 28, 36];
  if (source.u8(sizes!) !== 8 || source.u8(sizes! + 1) !== 8)
    source.fail('have addresses and lengths of 8 bytes', `${source.u8(sizes!)} and ${source.u8(sizes! + 1)}`);
  if (source.u64(base!) !== 0) source.fail('begin at its first byte', `byte ${source.u64(base!)}`);
  const last = source.u64(end!);
  if (last === NOTHING || last > bytes.length)
    source.fail(`have ${last} bytes`, `${bytes.length}, as if it were cut off`);
  const tree = new Tree(source).object(source.u64(root!), '', 0);
  return tree instanceof Dataset ? source.fail('begin with a group', 'a dataset') : tree;
}

/** Reads objects; each one once. */
class Tree {
  readonly #source: Source;
  readonly #seen = new Set<number>();

  constructor(source: Source) {
    this.#source = source;
  }

  object(address: number, path: string, level: number): Group | Dataset {
    const source = this.#source;
    if (address === NOTHING || this.#seen.has(address))
      source.fail('have an object of its own for each name', `another at ${describe(path)}`);
    if (level > MOST_LEVELS) source.fail(`have at most ${MOST_LEVELS} levels of groups`, 'more');
    if (this.#seen.size === MOST_OBJECTS) source.fail(`have at most ${MOST_OBJECTS} objects`, 'more');
    this.#seen.add(address);
    source.work(path.length);
    const messages = messagesAt(source, address);
    const links = linksOf(source, messages);
    if (links === undefined) return new Dataset(source, path, messages);
    const children = new Map<string, Group | Dataset>();
    for (const [name, at] of links) {
      if (name === '' || children.has(name)) source.fail('have each name of a group once', describe(name));
      children.set(name, this.object(at, path === '' ? name : `${path}/${name}`, level + 1));
    }
    return { children, attributes: attributesOf(source, messages) };
  }
}
