// Bytes as text, for checkpoints in JSON (RFC 4648).

import { refuse } from '../../checks.ts';

const { floor, max, min } = Math;

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Converts bytes to base64. */
export function toBase64(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let i = 0; i < bytes.length; i += 3) {
    const word = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    const four = [18, 12, 6, 0].map((shift) => DIGITS[(word >> shift) & 63]!);
    parts.push(four.slice(0, min(4, bytes.length - i + 1)).join(''), '='.repeat(max(0, 3 - (bytes.length - i))));
  }
  return parts.join('');
}

/** Converts base64 to bytes. */
export function fromBase64(where: string, argument: string, text: unknown): Uint8Array {
  if (typeof text !== 'string' || text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text))
    return refuse(where, argument, 'be base64', text);
  const digits = text.replace(/=+$/, '');
  const bytes = new Uint8Array(floor((digits.length * 3) / 4));
  for (let i = 0, at = 0; i < digits.length; i += 4) {
    let word = 0;
    for (let k = 0; k < 4; k++) word = (word << 6) | max(0, DIGITS.indexOf(digits[i + k] ?? 'A'));
    for (let shift = 16; shift >= 0 && at < bytes.length; shift -= 8) bytes[at++] = (word >> shift) & 255;
  }
  return bytes;
}
