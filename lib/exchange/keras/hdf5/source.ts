// The bytes of an HDF5 file, each read checked, and the work and memory that reading it may take.

import { describe } from '../../../describe.ts';
import { unfit } from '../../../formats/safetensors.ts';
import { decodeUtf8 } from '../../../formats/utf8.ts';

/** The address or length of something that is not there: all bits are set. */
export const NOTHING = -1;

const ALL_BITS = 0xffffffff;
/** High words below this keep integers exact. */
const EXACT = 1 << 21;
const LONGEST_NAME = 4096;
/** Bytes that headers may take beside the file's, as blocks that point to each other can be read many times. */
const WORK = 1 << 20;
/** Names in all groups. */
const MOST_LINKS = 1 << 16;
/** Bytes of copied elements beside those of the file. */
const ROOM = 1 << 23;

/** A file of at most 2⁵³ bytes, little-endian. */
export class Source {
  readonly where: string;
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  /** Objects of the global heap by the address of their collection and their number: where they are, and their size. */
  readonly heaps: Map<number, ReadonlyMap<number, readonly [at: number, size: number]>> = new Map();
  #work: number;
  #room: number;
  #links = 0;

  /** @param where - public function, as in error messages */
  constructor(where: string, bytes: Uint8Array) {
    this.where = where;
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#work = bytes.length + WORK;
    this.#room = bytes.length + ROOM;
  }

  fail(expected: string, received: string): never {
    return unfit(this.where, expected, received);
  }

  /** Counts bytes of headers. A sound file has each byte once. */
  work(bytes: number): void {
    this.#work -= bytes;
    if (this.#work < 0) this.fail('have headers that refer to each block once', 'many references to the same blocks');
  }

  /** Counts names of groups. */
  link(count: number): void {
    this.#links += count;
    if (this.#links > MOST_LINKS) this.fail(`have at most ${MOST_LINKS} names in its groups`, 'more');
  }

  /** Counts bytes of elements, before they are allocated. */
  room(bytes: number, label: string): void {
    this.#room -= bytes;
    if (this.#room < 0) {
      this.fail(
        `have at most ${ROOM >> 20} MiB of elements more than the file has bytes`,
        `more, at ${describe(label)}`,
      );
    }
  }

  /** Refuses bytes outside of the file. */
  span(at: number, size: number, what: string): void {
    if (at < 0 || size < 0 || at + size > this.bytes.length) {
      this.fail(`have its ${what} in the file`, `${size} bytes at ${at} of ${this.bytes.length}`);
    }
  }

  u8(at: number): number {
    this.span(at, 1, 'headers');
    return this.bytes[at]!;
  }

  u16(at: number): number {
    this.span(at, 2, 'headers');
    return this.#view.getUint16(at, true);
  }

  u32(at: number): number {
    this.span(at, 4, 'headers');
    return this.#view.getUint32(at, true);
  }

  /** An unsigned integer of 1, 2, 4 or 8 bytes; NOTHING if all bits of 8 bytes are set. */
  integer(at: number, size: number): number {
    if (size < 8) return size === 1 ? this.u8(at) : size === 2 ? this.u16(at) : this.u32(at);
    const [low, high] = [this.u32(at), this.u32(at + 4)];
    if (low === ALL_BITS && high === ALL_BITS) return NOTHING;
    if (high >= EXACT) this.fail('have addresses and lengths below 2^53', `a larger one at byte ${at}`);
    return high * 2 ** 32 + low;
  }

  /** An address or a length. */
  u64(at: number): number {
    return this.integer(at, 8);
  }

  /** Refuses a block that does not begin with its four letters. */
  sign(at: number, letters: string, what: string): void {
    this.span(at, 4, what);
    this.work(8);
    if (this.letters(at) !== letters)
      this.fail(`have "${letters}" at the ${what}`, `${describe(this.letters(at))} at byte ${at}`);
  }

  letters(at: number): string {
    return String.fromCharCode(...this.bytes.subarray(at, at + 4));
  }

  /** A text up to its first NUL, of at most 4,096 bytes. */
  name(at: number, limit: number, what: string): string {
    this.span(at, 0, what);
    const to = Math.min(limit, at + LONGEST_NAME, this.bytes.length);
    const end = this.bytes.subarray(at, to).indexOf(0);
    this.work(end < 0 ? to - at : end);
    if (end < 0 && to !== limit) this.fail(`have a ${what} of at most ${LONGEST_NAME} bytes`, `a longer one at ${at}`);
    return this.text(at, end < 0 ? to - at : end, what);
  }

  /** A text of so many bytes. */
  text(at: number, size: number, what: string): string {
    this.span(at, size, what);
    return (
      decodeUtf8(this.bytes.subarray(at, at + size)) ?? this.fail(`have a ${what} in UTF-8`, `other bytes at ${at}`)
    );
  }
}
