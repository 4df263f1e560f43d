// UTF-8 encoding and decoding in plain ECMAScript, because an AudioWorklet has neither TextEncoder nor TextDecoder.

const { fromCharCode } = String;

/** Number of code units per call of `String.fromCharCode`. */
const UNITS = 4096;

/** Smallest code point that needs 0, 1, 2 or 3 continuation bytes; a smaller one is an overlong form. */
const SMALLEST = [0, 0x80, 0x800, 0x10000] as const;

/** Encodes a text. Writes U+FFFD for each lone surrogate, as TextEncoder does. */
export function encodeUtf8(text: string): Uint8Array {
  const bytes = new Uint8Array(3 * text.length);
  let end = 0;
  for (let at = 0; at < text.length; at++) {
    let point = text.codePointAt(at)!;
    if (point > 0xffff) at++;
    else if (isSurrogate(point)) point = 0xfffd;
    const more = point < 0x80 ? 0 : point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
    bytes[end++] = more === 0 ? point : ((0x7f80 >> more) & 0xff) | (point >> (6 * more));
    for (let k = more - 1; k >= 0; k--) bytes[end++] = 0x80 | ((point >> (6 * k)) & 0x3f);
  }
  return bytes.subarray(0, end);
}

/** Decodes bytes, and keeps a byte order mark. Returns undefined for bytes that TextDecoder with `fatal` refuses. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  let text = '';
  let units: number[] = [];
  for (let at = 0; at < bytes.length; ) {
    let point = bytes[at++]!;
    if (point >= 0x80) {
      const more = point < 0xc0 || point > 0xf4 ? 0 : point < 0xe0 ? 1 : point < 0xf0 ? 2 : 3;
      point &= 0x3f >> more;
      for (let k = 0; k < more; k++) {
        const next = bytes[at++]!;
        if ((next & 0xc0) !== 0x80) return undefined;
        point = (point << 6) | (next & 0x3f);
      }
      if (more === 0 || point < SMALLEST[more]! || point > 0x10ffff || isSurrogate(point)) return undefined;
    }
    if (point < 0x10000) units.push(point);
    else units.push(0xd7c0 + (point >> 10), 0xdc00 | (point & 0x3ff));
    if (units.length < UNITS) continue;
    text += fromCharCode(...units);
    units = [];
  }
  return text + fromCharCode(...units);
}

function isSurrogate(point: number): boolean {
  return point >= 0xd800 && point < 0xe000;
}
