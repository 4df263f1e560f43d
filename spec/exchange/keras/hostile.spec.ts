import { describe, expect, it } from '@jest/globals';
import { fromKeras, readKeras } from '../../../lib/exchange/keras.ts';
import { readZip, storedBytes, writeZip } from '../../../lib/exchange/zip.ts';
import { FormatError } from '../../../lib/index.ts';
import { kerasFile } from '../../support/keras-files.ts';

// Hostile files of Keras, each with the error that it gets: good files with other bytes in them.

type Edit = readonly [at: number, bytes: readonly number[]];

const ALL_BITS = Array<number>(8).fill(255);
const address = (value: number): number[] => [...new Uint8Array(BigUint64Array.of(BigInt(value)).buffer)];

/** Where letters are in bytes, the first time from `from` on. */
function find(bytes: Uint8Array, letters: string, from = 0): number {
  const at = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf(letters, from, 'latin1');
  if (at < 0) throw new Error(`no ${letters}`);
  return at;
}

function edited(name: string, edits: (bytes: Uint8Array) => readonly Edit[]): () => Promise<unknown> {
  const bytes = kerasFile(name);
  for (const [at, values] of edits(bytes)) bytes.set(values, at);
  return () => readKeras(bytes);
}

const old = (edits: (bytes: Uint8Array) => readonly Edit[]) => edited('weights1.h5', edits);
const forms = (edits: (bytes: Uint8Array) => readonly Edit[]) => edited('forms.weights.h5', edits);
const latest = (edits: (bytes: Uint8Array) => readonly Edit[]) => edited('latest.h5', edits);

/** The files of an archive. */
const filesOf = (name: string): Map<string, Uint8Array> =>
  new Map([...readZip('spec', kerasFile(name))].map(([file, entry]) => [file, storedBytes('spec', file, entry)]));

function archive(change: (files: Map<string, Uint8Array>) => void): () => Promise<unknown> {
  const files = filesOf('nested3.keras');
  change(files);
  return () => fromKeras(writeZip([...files]));
}
const text = (content: string): Uint8Array => new TextEncoder().encode(content);

/** A config of nested3.keras with a change. */
function config(change: (content: string) => string): () => Promise<unknown> {
  return archive((files) => {
    const before = new TextDecoder().decode(files.get('config.json'));
    const after = change(before);
    if (after === before) throw new Error('nothing changed');
    files.set('config.json', text(after));
  });
}

/** The layout message of the first dataset in chunks: version 3, class 2, 3 lengths. */
const chunksOf = (bytes: Uint8Array): number => find(bytes, '\x03\x02\x03');

/** A header of a root group with as many messages as fit, or continuations in blocks that overlap. */
function crowded(isContinued: boolean): () => Promise<unknown> {
  const bytes = new Uint8Array(1 << 20);
  const view = new DataView(bytes.buffer);
  bytes.set(kerasFile('weights1.h5').subarray(0, 24));
  bytes.set(address(bytes.length), 40);
  bytes.set(address(96), 64);
  bytes[96] = 1;
  view.setUint32(104, 480_000, true);
  for (let k = 0; k < 20_000; k++) {
    const at = 112 + 24 * k;
    view.setUint16(at, isContinued ? 0x10 : 0x0c, true);
    view.setUint16(at + 2, 16, true);
    bytes.set(address(at + 24), at + 8);
    bytes.set(address(100_000), at + 16);
  }
  return () => readKeras(bytes);
}
const CROWDED = 'readKeras: "bytes" must have at most 4096 messages in 1024 blocks for an object; received more';

