// Reads the wire format of protocol buffers: a message is a list of fields, each a number with a value.

import { FormatError } from '../../errors.ts';
import { decodeUtf8 } from '../../formats/utf8.ts';

/** The most fields of a file that are kept: they bound time and memory for any bytes. */
const FIELD_LIMIT = 1 << 18;
/** The most integers of a packed list: shapes and axes are short. */
const INTEGER_LIMIT = 1 << 16;

/** What all messages of a file share. */
export interface Source {
  readonly where: string;
  /** Fields that may still be read. */
  room: number;
}

/** Throws for a file that is no ONNX file. */
export function noOnnx(where: string, received: string): never {
  throw new FormatError({ where, argument: 'bytes', expected: 'be an ONNX file', received });
}

/** Reads variable-length integers: seven bits a byte, the lowest first. */
class Reader {
  readonly #source: Source;
  readonly #bytes: Uint8Array;
  at = 0;

  constructor(source: Source, bytes: Uint8Array) {
    this.#source = source;
    this.#bytes = bytes;
  }

  get ended(): boolean {
    return this.at >= this.#bytes.length;
  }

  fail(received: string): never {
    return noOnnx(this.#source.where, received);
  }

  /** An integer of 64 bits, signed as int64; beyond 2⁵³ the nearest number. */
  integer(): number {
    const [high, low] = this.#words();
    return high * 2 ** 32 + low;
  }

  /** The same, exactly. */
  bigint(): bigint {
    const [high, low] = this.#words();
    return (BigInt(high) << 32n) + BigInt(low);
  }

  /** The upper 32 bits, signed, and the lower ones. */
  #words(): readonly [high: number, low: number] {
    let [low, high] = [0, 0];
    for (let k = 0; k < 10; k++) {
      const byte = this.#bytes[this.at++] ?? this.fail('an integer that the file cuts off');
      if (k < 4) low |= (byte & 127) << (7 * k);
      else if (k === 4) {
        low += (byte & 15) * 2 ** 28;
        high += (byte & 127) >> 4;
      } else high |= (byte & 127) << (7 * k - 32);
      if (byte < 128) return [(high % 2 ** 32) | 0, low];
    }
    return this.fail('an integer of more than 10 bytes');
  }

  /** The next bytes, not copied. */
  take(length: number): Uint8Array {
    if (!(length >= 0 && this.at + length <= this.#bytes.length))
      this.fail(`a field of ${length} bytes that the file cuts off`);
    this.at += length;
    return this.#bytes.subarray(this.at - length, this.at);
  }
}

/** A value on the wire: an integer, or bytes of a fixed or a given length. */
type Value = number | Uint8Array;

/** A message, whose values are read when they are asked for. Of a field that may occur once, the last one counts. */
export class Message {
  readonly #source: Source;
  readonly #fields = new Map<number, Value[]>();

  constructor(source: Source, bytes: Uint8Array) {
    this.#source = source;
    const reader = new Reader(source, bytes);
    while (!reader.ended) {
      if (source.room-- <= 0) reader.fail(`more than ${FIELD_LIMIT} fields`);
      const key = reader.integer();
      const value = readValue(reader, key % 8);
      const field = Math.floor(key / 8);
      const values = this.#fields.get(field);
      if (values === undefined) this.#fields.set(field, [value]);
      else values.push(value);
    }
  }

  /** The message of a whole file. */
  static ofFile(where: string, bytes: Uint8Array): Message {
    return new Message({ where, room: FIELD_LIMIT }, bytes);
  }

  #values(field: number): readonly Value[] {
    return this.#fields.get(field) ?? [];
  }

  #bytesOf(value: Value): Uint8Array {
    return typeof value === 'number' ? noOnnx(this.#source.where, 'a number where bytes belong') : value;
  }

  /** Whether the field occurs. */
  has(field: number): boolean {
    return this.#fields.has(field);
  }

  /** Bytes of a field; undefined if it does not occur. */
  bytes(field: number): Uint8Array | undefined {
    const value = this.#values(field).at(-1);
    return value === undefined ? undefined : this.#bytesOf(value);
  }

  /** An integer; 0 if the field does not occur. */
  integer(field: number): number {
    const value = this.#values(field).at(-1) ?? 0;
    return typeof value === 'number' ? value : noOnnx(this.#source.where, 'bytes where a number belongs');
  }

  /** The messages of a repeated field. */
  messages(field: number): Message[] {
    return this.#values(field).map((value) => new Message(this.#source, this.#bytesOf(value)));
  }

  /** A message; undefined if the field does not occur. */
  message(field: number): Message | undefined {
    const bytes = this.bytes(field);
    return bytes && new Message(this.#source, bytes);
  }

  /** The texts of a repeated field. */
  texts(field: number): string[] {
    return this.#values(field).map(
      (value) => decodeUtf8(this.#bytesOf(value)) ?? noOnnx(this.#source.where, 'a text that is no UTF-8'),
    );
  }

  /** A text; '' if the field does not occur. */
  text(field: number): string {
    return this.texts(field).at(-1) ?? '';
  }

  /** The integers of a repeated field, one by one or packed. */
  integers(field: number): number[] {
    return this.#packed(field, (reader) => reader.integer(), Number);
  }

  /** The same, exactly. */
  bigints(field: number): bigint[] {
    return this.#packed(
      field,
      (reader) => reader.bigint(),
      (value) => {
        if (!Number.isSafeInteger(value)) noOnnx(this.#source.where, 'an integer beyond 2⁵³ that is not packed');
        return BigInt(value);
      },
    );
  }

  #packed<T>(field: number, read: (reader: Reader) => T, single: (value: number) => T): T[] {
    return this.#values(field).flatMap((value) => {
      if (typeof value === 'number') return [single(value)];
      const [reader, list] = [new Reader(this.#source, value), [] as T[]];
      while (!reader.ended) if (list.push(read(reader)) > INTEGER_LIMIT) reader.fail('a long list of integers');
      return list;
    });
  }

  /** The bytes of numbers of a fixed size in a repeated field, one by one or packed, joined; little-endian. */
  fixed(field: number, size: 4 | 8): Uint8Array {
    const parts = this.#values(field).map((value) => this.#bytesOf(value));
    const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const part of parts) {
      bytes.set(part, at);
      at += part.length;
    }
    if (bytes.length % size !== 0) noOnnx(this.#source.where, `${bytes.length} bytes of numbers of ${size}`);
    return bytes;
  }

  /** The float32 numbers of a repeated field. */
  floats(field: number): number[] {
    const bytes = this.fixed(field, 4);
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    return Array.from({ length: bytes.length / 4 }, (_, k) => view.getFloat32(4 * k, true));
  }
}

/** Reads a value by its wire type. */
function readValue(reader: Reader, type: number): Value {
  if (type === 0) return reader.integer();
  if (type === 1) return reader.take(8);
  if (type === 2) return reader.take(reader.integer());
  if (type === 5) return reader.take(4);
  return reader.fail(`a field of wire type ${type}`);
}
