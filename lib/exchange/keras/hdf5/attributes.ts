// Attributes of groups and datasets. Keras keeps texts and lists of texts in them; others are passed over.

import { sizeOf } from '../../../tensor/layout.ts';
import { MESSAGE, type Message } from './messages.ts';
import { NOTHING, type Source } from './source.ts';
import { type Datatype, datatypeAt, shapeAt } from './types.ts';

/** Texts by the name of the attribute. */
export type Attributes = ReadonlyMap<string, string | readonly string[]>;

const SPACE = 0x20;
const REMEDY = 'a file of libver="earliest", the default of h5py';

/** The attributes among the messages of an object. */
export function attributesOf(source: Source, messages: readonly Message[]): Attributes {
  const attributes = new Map<string, string | readonly string[]>();
  for (const message of messages) {
    if (message.type === MESSAGE.ATTRIBUTE_INFO) requireCompact(source, message);
    if (message.type !== MESSAGE.ATTRIBUTE) continue;
    const [name, value] = attributeAt(source, message);
    if (value !== undefined) attributes.set(name, value);
  }
  return attributes;
}

/** Refuses attributes that lie in a heap of their own, as with libver='latest' where there are more than 8. */
function requireCompact(source: Source, { at }: Message): void {
  const heap = source.u64(at + 2 + ((source.u8(at + 1) & 1) === 0 ? 0 : 2));
  if (heap !== NOTHING)
    source.fail('keep its attributes in object headers', `attributes in a fractal heap, not ${REMEDY}`);
}

function attributeAt(
  source: Source,
  { at, size, isShared }: Message,
): readonly [string, string | readonly string[] | undefined] {
  const version = source.u8(at);
  if (version < 1 || version > 3) source.fail('have attributes of version 1 to 3', `version ${version}`);
  const sizes = [source.u16(at + 2), source.u16(at + 4), source.u16(at + 6)] as const;
  const padded = (length: number): number => (version === 1 ? (length + 7) & ~7 : length);
  const start = at + (version === 3 ? 9 : 8);
  const type = start + padded(sizes[0]);
  const space = type + padded(sizes[1]);
  const data = space + padded(sizes[2]);
  if (data > at + size) source.fail('have attributes within their messages', `${data - at} bytes in ${size}`);
  const name = source.name(start, type, 'name of an attribute');
  if (isShared || (version > 1 && source.u8(at + 1) !== 0)) return [name, undefined]; // its type is elsewhere
  const shape = shapeAt(source, space);
  const count = sizeOf(shape);
  if (count === 0) return [name, []]; // Python has no type for the elements of an empty list
  const datatype = datatypeAt(source, type);
  if (shape.length > 1 || (datatype.kind !== 'text' && datatype.kind !== 'texts')) return [name, undefined];
  if (count * datatype.size > at + size - data)
    source.fail('have attributes within their messages', `${count} texts of ${datatype.size} bytes`);
  const texts = Array.from({ length: count }, (_, k) => textAt(source, datatype, data + k * datatype.size));
  return [name, shape.length === 0 ? texts[0]! : texts];
}

function textAt(source: Source, { kind, size }: Datatype, at: number): string {
  if (kind === 'text') return paddedText(source, at, size);
  const [length, collection, index] = [source.u32(at), source.u64(at + 4), source.u32(at + 12)];
  return length === 0 ? '' : heapText(source, collection, index, length);
}

/** A text without the NULs or spaces that fill its place. */
function paddedText(source: Source, at: number, size: number): string {
  source.span(at, size, 'text of an attribute');
  let end = at + size;
  while (end > at && (source.bytes[end - 1] === 0 || source.bytes[end - 1] === SPACE)) end--;
  return source.text(at, end - at, 'text of an attribute');
}

/** A text in a collection of the global heap. */
function heapText(source: Source, collection: number, index: number, length: number): string {
  const objects = source.heaps.get(collection) ?? objectsOf(source, collection);
  source.heaps.set(collection, objects);
  const found = objects.get(index);
  if (found === undefined)
    return source.fail('have the texts of its attributes in the global heap', `no object ${index}`);
  const [at, size] = found;
  if (length > size) source.fail('have texts within their objects of the global heap', `${length} bytes in ${size}`);
  source.work(length);
  return paddedText(source, at, length);
}

/** The objects of a collection, one after the other, each with its number. */
function objectsOf(source: Source, collection: number): Map<number, readonly [at: number, size: number]> {
  source.sign(collection, 'GCOL', 'global heap');
  const end = collection + source.u64(collection + 8);
  source.span(collection, end - collection, 'global heap');
  const objects = new Map<number, readonly [number, number]>();
  for (let at = collection + 16; at + 16 <= end; ) {
    const [number, size] = [source.u16(at), source.u64(at + 8)];
    source.work(16);
    if (number === 0) break; // the rest is free
    objects.set(number, [at + 16, size]);
    at += 16 + 8 * Math.ceil(size / 8);
  }
  return objects;
}
