// Writes .pt files as torch.save does, with a pickle written by hand: for specs, where PyTorch may be absent.

import type { ForeignArray, ForeignArrays } from '../../lib/exchange/foreign-array.ts';
import { writeZip } from '../../lib/exchange/zip.ts';

const STORAGES: Readonly<Record<string, string>> = {
  float64: 'DoubleStorage',
  float32: 'FloatStorage',
  int64: 'LongStorage',
  int32: 'IntStorage',
  int16: 'ShortStorage',
  int8: 'CharStorage',
  uint8: 'ByteStorage',
  bool: 'BoolStorage',
};

const ascii = (text: string): number[] => [...text].map((character) => character.charCodeAt(0));

/** A text of Python. */
export const unicode = (text: string): number[] => {
  const bytes = [...new TextEncoder().encode(text)];
  return [0x58, bytes.length & 255, (bytes.length >> 8) & 255, (bytes.length >> 16) & 255, 0, ...bytes];
};

export const int = (value: number): number[] => [0x4a, ...new Uint8Array(Int32Array.of(value).buffer)];

/** A tuple of Python. */
export const tuple = (...parts: readonly number[][]): number[] => [0x28, ...parts.flat(), 0x74];

/** A name of Python. */
export const global = (module: string, name: string): number[] => [0x63, ...ascii(`${module}\n${name}\n`)];

/** A dictionary of Python. */
export const dict = (entries: readonly (readonly [number[], number[]])[]): number[] => [
  ...[0x7d, 0x28],
  ...entries.flat(2),
  0x75,
];

/** A storage. */
export const storage = (key: string, type: string, size: number): number[] => [
  ...tuple(unicode('storage'), global('torch', type), unicode(key), unicode('cpu'), int(size)),
  0x51,
];

/** A call. */
export const call = (callee: number[], ...args: readonly number[][]): number[] => [...callee, ...tuple(...args), 0x52];

/** A tensor that views a storage. */
export const view = (stored: number[], offset: number, shape: readonly number[], stride: readonly number[]): number[] =>
  call(
    global('torch._utils', '_rebuild_tensor_v2'),
    stored,
    int(offset),
    tuple(...shape.map(int)),
    tuple(...stride.map(int)),
    [0x89],
    call(global('collections', 'OrderedDict')),
  );

/** A file with a pickle and storages. */
export function ptFile(pickle: readonly number[], storages: readonly Uint8Array[], root = 'archive'): Uint8Array {
  return writeZip([
    [`${root}/data.pkl`, Uint8Array.from([0x80, 2, ...pickle, 0x2e])],
    [`${root}/byteorder`, Uint8Array.from(ascii('little'))],
    ...storages.map((bytes, k) => [`${root}/data/${k}`, bytes] as const),
    [`${root}/version`, Uint8Array.from(ascii('3\n'))],
  ]);
}

function tensorOf({ shape, dtype, data }: ForeignArray, k: number): number[] {
  const stride = shape.map((_, axis) => shape.slice(axis + 1).reduce((size, length) => size * length, 1));
  return view(storage(`${k}`, STORAGES[dtype]!, data.length), 0, shape, stride);
}

/** A file of arrays, of the types that are stored as they are. */
export function ptBytes(arrays: ForeignArrays): Uint8Array {
  const entries = [...arrays].map(([name, array], k) => [unicode(name), tensorOf(array, k)] as const);
  const bytes = [...arrays.values()].map(({ data }) =>
    new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice(),
  );
  return ptFile(dict(entries), bytes);
}
