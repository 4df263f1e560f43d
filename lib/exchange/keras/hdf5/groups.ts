// Groups: the names of objects and where they are. Groups of the old form have a tree and a heap of names, those of the new
// form have messages.

import { describe } from '../../../describe.ts';
import { MESSAGE, type Message } from './messages.ts';
import { NOTHING, type Source } from './source.ts';

/** A name in a group, and the address of its object. */
export type Link = readonly [name: string, address: number];

const [NODE_HEAD, LEAF_HEAD, ENTRY] = [24, 8, 40];
const [HARD, SOFT] = [0, 2];

/** The links of a group; undefined for an object that is no group. */
export function linksOf(source: Source, messages: readonly Message[]): Link[] | undefined {
  const links: Link[] = [];
  let isGroup = false;
  for (const { type, at } of messages) {
    if (type === MESSAGE.SYMBOL_TABLE) oldGroup(source, at, links);
    else if (type === MESSAGE.LINK) {
      source.link(1);
      links.push(linkAt(source, at));
    } else if (type === MESSAGE.LINK_INFO) requireCompact(source, at);
    else continue;
    isGroup = true;
  }
  return isGroup ? links : undefined;
}

/** Refuses a group whose links are in a heap of their own, as with libver='latest' where there are more than 8. */
function requireCompact(source: Source, at: number): void {
  const heap = source.u64(at + 2 + ((source.u8(at + 1) & 1) === 0 ? 0 : 8));
  if (heap !== NOTHING) {
    source.fail(
      'keep the names of groups in symbol tables or messages, as h5py does by default',
      "a fractal heap, as with libver='latest'",
    );
  }
}

function oldGroup(source: Source, at: number, links: Link[]): void {
  const [tree, heap] = [source.u64(at), source.u64(at + 8)];
  source.sign(heap, 'HEAP', 'heap of names');
  const [size, names] = [source.u64(heap + 8), source.u64(heap + 24)];
  source.span(names, size, 'heap of names');
  visitNode(source, tree, undefined, (leaf) => leafLinks(source, leaf, names, names + size, links));
}

/** Visits the leaves below a node of a tree; levels fall by one towards them. */
function visitNode(source: Source, at: number, level: number | undefined, visit: (leaf: number) => void): void {
  source.sign(at, 'TREE', 'tree of a group');
  const [type, own, count] = [source.u8(at + 4), source.u8(at + 5), source.u16(at + 6)];
  if (type !== 0 || own !== (level ?? own) || own > 32)
    source.fail('have trees whose levels fall by one', `type ${type}, level ${own} at byte ${at}`);
  source.work(16 * count);
  for (let k = 0; k < count; k++) {
    const child = source.u64(at + NODE_HEAD + 8 + 16 * k);
    if (own === 0) visit(child);
    else visitNode(source, child, own - 1, visit);
  }
}

function leafLinks(source: Source, at: number, names: number, end: number, links: Link[]): void {
  source.sign(at, 'SNOD', 'node of a group');
  const count = source.u16(at + 6);
  source.span(at, LEAF_HEAD + ENTRY * count, 'node of a group');
  source.work(ENTRY * count);
  source.link(count);
  for (let k = 0; k < count; k++) {
    const entry = at + LEAF_HEAD + ENTRY * k;
    const place = names + source.u64(entry);
    if (place >= end) source.fail('have the names of groups in their heaps', `byte ${place}, end at ${end}`);
    const name = source.name(place, end, 'name in a group');
    if (source.u32(entry + 16) === SOFT) refuseLink(source, name, 'a symbolic link');
    links.push([name, source.u64(entry + 8)]);
  }
}

function linkAt(source: Source, at: number): Link {
  const [version, flags] = [source.u8(at), source.u8(at + 1)];
  if (version !== 1) source.fail('have links of version 1', `version ${version}`);
  let next = at + 2;
  const type = (flags & 8) === 0 ? HARD : source.u8(next++);
  next += ((flags & 4) === 0 ? 0 : 8) + ((flags & 16) === 0 ? 0 : 1);
  const width = 1 << (flags & 3);
  const size = source.integer(next, width);
  if (size < 1 || size > 4096) source.fail('have names of 1 to 4096 bytes in groups', `${size} bytes`);
  const name = source.text(next + width, size, 'name in a group');
  if (type !== HARD) refuseLink(source, name, 'a symbolic or external link');
  return [name, source.u64(next + width + size)];
}

function refuseLink(source: Source, name: string, what: string): never {
  return source.fail('hold its arrays itself', `${what} at ${describe(name)}`);
}
