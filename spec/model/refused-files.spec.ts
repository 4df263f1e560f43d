import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from '@jest/globals';
import { ArgumentError, FormatError, Sequential } from '../../lib/index.ts';
import { fileOf, parts, small, withArchitecture, withEntry, withHeader, withLayer, withMetadata } from './files.ts';

const bytes = small().toBytes();
const { header, text, data } = parts(bytes);

/** What a file is refused with: '' for none, and the error's name and message for one that it should not be. */
function refusal(file: Uint8Array): string {
  try {
    Sequential.fromBytes(file);
    return '';
  } catch (error) {
    if (!(error instanceof FormatError || error instanceof ArgumentError)) return `${error}`;
    return /^Sequential\.fromBytes: "(bytes)" must .*; received .+$/.exec(error.message)?.[1] ?? error.message;
  }
}

/** Everything a file could leave behind in the prototypes. */
function prototypes(): string {
  return JSON.stringify(
    [Object, Array, Map, Uint8Array, Float32Array, Function].map(({ prototype }) =>
      Reflect.ownKeys(prototype).map(String),
    ),
  );
}

const untouched = prototypes();
const deep = '['.repeat(100_000) + ']'.repeat(100_000);
const MAX = Number.MAX_SAFE_INTEGER;

const CORPUS: Readonly<Record<string, () => Uint8Array>> = {
  'no bytes': () => new Uint8Array(0),
  'seven bytes': () => new Uint8Array(7),
  zeros: () => new Uint8Array(64),
  'a header of no bytes': () => fileOf(''),
  'a header longer than the file': () => fileOf(header, data, BigInt(bytes.length)),
  'a header of 2^63 bytes': () => fileOf(header, data, 2n ** 63n),
  'a header of 2^64 - 1 bytes': () => fileOf(header, data, 2n ** 64n - 1n),
  'a header one byte short': () => fileOf(header, data, BigInt(JSON.stringify(header).length - 1)),
  'a header above the limit': () => fileOf(`${JSON.stringify(header)}${' '.repeat(1 << 20)}`, data),
  'no JSON': () => fileOf('{]', data),
  'JSON and more': () => fileOf(`${JSON.stringify(header)}x`, data),
  'a byte order mark': () => fileOf(`\ufeff${JSON.stringify(header)}`, data),
  'a space first': () => fileOf(` ${JSON.stringify(header)}`, data),
  'no UTF-8': () => {
    const file = fileOf(header, data);
    file[20] = 0xff;
    return file;
  },
  'a header that is a list': () => fileOf([], data),
  'a header that is null': () => fileOf('null', data),
  'an empty header': () => fileOf({}, new Uint8Array(0)),
  'a deep header': () => fileOf(`{"a":${deep}}`, data),
  'a deep dtype': () => fileOf(text.replace('"F32"', deep), data),
  'a tensor twice': () =>
    fileOf(text.replace('{', '{"dense1.bias":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},'), data),
  'a tensor twice, once with an escape': () =>
    fileOf(text.replace('{', '{"dense1.bi\\u0061s":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},'), data),
  'a size of 1.0': () => fileOf(text.replace('"shape":[1]', '"shape":[1.0]'), data),
  'a size of -0': () => fileOf(text.replace('"shape":[1]', '"shape":[-0]'), data),
  '3,000 tensors': () =>
    withHeader((h) => ({
      ...h,
      ...Object.fromEntries(
        Array.from({ length: 3000 }, (_, i) => [`t${i}`, { dtype: 'F32', shape: [0], data_offsets: [0, 0] }]),
      ),
    })),
  'metadata twice': () => fileOf(text.replace('{', '{"__metadata__":{},'), data),
  'metadata that is a list': () => withHeader((h) => ({ ...h, __metadata__: [] })),
  'metadata that is null': () => withHeader((h) => ({ ...h, __metadata__: null })),
  'no metadata': () => withHeader(({ __metadata__: _, ...entries }) => entries),
  'metadata with a number': () => withMetadata({ n: 1 }),
  'another format': () => withMetadata({ format: 'pt' }),
  'an architecture of 100,000 characters': () => withArchitecture((a) => JSON.stringify(a) + ' '.repeat(100_000)),
  'no architecture': () => withMetadata({ architecture: undefined }),
  'trailing bytes': () => fileOf(header, new Uint8Array([...data, 0])),
  'a byte too few': () => fileOf(header, data.subarray(1)),
  'no data': () => fileOf(header),
  'a gap': () => withEntry('dense1.bias', { data_offsets: [MAX - 4, MAX] }),
  'a gap at the start': () => fileOf(withShifted(4), new Uint8Array([0, 0, 0, 0, ...data])),
  'an overlap': () => withEntry('dense1.bias', { data_offsets: [0, 4] }),
  'an overlap and no byte too many': () => {
    const end = data.length - 4;
    const shared = { ...header['dense1.bias'], data_offsets: [end - 4, end] };
    return fileOf({ ...header, 'dense1.bias': shared }, data.subarray(0, end));
  },
  'a tensor of no layer': () =>
    withHeader((h) => ({ ...h, extra: { dtype: 'F32', shape: [0], data_offsets: [data.length, data.length] } })),
  'offsets the wrong way round': () => withEntry('dense1.bias', { data_offsets: [4, 0] }),
  'offsets that are no integers': () => withEntry('dense1.bias', { data_offsets: [0.5, 4.5] }),
  'offsets below 0': () => withEntry('dense1.bias', { data_offsets: [-4, 0] }),
  'one offset': () => withEntry('dense1.bias', { data_offsets: [0] }),
  'no offsets': () => withEntry('dense1.bias', { data_offsets: undefined }),
  'offsets in strings': () => withEntry('dense1.bias', { data_offsets: ['0', '4'] }),
  'offsets of 1e400': () => fileOf(text.replace(/"data_offsets":\[0,/, '"data_offsets":[1e400,'), data),
  'another dtype': () => withEntry('lstm1.recurrentKernel', { dtype: 'F16' }),
  'F64 of half the size': () => withEntry('lstm1.recurrentKernel', { dtype: 'F64' }),
  'no dtype': () => withEntry('lstm1.recurrentKernel', { dtype: undefined }),
  'a dtype with a constructor of its own': () =>
    withEntry('lstm1.recurrentKernel', { dtype: { constructor: { name: { toString: 1 } } } }),
  'a shape that is none': () => withEntry('lstm1.recurrentKernel', { shape: 16 }),
  'a shape with a string': () => withEntry('lstm1.recurrentKernel', { shape: ['2', 8] }),
  'a shape below 0': () => withEntry('lstm1.recurrentKernel', { shape: [-2, -8] }),
  'another shape of the same size': () => withEntry('lstm1.recurrentKernel', { shape: [8, 2] }),
  'a huge shape': () => withEntry('lstm1.recurrentKernel', { shape: [MAX, MAX] }),
  'a shape whose product wraps': () => withEntry('lstm1.recurrentKernel', { shape: [2 ** 32, 2 ** 32] }),
  'a rank of 9': () => withEntry('lstm1.recurrentKernel', { shape: [2, 8, 1, 1, 1, 1, 1, 1, 1] }),
  'an entry that is null': () => withHeader((h) => ({ ...h, 'dense1.bias': null })),
  'a tensor too few': () => withHeader(({ 'dense1.bias': _, ...rest }) => rest),
  'a tensor too many': () =>
    withHeader((h) => ({ ...h, extra: { dtype: 'F32', shape: [0], data_offsets: [data.length, data.length] } })),
  'an unknown name': () => renamed('dense1.bias', 'dense2.bias'),
  'a name from the prototype': () => renamed('dense1.bias', 'constructor'),
  'the name __proto__': () => renamed('dense1.bias', '__proto__'),
  'the name toString': () => renamed('dense1.bias', 'toString'),
  'a prototype in an entry': () => fileOf(text.replace('"dtype":"F32"', '"__proto__":{"dtype":"F32"}'), data),
  'a prototype in the metadata': () => fileOf(text.replace('"format":"bptt"', '"__proto__":{"format":"bptt"}'), data),
  'NaN among the values': () => spoiled([0, 0, 0xc0, 0x7f]),
  'an infinity among the values': () => spoiled([0, 0, 0x80, 0xff]),
};

function withShifted(by: number): unknown {
  const { __metadata__, ...entries } = header;
  const shifted = Object.entries(entries).map(([name, entry]) => {
    return [name, { ...entry, data_offsets: entry.data_offsets.map((at) => at + by) }];
  });
  return { __metadata__, ...Object.fromEntries(shifted) };
}

function renamed(from: string, to: string): Uint8Array {
  return fileOf(text.replace(`"${from}"`, `"${to}"`), data);
}

function spoiled(value: readonly number[]): Uint8Array {
  const file = bytes.slice();
  file.set(value, file.length - 4);
  return file;
}

const ARCHITECTURES: Readonly<Record<string, () => Uint8Array>> = {
  'no JSON': () => withArchitecture(() => '{'),
  null: () => withArchitecture(() => 'null'),
  'a number': () => withArchitecture(() => '5'),
  'a key twice': () => withArchitecture((a) => JSON.stringify(a).replace('{', '{"version":1,')),
  'a deep one': () => withArchitecture((a) => JSON.stringify(a).replace('1', deep)),
  'version 2': () => withArchitecture((a) => ({ ...a, version: 2 })),
  'no version': () => withArchitecture((a) => ({ ...a, version: undefined })),
  'an input size of 0': () => withArchitecture((a) => ({ ...a, inputSize: 0 })),
  'another input size': () => withArchitecture((a) => ({ ...a, inputSize: 3 })),
  'a huge input size': () => withArchitecture((a) => ({ ...a, inputSize: 2 ** 40 })),
  'an input size in a string': () => withArchitecture((a) => ({ ...a, inputSize: '2' })),
  'no layers': () => withArchitecture((a) => ({ ...a, layers: [] })),
  'layers that are none': () => withArchitecture((a) => ({ ...a, layers: { length: 2 } })),
  'layers of null': () => withArchitecture((a) => ({ ...a, layers: [null, null] })),
  'layers of strings': () => withArchitecture((a) => ({ ...a, layers: ['LSTM', 'Dense'] })),
  'a hundred layers': () => withArchitecture((a) => ({ ...a, layers: new Array(100).fill(a.layers[0]) })),
  'a layer too few': () => withArchitecture((a) => ({ ...a, layers: a.layers.slice(1) })),
  'layers that do not fit': () => withArchitecture((a) => ({ ...a, layers: [a.layers[0], a.layers[0]] })),
  'an unknown kind': () => withLayer(0, { kind: 'Lambda' }),
  'another kind': () => withLayer(0, { kind: 'GRU' }),
  'a kind from the prototype': () => withLayer(0, { kind: 'constructor' }),
  'a kind in a list': () => withLayer(0, { kind: ['LSTM'] }),
  'a kind with a toString': () => withLayer(0, { kind: { toString: 1 } }),
  'no kind': () => withLayer(0, { kind: undefined }),
  'other units': () => withLayer(0, { units: 3 }),
  'huge units': () => withLayer(0, { units: 2 ** 40 }),
  'units of 1e400': () => withArchitecture((a) => JSON.stringify(a).replace('"units":2', '"units":1e400')),
  'no units': () => withLayer(0, { units: undefined }),
  'an unknown option': () => withLayer(0, { attention: 0.5 }),
  'a seed': () => withLayer(0, { seed: 1 }),
  'an input size of a layer': () => withLayer(0, { inputSize: 7 }),
  'a dtype of a layer': () => withLayer(0, { dtype: 'float64' }),
  'an option of another type': () => withLayer(0, { useBias: 'yes' }),
  'an initializer': () => withLayer(0, { kernelInitializer: 'zeros' }),
  'a regularizer in a string': () => withLayer(0, { kernelRegularizer: 'l2' }),
  'an unknown regularizer': () => withLayer(0, { kernelRegularizer: { name: 'eval', factor: 1 } }),
  'a negative penalty': () => withLayer(0, { kernelRegularizer: { name: 'l2', factor: -1 } }),
  'a regularizer with more': () => withLayer(0, { kernelRegularizer: { name: 'l2', factor: 1, code: 'x' } }),
  'a constraint on an axis that is absent': () =>
    withLayer(0, { biasConstraint: { name: 'minMaxNorm', min: 0, max: 1, rate: 1, axis: 1 } }),
  'a constraint of a layer without such weights': () => withLayer(1, { recurrentConstraint: { name: 'nonNegative' } }),
  'an unknown activation': () => withLayer(1, { activation: 'eval' }),
  'a prototype': () =>
    withArchitecture((a) => JSON.stringify(a).replace('"kind":"LSTM"', '"__proto__":{"kind":"LSTM"}')),
  'a prototype option': () =>
    withArchitecture((a) => JSON.stringify(a).replace('"kind":"LSTM"', '"kind":"LSTM","__proto__":{"x":1}')),
};

describe('fromBytes refuses', () => {
  it.each(Object.entries(CORPUS))('a file with %s', (_, make) => {
    expect(refusal(make())).toBe('bytes');
    expect(prototypes()).toBe(untouched);
  });

  it.each(Object.entries(ARCHITECTURES))('an architecture with %s', (_, make) => {
    expect(refusal(make())).toBe('bytes');
    expect(prototypes()).toBe(untouched);
  });

  it('a file that is cut off at any byte', () => {
    const accepted = Array.from(bytes.keys()).filter((length) => refusal(bytes.subarray(0, length)) !== 'bytes');
    expect(accepted).toEqual([]);
  });

  it('a file with any bit of its header flipped', () => {
    const wrong: string[] = [];
    for (let bit = 0; bit < 8 * (8 + text.length); bit++) {
      const file = bytes.slice();
      file[bit >> 3]! ^= 1 << (bit & 7);
      const found = refusal(file);
      if (found !== 'bytes') wrong.push(`bit ${bit}: ${found || 'accepted'}`);
    }
    expect(wrong).toEqual([]);
  });

  it('no file that it should accept', () => {
    expect(refusal(bytes)).toBe('');
    expect(refusal(withHeader((h) => h))).toBe('');
    expect(refusal(withArchitecture((a) => a))).toBe('');
    expect(refusal(fileOf(`${JSON.stringify(header)}   `, data))).toBe('');
    expect(refusal(withMetadata({ note: '"}],\\ \n\u0000é😀' }))).toBe('');
    expect(refusal(fileOf(text.replace('"lstm1.bias"', String.raw`"\u006cstm1.bias"`), data))).toBe('');
  });
});

it('fromBytes reads a header once, even if another thread writes to it', async () => {
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  shared.set(bytes);
  const at = Buffer.from(bytes).indexOf('units') + 1; // of a string, where a backslash begins an escape
  const writer = new Worker(
    `const { parentPort, workerData: { shared, at } } = require('node:worker_threads');
    parentPort.postMessage('ready');
    for (;;) { shared[at] = 0x5c; shared[at] = 0x41; }`,
    { eval: true, workerData: { shared, at } },
  );
  try {
    await once(writer, 'message');
    for (let i = 0; i < 30_000; i++) {
      try {
        Sequential.fromBytes(shared);
      } catch (error) {
        expect(error).toBeInstanceOf(FormatError);
      }
    }
  } finally {
    await writer.terminate();
  }
});
