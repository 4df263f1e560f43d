// Writes messages of protocol buffers: https://protobuf.dev/programming-guides/encoding.

import { encodeUtf8 } from '../../formats/utf8.ts';

/** Kinds of values, in the low three bits of a key. */
const [VARINT, BYTES, FLOAT] = [0, 2, 5];

/** Appends the seven-bit groups of an integer, the lowest first. Negative numbers have ten: two's complement of 64 bits. */
function pushVarint(to: number[], value: number): void {
  let left = BigInt.asUintN(64, BigInt(value));
  for (; left >= 128n; left >>= 7n) to.push(Number(left & 127n) | 128);
  to.push(Number(left));
}

/** A message: its fields in the order of the calls. Each call returns the message. */
export class ProtoMessage {
  readonly #parts: Uint8Array[] = [];
  #length = 0;

  /** Bytes of the message. */
  get length(): number {
    return this.#length;
  }

  #push(part: Uint8Array): this {
    this.#parts.push(part);
    this.#length += part.length;
    return this;
  }

  /** Appends keys and lengths: varints. */
  #varints(...values: number[]): this {
    const bytes: number[] = [];
    for (const value of values) pushVarint(bytes, value);
    return this.#push(Uint8Array.from(bytes));
  }

  /** An integer: int32, int64 or a value of an enumeration. */
  integer(field: number, value: number): this {
    return this.#varints(field * 8 + VARINT, value);
  }

  /** Integers of a repeated field, each with its key, as protocol buffers 2 write them. */
  integers(field: number, values: readonly number[]): this {
    for (const value of values) this.integer(field, value);
    return this;
  }

  /** Numbers of a field of type float, each with its key. */
  floats(field: number, values: readonly number[]): this {
    for (const value of values) {
      const bytes = new Uint8Array(4);
      new DataView(bytes.buffer).setFloat32(0, value, true);
      this.#varints(field * 8 + FLOAT).#push(bytes);
    }
    return this;
  }

  /** Bytes, which are not copied before `bytes` is called. */
  raw(field: number, value: Uint8Array): this {
    return this.#varints(field * 8 + BYTES, value.length).#push(value);
  }

  /** Texts of a field, in UTF-8. */
  texts(field: number, values: readonly string[]): this {
    for (const value of values) this.raw(field, encodeUtf8(value));
    return this;
  }

  /** Messages within this one, which are complete. */
  messages(field: number, values: readonly ProtoMessage[]): this {
    for (const value of values) {
      this.#varints(field * 8 + BYTES, value.length);
      for (const part of value.#parts) this.#push(part);
    }
    return this;
  }

  /** The message as bytes. */
  bytes(): Uint8Array {
    const bytes = new Uint8Array(this.#length);
    let at = 0;
    for (const part of this.#parts) {
      bytes.set(part, at);
      at += part.length;
    }
    return bytes;
  }
}