const CORPUS: readonly (readonly [what: string, read: () => Promise<unknown>, message: string])[] = [
  [
    'nothing',
    () => readKeras(new Uint8Array(0)),
    'readKeras: "bytes" must be a .keras archive or an HDF5 file; received 0 other bytes. A model in a folder was written by save(); save it as model.keras instead',
  ],
  [
    'another file',
    () => readKeras(text('{"class_name":"Sequential"}')),
    'readKeras: "bytes" must be a .keras archive or an HDF5 file; received 27 other bytes. A model in a folder was written by save(); save it as model.keras instead',
  ],
  [
    'HDF5 of the future',
    old(() => [[8, [9]]]),
    'readKeras: "bytes" must be an HDF5 file of version 0 to 3; received version 9',
  ],
  [
    'addresses of 4 bytes',
    old(() => [[13, [4]]]),
    'readKeras: "bytes" must have addresses and lengths of 8 bytes; received 4 and 8',
  ],
  [
    'a user block',
    old(() => [[24, address(512)]]),
    'readKeras: "bytes" must begin at its first byte; received byte 512',
  ],
  [
    'a file that was cut off',
    () => readKeras(kerasFile('weights1.h5').subarray(0, 9000)),
    'readKeras: "bytes" must have 18352 bytes; received 9000, as if it were cut off',
  ],
  [
    'a root behind the end',
    old(() => [[64, address(1e9)]]),
    'readKeras: "bytes" must have its object header in the file; received 16 bytes at 1000000000 of 18352',
  ],
  [
    'a root beyond 2^53',
    old(() => [[64, [0, 0, 0, 0, 0, 0, 0, 128]]]),
    'readKeras: "bytes" must have addresses and lengths below 2^53; received a larger one at byte 64',
  ],
  [
    'no root',
    old(() => [[64, ALL_BITS]]),
    'readKeras: "bytes" must have an object of its own for each name; received another at ""',
  ],
  [
    'a header of version 3',
    old((b) => [[Number(new DataView(b.buffer).getBigUint64(64, true)), [3]]]),
    'readKeras: "bytes" must have object headers of version 1 or 2; received 3 as the first byte of one, at byte 96',
  ],
  [
    'a tree of another kind',
    old((b) => [[find(b, 'TREE') + 4, [1]]]),
    'readKeras: "bytes" must have trees whose levels fall by one; received type 1, level 0 at byte 136',
  ],
  [
    'a tree of high level',
    old((b) => [[find(b, 'TREE') + 5, [200]]]),
    'readKeras: "bytes" must have trees whose levels fall by one; received type 0, level 200 at byte 136',
  ],
  [
    'a tree that contains itself',
    old((b) => [
      [find(b, 'TREE') + 5, [1]],
      [find(b, 'TREE') + 32, address(find(b, 'TREE'))],
    ]),
    'readKeras: "bytes" must have trees whose levels fall by one; received type 0, level 1 at byte 136',
  ],
  [
    'no tree',
    old((b) => [[find(b, 'TREE'), [0]]]),
    'readKeras: "bytes" must have "TREE" at the tree of a group; received "\\u0000REE" at byte 136',
  ],
  [
    'a node of 65,535 names',
    old((b) => [[find(b, 'SNOD') + 6, [255, 255]]]),
    'readKeras: "bytes" must have its node of a group in the file; received 2621408 bytes at 1688 of 18352',
  ],
  [
    'a name behind its heap',
    old((b) => [[find(b, 'SNOD') + 8, address(9999)]]),
    'readKeras: "bytes" must have the names of groups in their heaps; received byte 10711, end at 800',
  ],
  [
    'a group in itself',
    old((b) => [[find(b, 'SNOD') + 16, b.subarray(64, 72) as unknown as number[]]]),
    'readKeras: "bytes" must have an object of its own for each name; received another at "dense_1"',
  ],
  [
    'a symbolic link',
    old((b) => [[find(b, 'SNOD') + 24, [2]]]),
    'readKeras: "bytes" must hold its arrays itself; received a symbolic link at "dense_1"',
  ],
  [
    'a heap that is none',
    old((b) => [[find(b, 'HEAP') + 3, [0]]]),
    'readKeras: "bytes" must have "HEAP" at the heap of names; received "HEA\\u0000" at byte 680',
  ],
  [
    'a heap behind the end',
    old((b) => [[find(b, 'HEAP') + 24, address(1e6)]]),
    'readKeras: "bytes" must have its heap of names in the file; received 88 bytes at 1000000 of 18352',
  ],
  [
    'a name twice',
    old((b) => [[find(b, 'SNOD') + 8, b.subarray(find(b, 'SNOD') + 48, find(b, 'SNOD') + 56) as unknown as number[]]]),
    'readKeras: "bytes" must have each name of a group once; received "gru_1"',
  ],
  [
    'a name of a layer that is not there',
    old((b) => [[find(b, 'layer_names') + 56, [120]]]),
    'readKeras: "bytes" must have a group for each name of layer_names; received "gxu_1"',
  ],
  [
    'a name of a weight that is not there',
    old((b) => [[find(b, 'lstm_1_W_i'), [120]]]),
    'readKeras: "bytes" must have an array for each name of weight_names; received "lstm_1/xstm_1_W_i"',
  ],
  [
    'texts that are not UTF-8',
    old((b) => [[find(b, 'lstm_1_W_i'), [255]]]),
    'readKeras: "bytes" must have a text of an attribute in UTF-8; received other bytes at 6232',
  ],
  [
    'chunks of no rows',
    forms((b) => [[chunksOf(b) + 11, [0, 0, 0, 0]]]),
    'readKeras: "bytes" must have chunks with elements at "layers/dense/vars/0"; received [0, 3]',
  ],
  [
    'chunks of 4 billion rows',
    forms((b) => [[chunksOf(b) + 11, [255, 255, 255, 255]]]),
    'readKeras: "bytes" must have each chunk of "layers/dense/vars/0" once, on its grid; received one at [4, 0]',
  ],
  [
    'chunks of fewer rows',
    forms((b) => [[find(b, 'TREE\x01') + 6, [1]]]),
    'readKeras: "bytes" must have the 8 chunks of "layers/dense/vars/0"; received 1',
  ],
  [
    'chunks beside the grid',
    forms((b) => [[find(b, 'TREE\x01') + 32, [1]]]),
    'readKeras: "bytes" must have each chunk of "layers/dense/vars/0" once, on its grid; received one at [1, 0]',
  ],
  [
    'a chunk behind the end',
    forms((b) => [[find(b, 'TREE\x01') + 56, address(1e9)]]),
    'readKeras: "bytes" must have its chunks in the file; received 54 bytes at 1000000000 of 27304',
  ],
  [
    'a chunk that is not deflated',
    forms((b) => [[Number(new DataView(b.buffer).getBigUint64(find(b, 'TREE\x01') + 56, true)), [0]]]),
    'readKeras: "bytes" must have a chunk of "layers/dense/vars/0" deflated by zlib; received other bytes',
  ],
  [
    'a chunk of other bytes',
    forms((b) => [[Number(new DataView(b.buffer).getBigUint64(find(b, 'TREE\x01') + 56, true)) + 2, [255]]]),
    'readKeras: "bytes" must inflate a chunk of "layers/dense/vars/0" to 48 bytes; received bytes that are not deflated',
  ],
  [
    'an unknown filter',
    forms((b) => [[find(b, 'shuffle') - 8, [0, 125]]]),
    'readKeras: "bytes" must compress with gzip and shuffle, or not at all; received filter lzf (32000) at "layers/dense/vars/0"',
  ],
  [
    'links in a heap of their own',
    latest((b) => [
      [find(b, 'OHDR'), [79]],
      [find(b, '\x02\x12\0') + 6, address(100)],
    ]),
    'readKeras: "bytes" must keep the names of groups in symbol tables or messages, as h5py does by default; received a fractal heap, as with libver=\'latest\'',
  ],
  [
    'an archive without a config',
    archive((files) => files.delete('config.json')),
    'fromKeras: "bytes" must be an archive of Keras, with config.json; received ["metadata.json", "model.weights.h5"]',
  ],
  [
    'an archive without weights',
    archive((files) => files.delete('model.weights.h5')),
    'fromKeras: "bytes" must be an archive of Keras, with model.weights.h5; received ["metadata.json", "config.json"]',
  ],
  [
    'an archive without a version',
    archive((files) => files.set('metadata.json', text('{}'))),
    'fromKeras: "bytes" must have a keras_version in metadata.json; received undefined',
  ],
  [
    'Keras 4',
    archive((files) => files.set('metadata.json', text('{"keras_version":"4.0.0"}'))),
    'fromKeras: "bytes" must be written by Keras 1 to 3; received "4.0.0"',
  ],
  [
    'metadata that are no JSON',
    archive((files) => files.set('metadata.json', text('{"keras_version":'))),
    'fromKeras: "bytes" must have JSON in metadata.json; received text that is no JSON',
  ],
  [
    'a config of 70 levels',
    archive((files) => files.set('config.json', text('['.repeat(70)))),
    'fromKeras: "bytes" must have JSON in config.json; received more than 64 levels',
  ],
  [
    'a config of no model',
    archive((files) => files.set('config.json', text('[]'))),
    'fromKeras: "config" must have layers { class_name, config }; received [] as layer 0',
  ],
  [
    'an unknown layer',
    config((c) => c.replace('"Dense"', '"Lambda"')),
    'fromKeras: "dense" must be a layer that bptt has; received another class (Lambda). bptt has no such layer. Without it, load the weights into a model of your own',
  ],
  [
    'a name of the prototype',
    config((c) => c.replace('"LSTMCell"', '"__proto__"')),
    'fromKeras: "rnn/stacked_rnn_cells/lstm_cell" must have cells LSTMCell, GRUCell or SimpleRNNCell; received __proto__ (__proto__)',
  ],
  [
    '10¹⁵ units',
    config((c) => c.replace('"units": 3', '"units": 1000000000000000')),
    'fromKeras: "config" must have at most the 247 weights of its file; received layers of 4.000000000000018e+30 weights',
  ],
  [
    '1.5 units',
    config((c) => c.replace('"units": 3', '"units": 1.5')),
    'fromKeras: "rnn" must have units that must be an integer of at least 1; received 1.5',
  ],
  [
    'more units than weights',
    config((c) => c.replace('"units": 3', '"units": 30000')),
    'fromKeras: "config" must have at most the 247 weights of its file; received layers of 3600540153 weights',
  ],
  [
    'other units',
    config((c) => c.replace('"units": 3', '"units": 2')),
    'fromKeras: "layers/rnn/cell/cells/lstm_cell/vars/0" must have shape [2, 8]; received [2, 12] (axis 1: expected 8, got 12)',
  ],
  ['20,000 messages', crowded(false), CROWDED],
  ['20,000 blocks that overlap', crowded(true), CROWDED],
  [
    'a bias that the config lacks',
    config((c) => {
      const dense = c.lastIndexOf('"use_bias": true');
      return `${c.slice(0, dense)}"use_bias": false${c.slice(dense + 16)}`;
    }),
    'fromKeras: "arrays" must contain only arrays that the model has a use for; received layers/dense/vars/1',
  ],
  [
    'weights of Keras 2 in an archive',
    archive((files) => files.set('model.weights.h5', kerasFile('weights2.h5'))),
    'fromKeras: "bytes" must have a group layers in model.weights.h5; received the format of Keras 2',
  ],
];

describe('the corpus of hostile files of Keras', () => {
  it.each(CORPUS)('%s is refused with the reason', async (_, read, message) => {
    const refused: unknown = await read().catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(FormatError);
    expect((refused as Error).message).toBe(message);
  });
});
