// Datasets: an array as it lies in the file, in one piece or in chunks, which may be deflated.

import { describe } from '../../../describe.ts';
import { sizeOf } from '../../../tensor/layout.ts';
import { decodeElements } from '../../elements.ts';
import type { ForeignArray } from '../../foreign-array.ts';
import { readChunks } from './chunks.ts';
import { type Filter, filtersAt } from './filters.ts';
import { MESSAGE, type Message } from './messages.ts';
import { NOTHING, type Source } from './source.ts';
import { type Datatype, datatypeAt, shapeAt } from './types.ts';

const [COMPACT, CONTIGUOUS, CHUNKED] = [0, 1, 2];

/** Where the elements of a dataset are. */
type Place =
  | { readonly kind: 'whole'; readonly at: number; readonly size: number }
  | { readonly kind: 'chunks'; readonly tree: number; readonly chunk: readonly number[] };

/** An array of a file, which is read on demand. */
export class Dataset {
  readonly path: string;
  readonly shape: readonly number[];
  readonly datatype: Datatype;
  readonly #source: Source;
  readonly #place: Place;
  readonly #filters: readonly Filter[];

  constructor(source: Source, path: string, messages: readonly Message[]) {
    const find = (type: number): Message | undefined => messages.find((message) => message.type === type);
    const [space, type, layout, filters] = [MESSAGE.DATASPACE, MESSAGE.DATATYPE, MESSAGE.LAYOUT, MESSAGE.FILTERS].map(
      find,
    );
    if (space === undefined || type === undefined || layout === undefined)
      source.fail('hold only groups and datasets', `another object at ${describe(path)}`);
    if ([space, type, layout, filters].some((message) => message?.isShared) || find(MESSAGE.EXTERNAL) !== undefined)
      source.fail('describe and hold each dataset in one place', `shared or external parts of ${describe(path)}`);
    this.#source = source;
    this.path = path;
    this.shape = shapeAt(source, space.at);
    this.datatype = datatypeAt(source, type.at);
    this.#place = placeAt(source, layout, path, this.shape.length);
    this.#filters = filters === undefined ? [] : filtersAt(source, filters.at, path);
  }

  /** Name of the element type. */
  get dtype(): string {
    const { datatype } = this;
    return datatype.kind === 'number' ? datatype.dtype : datatype.kind === 'other' ? datatype.name : 'text';
  }

  /** Copies the elements. */
  async read(): Promise<ForeignArray> {
    const { datatype, shape, path } = this;
    const source = this.#source;
    if (datatype.kind !== 'number') return source.fail(`have numbers of a usual type at ${describe(path)}`, this.dtype);
    const { size, dtype, littleEndian } = datatype;
    const total = size * sizeOf(shape);
    source.room(total, path);
    const fail = (expected: string, received: string): never =>
      source.fail(`${expected} at ${describe(path)}`, received);
    const bytes = total === 0 ? new Uint8Array(0) : await this.#bytes(total, size);
    return { shape, dtype, data: decodeElements(bytes, dtype, littleEndian, fail) };
  }

  async #bytes(total: number, elementSize: number): Promise<Uint8Array> {
    const [source, place, { path }] = [this.#source, this.#place, this];
    if (place.kind === 'chunks')
      return readChunks(source, place, { path, shape: this.shape, elementSize, filters: this.#filters });
    if (this.#filters.length > 0) source.fail('filter only datasets in chunks', describe(path));
    if (place.at === NOTHING)
      source.fail('hold all its elements', `none at ${describe(path)}, which was never written`);
    source.span(place.at, place.size, `elements of ${describe(path)}`);
    if (place.size !== total)
      source.fail(`have the ${total} bytes of its shape at ${describe(path)}`, `${place.size} bytes`);
    return source.bytes.subarray(place.at, place.at + place.size);
  }
}

function placeAt(source: Source, { at }: Message, path: string, rank: number): Place {
  const version = source.u8(at);
  const kind = source.u8(at + 1);
  if (version < 3 || version > 4 || kind > CHUNKED || (version === 4 && kind === CHUNKED)) {
    source.fail(
      'lay out datasets as h5py does by default',
      `layout ${kind} of version ${version} at ${describe(path)}, as with libver='latest'`,
    );
  }
  if (kind === COMPACT) return { kind: 'whole', at: at + 4, size: source.u16(at + 2) };
  if (kind === CONTIGUOUS) return { kind: 'whole', at: source.u64(at + 2), size: source.u64(at + 10) };
  return chunksAt(source, at + 2, path, rank);
}

/** Chunks have one length more than the dataset has axes: the bytes of an element. */
function chunksAt(source: Source, at: number, path: string, rank: number) {
  const count = source.u8(at);
  if (count !== rank + 1) source.fail(`have chunks of ${rank} axes at ${describe(path)}`, `${count - 1} axes`);
  const chunk = Array.from({ length: rank }, (_, k) => source.u32(at + 9 + 4 * k));
  if (chunk.includes(0)) source.fail(`have chunks with elements at ${describe(path)}`, `[${chunk.join(', ')}]`);
  return { kind: 'chunks', tree: source.u64(at + 1), chunk } as const;
}
