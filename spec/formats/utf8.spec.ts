import { fc, test } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import { decodeUtf8, encodeUtf8 } from '../../lib/formats/utf8.ts';

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function byTextDecoder(bytes: Uint8Array): string | undefined {
  try {
    return strict.decode(bytes);
  } catch (error) {
    if ((error as Error).name === 'TypeError') return undefined; // of Node's realm, not of jest's
    throw error;
  }
}

/** Bytes on both sides of every border of the tables of UTF-8. */
const EDGES = [
  0x00, 0x22, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec, 0xed, 0xee, 0xef,
  0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xf8, 0xff,
];

const texts = fc.string({ unit: 'binary', maxLength: 40 });
const codeUnits = fc
  .array(fc.oneof(fc.integer({ min: 0, max: 0xffff }), fc.integer({ min: 0xd7ff, max: 0xe000 })))
  .map((units) => String.fromCharCode(...units));

describe('encodeUtf8', () => {
  test.prop([fc.oneof(texts, codeUnits)])('gives the bytes of TextEncoder, lone surrogates included', (text) => {
    expect([...encodeUtf8(text)]).toEqual([...new TextEncoder().encode(text)]);
  });
});

describe('decodeUtf8', () => {
  test.prop([texts])('reads what TextEncoder writes', (text) => {
    expect(decodeUtf8(new TextEncoder().encode(text))).toBe(text);
  });

  test.prop([fc.array(fc.constantFrom(...EDGES), { maxLength: 12 })], { numRuns: 2000 })(
    'agrees with TextDecoder about any bytes',
    (values) => {
      const bytes = Uint8Array.from(values);
      expect(decodeUtf8(bytes)).toBe(byTextDecoder(bytes));
    },
  );

  it('agrees with TextDecoder about every first byte, whatever follows', () => {
    const tails = [[], [0x80], [0x80, 0x80], [0x41]];
    const differ = Array.from({ length: 256 }, (_, first) => first).flatMap((first) =>
      EDGES.flatMap((second) => tails.map((tail) => Uint8Array.of(first, second, ...tail))).filter(
        (bytes) => decodeUtf8(bytes) !== byTextDecoder(bytes),
      ),
    );
    expect(differ).toEqual([]);
  });

  it('keeps a byte order mark', () => {
    expect(decodeUtf8(Uint8Array.of(0xef, 0xbb, 0xbf, 0x41))).toBe('\ufeffA');
  });

  it.each([4094, 4095, 4096, 4097, 8191, 100_000])('reads %i letters and a pair of surrogates', (length) => {
    const text = `${'a'.repeat(length)}😀é${'b'.repeat(length)}`;
    expect(decodeUtf8(new TextEncoder().encode(text)) === text).toBe(true);
  });
});
