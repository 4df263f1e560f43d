// Reads the arrays of an .npz file, as NumPy's savez and savez_compressed write it: a zip of .npy files.

import { readFileSync } from 'node:fs';
import { inflateRawSync } from 'node:zlib';

/** An array in row-major order. */
export interface PlainArray {
  readonly data: Float32Array;
  readonly shape: readonly number[];
}

const END_OF_DIRECTORY = 0x06054b50;

/** A .npy file, version 1, of float32. */
function readNpy(bytes: Buffer): PlainArray {
  const from = 10 + bytes.readUInt16LE(8);
  const header = bytes.toString('latin1', 10, from);
  const shape = /'descr': '<f4', 'fortran_order': False, 'shape': \(([\d, ]*)\)/.exec(header)?.[1];
  if (bytes[6] !== 1 || shape === undefined) throw new Error(`no .npy file of float32: ${header}`);
  const data = new Float32Array(Uint8Array.from(bytes.subarray(from)).buffer);
  return { data, shape: shape.split(',').filter(Boolean).map(Number) };
}

/** The arrays by name. */
export function readNpz(path: URL): Readonly<Record<string, PlainArray>> {
  const bytes = readFileSync(path);
  let end = bytes.length - 22;
  while (bytes.readUInt32LE(end) !== END_OF_DIRECTORY) end--;
  const arrays: Record<string, PlainArray> = {};
  let at = bytes.readUInt32LE(end + 16);
  for (let k = bytes.readUInt16LE(end + 10); k > 0; k--) {
    const deflated = bytes.readUInt16LE(at + 10) === 8;
    const local = bytes.readUInt32LE(at + 42);
    const from = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const content = bytes.subarray(from, from + bytes.readUInt32LE(at + 20));
    const name = bytes.readUInt16LE(at + 28);
    const file = bytes.toString('utf8', at + 46, at + 46 + name);
    arrays[file.replace(/\.npy$/, '')] = readNpy(deflated ? inflateRawSync(content) : content);
    at += 46 + name + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return arrays;
}
