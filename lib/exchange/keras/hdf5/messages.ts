// Object headers: lists of messages that describe a group or a dataset. HDF5 has two forms of them.

import { NOTHING, type Source } from './source.ts';

/** Types of messages that are read. */
export const MESSAGE = {
  DATASPACE: 0x01,
  LINK_INFO: 0x02,
  DATATYPE: 0x03,
  LINK: 0x06,
  EXTERNAL: 0x07,
  LAYOUT: 0x08,
  FILTERS: 0x0b,
  ATTRIBUTE: 0x0c,
  CONTINUATION: 0x10,
  SYMBOL_TABLE: 0x11,
  ATTRIBUTE_INFO: 0x15,
} as const;

/** One message: where its content is. */
export interface Message {
  readonly type: number;
  readonly at: number;
  readonly size: number;
  /** Whether the content is elsewhere. */
  readonly isShared: boolean;
}

/** A part of a header: bytes of messages. */
interface Block {
  readonly at: number;
  readonly size: number;
}

const SHARED = 2;
/** Most parts of one header, and messages in them. */
const [MOST_BLOCKS, MOST_MESSAGES] = [1024, 4096];

/** The messages of the object at an address. */
export function messagesAt(source: Source, at: number): Message[] {
  source.span(at, 16, 'object header');
  return source.letters(at) === 'OHDR' ? secondForm(source, at) : firstForm(source, at);
}

/** Version 1: every part is nothing but messages, each behind type, size and flags in 8 bytes. */
function firstForm(source: Source, at: number): Message[] {
  if (source.u8(at) !== 1)
    source.fail('have object headers of version 1 or 2', `${source.u8(at)} as the first byte of one, at byte ${at}`);
  return collect(source, { at: at + 16, size: source.u32(at + 8) }, (block, add) => {
    let next = block.at;
    const end = block.at + block.size;
    while (next + 8 <= end) {
      const size = source.u16(next + 2);
      add({ type: source.u16(next), at: next + 8, size, isShared: (source.u8(next + 4) & SHARED) !== 0 }, end);
      next += 8 + size;
    }
  });
}

/** Version 2: parts begin with letters, and end with a checksum, which is not compared. */
function secondForm(source: Source, start: number): Message[] {
  source.work(16);
  if (source.u8(start + 4) !== 2)
    source.fail('have object headers of version 1 or 2', `version ${source.u8(start + 4)} at byte ${start}`);
  const flags = source.u8(start + 5);
  let at = start + 6 + ((flags & 0x20) === 0 ? 0 : 16) + ((flags & 0x10) === 0 ? 0 : 4);
  const width = 1 << (flags & 3);
  const size = source.integer(at, width);
  at += width;
  const head = (flags & 4) === 0 ? 4 : 6;
  return collect(source, { at, size }, (block, add) => {
    const isFirst = block.at === at;
    if (!isFirst) source.sign(block.at, 'OCHK', 'continued object header');
    let next = isFirst ? at : block.at + 4;
    const end = isFirst ? at + size : block.at + block.size - 4;
    while (next + head <= end) {
      const length = source.u16(next + 1);
      const isShared = (source.u8(next + 3) & SHARED) !== 0;
      add({ type: source.u8(next), at: next + head, size: length, isShared }, end);
      next += head + length;
    }
  });
}

type Add = (message: Message, end: number) => void;

/** The messages of a first block and of those in which it continues. */
function collect(source: Source, first: Block, visit: (block: Block, add: Add) => void): Message[] {
  const [messages, blocks]: [Message[], Block[]] = [[], [first]];
  const add: Add = (message, end) => {
    const { type, at, size } = message;
    if (at + size > end)
      source.fail('have messages within their object headers', `${size} bytes at ${at}, end at ${end}`);
    if (messages.length === MOST_MESSAGES || blocks.length > MOST_BLOCKS)
      source.fail(`have at most ${MOST_MESSAGES} messages in ${MOST_BLOCKS} blocks for an object`, 'more');
    if (type !== MESSAGE.CONTINUATION) messages.push(message);
    else blocks.push({ at: source.u64(at), size: source.u64(at + 8) });
  };
  const seen = new Set<number>();
  for (let k = 0; k < blocks.length; k++) {
    const { at, size } = blocks[k]!;
    if (seen.has(at)) source.fail('continue object headers in other blocks', `the block at byte ${at} again`);
    seen.add(at);
    if (at === NOTHING) source.fail('continue object headers at an address', 'none');
    source.span(at, size, 'object headers');
    source.work(size + 8);
    visit(blocks[k]!, add);
  }
  return messages;
}
