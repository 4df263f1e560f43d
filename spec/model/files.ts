import { Dense, LSTM, Sequential } from '../../lib/index.ts';

/** What a safetensors header says about one tensor. */
export interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

/** A header. */
export type Header = Readonly<Record<string, Entry>> & { readonly __metadata__: Readonly<Record<string, string>> };

/** A small model whose file is to be spoiled. */
export function small(): Sequential {
  return new Sequential([new LSTM({ units: 2 }), new Dense({ units: 1 })], { inputSize: 2, seed: 1 }).build();
}

/** Parts of a file. */
export function parts(bytes: Uint8Array): {
  readonly header: Header;
  readonly text: string;
  readonly data: Uint8Array;
} {
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const text = new TextDecoder().decode(bytes.subarray(8, 8 + length));
  return { header: JSON.parse(text) as Header, text, data: bytes.subarray(8 + length) };
}

/** A file from a header, given as text or as what becomes JSON, and data. */
export function fileOf(header: unknown, data: Uint8Array = new Uint8Array(0), length?: bigint): Uint8Array {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, length ?? BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(data, 8 + text.length);
  return bytes;
}

/** The file of `small` with another header. */
export function withHeader(change: (header: Header) => unknown): Uint8Array {
  const { header, data } = parts(small().toBytes());
  return fileOf(change(header), data);
}

/** The same with other things said about one tensor; what is undefined goes. */
export function withEntry(name: string, patch: object): Uint8Array {
  return withHeader((header) => ({ ...header, [name]: { ...header[name], ...patch } }));
}

/** The same with other metadata. */
export function withMetadata(patch: object): Uint8Array {
  return withHeader((header) => ({ ...header, __metadata__: { ...header.__metadata__, ...patch } }));
}

/** An architecture as a file holds it. */
export interface Architecture {
  readonly version: number;
  readonly inputSize: number;
  readonly layers: readonly Readonly<Record<string, unknown>>[];
}

/** The same with another description of its layers, given as text or as what becomes JSON. */
export function withArchitecture(change: (architecture: Architecture) => unknown): Uint8Array {
  return withHeader((header) => {
    const changed = change(JSON.parse(header.__metadata__.architecture!) as Architecture);
    const architecture = typeof changed === 'string' ? changed : JSON.stringify(changed);
    return { ...header, __metadata__: { ...header.__metadata__, architecture } };
  });
}

/** The same with other options of one layer; what is undefined goes. */
export function withLayer(index: number, patch: object): Uint8Array {
  return withArchitecture((architecture) => {
    const layers = architecture.layers.map((layer, i) => (i === index ? { ...layer, ...patch } : layer));
    return { ...architecture, layers };
  });
}
