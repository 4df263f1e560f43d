// The readers of files of other libraries, with small good files, for specs and for `npm run fuzz`.

import { readFileSync } from 'node:fs';
import { deflateRawSync } from 'node:zlib';
import type { ForeignArray } from '../../lib/exchange/foreign-array.ts';
import { fromKeras, readKeras } from '../../lib/exchange/keras.ts';
import { readNpy, readNpz, writeNpy, writeNpz } from '../../lib/exchange/numpy.ts';
import { importChain, importNode, recurrentNodes } from '../../lib/exchange/onnx.ts';
import { readPt } from '../../lib/exchange/pytorch.ts';
import { readSafetensors, writeSafetensors } from '../../lib/exchange/safetensors.ts';
import { readZip, storedBytes, writeZip } from '../../lib/exchange/zip.ts';
import { BpttError, FormatError } from '../../lib/index.ts';
import { joinedSamples, readJoined } from '../exchange/tfjs/files.ts';
import { kerasFile } from './keras-files.ts';

/** A reader of one format. */
export interface Reader {
  readonly name: string;
  /** Good files, small enough for thousands of reads. */
  readonly samples: () => readonly Uint8Array[];
  readonly read: (bytes: Uint8Array) => unknown;
  /** Words of the format: bytes that mutations insert. */
  readonly words: readonly string[];
  /** What a refused file throws. Default: FormatError. */
  readonly error?: typeof FormatError | typeof BpttError;
}

/** What is wrong with a read; undefined where it is read, or refused as it should be. */
export async function problemOf(
  { read, error: expected = FormatError }: Reader,
  bytes: Uint8Array,
): Promise<string | undefined> {
  try {
    await read(bytes);
    return undefined;
  } catch (error) {
    return error instanceof expected ? undefined : String(error);
  }
}

const golden = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`../golden/statedicts/${name}`, import.meta.url)));

const ARRAYS: ReadonlyMap<string, ForeignArray> = new Map([
  ['w', { shape: [2, 3], dtype: 'float32', data: Float32Array.of(1, 2, 3, 4, 5, 6) }],
  ['half', { shape: [2], dtype: 'float16', data: Float32Array.of(0.5, -2) }],
  ['n', { shape: [], dtype: 'int64', data: BigInt64Array.of(-7n) }],
  ['bool', { shape: [3], dtype: 'bool', data: Uint8Array.of(1, 0, 1) }],
]);

/** A zip archive whose entries are deflated, as savez_compressed writes it. */
export function deflated(zip: Uint8Array): Uint8Array {
  const from = Buffer.from(zip);
  const [locals, directory]: [Buffer[], Buffer[]] = [[], []];
  let [at, central] = [0, from.readUInt32LE(from.length - 6)];
  for (let k = from.readUInt16LE(from.length - 12); k > 0; k--) {
    const [names, size, local] = [28, 24, 42].map((field, i) =>
      i === 0 ? from.readUInt16LE(central + field) : from.readUInt32LE(central + field),
    ) as [number, number, number];
    const content = deflateRawSync(from.subarray(local + 30 + names, local + 30 + names + size));
    const head = Buffer.from(from.subarray(local, local + 30 + names));
    const entry = Buffer.from(from.subarray(central, central + 46 + names));
    head.writeUInt16LE(8, 8);
    head.writeUInt32LE(content.length, 18);
    entry.writeUInt16LE(8, 10);
    entry.writeUInt32LE(content.length, 20);
    entry.writeUInt32LE(at, 42);
    locals.push(head, content);
    directory.push(entry);
    at += head.length + content.length;
    central += 46 + names;
  }
  const end = Buffer.from(from.subarray(from.length - 22));
  const entries = Buffer.concat(directory);
  end.writeUInt32LE(entries.length, 12);
  end.writeUInt32LE(at, 16);
  return new Uint8Array(Buffer.concat([...locals, entries, end]));
}

/** The files in the archive of a .pt file. */
function filesOf(name: string): [string, Uint8Array][] {
  return [...readZip('spec', golden(name))].map(([file, entry]) => [file, storedBytes('spec', file, entry)]);
}

/** A cell of single operators, and weights that a caller gives. */
const REFUSED_ONNX: readonly string[] = ['torch_dynamo_lstm_cell', 'refuse_weights_are_inputs'];

/** The ONNX files of spec/golden/onnxruntime. */
function onnxFiles(): Uint8Array[] {
  const text = readFileSync(new URL('../golden/onnxruntime/imported.json', import.meta.url), 'utf8');
  const { cases } = JSON.parse(text) as {
    readonly cases: readonly { readonly name: string; readonly base64: string }[];
  };
  const good = cases.filter(({ name }) => !REFUSED_ONNX.includes(name));
  return good.map(({ base64 }) => new Uint8Array(Buffer.from(base64, 'base64')));
}

/** Reads an ONNX file in all ways; throws if all of them refuse it. */
function readOnnx(bytes: Uint8Array): void {
  const refusals: BpttError[] = [];
  const isRead = (call: () => unknown): boolean => {
    try {
      call();
      return true;
    } catch (error) {
      if (!(error instanceof BpttError)) throw error;
      refusals.push(error);
      return false;
    }
  };
  const nodes = recurrentNodes(bytes);
  const ways = [
    ...nodes.map(
      ({ name }) =>
        () =>
          importNode(bytes, { name }),
    ),
    () => importChain(bytes),
  ];
  if (!ways.map(isRead).includes(true)) throw refusals[0];
}

const [PICKLE, ...STORAGES] = filesOf('storages.pt');

const PICKLED = [
  'cposix\nsystem\n',
  'R.',
  '}q\u0000',
  '(',
  'u',
  'X\u00ff\u00ff\u00ff\u007f',
  'Q',
  '\u0081',
  'j\u00ff\u00ff\u00ff\u00ff',
  '__proto__',
  'PK\u0001\u0002',
];

/** The files in an archive of Keras. */
const KERAS = new Map(
  [...readZip('spec', kerasFile('tiny3.keras'))].map(([file, entry]) => [file, storedBytes('spec', file, entry)]),
);

const CONFIG = [
  '"units": 1e99',
  '"units": -1',
  '"units": null',
  '"class_name": "__proto__"',
  '"class_name": "RNN"',
  '"class_name": "Bidirectional"',
  '"class_name": "Sequential"',
  '"activation": "softmax"',
  '"inbound_nodes": []',
  '"keras_history": [[[["a", 0, 0]]]]',
  '"layer": null',
  '"go_backwards": true',
  '"stateful": true',
  '[[[[',
  '{"__proto__": 1}',
];

const HDF5 = [
  'TREE\u0000\u0000\u0001\u0000',
  'TREE\u0001\u0000',
  'SNOD\u0001\u0000\u00ff\u00ff',
  'HEAP\u0000\u0000',
  'GCOL\u0001\u0000',
  'OHDR\u0002\u0000',
  'OCHK',
  '\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff',
  '\u0010\u0000\u0010\u0000\u0000\u0000\u0000\u0000',
  '__proto__\u0000',
  'vars\u0000',
];

/** Every reader of bptt/exchange. */
export const READERS: readonly Reader[] = [
  {
    name: 'readSafetensors',
    samples: () => [
      writeSafetensors(ARRAYS, { metadata: { format: 'pt' } }),
      golden('lstm.safetensors'),
      golden('dtypes.safetensors'),
    ],
    read: readSafetensors,
    words: [
      '"dtype":',
      '"F64"',
      '"shape":[',
      '"data_offsets":[',
      '__metadata__',
      '__proto__',
      '[[[[',
      '1e9',
      '99999999',
      '\\u0000',
    ],
  },
  {
    name: 'readNpy',
    samples: () => [...ARRAYS.values()].map((array) => writeNpy(array)),
    read: readNpy,
    words: ["'descr'", "'|O'", "'>f8'", "'fortran_order': True", '(99999999999,)', '[(', '}', '\\', '\u0000'],
  },
  {
    name: 'readNpz',
    samples: () => [writeNpz(ARRAYS), deflated(writeNpz(ARRAYS))],
    read: readNpz,
    words: [
      'PK\u0001\u0002',
      'PK\u0003\u0004',
      'PK\u0005\u0006',
      '.npy',
      '__proto__',
      '\u00ff\u00ff\u00ff\u00ff',
      '\u0008\u0000',
    ],
  },
  {
    name: 'readPt',
    samples: () => [golden('lstm.pt'), golden('storages.pt'), golden('checkpoint_wrapped.pt')],
    read: (bytes) => readPt(bytes, { at: [] }),
    words: PICKLED,
  },
  {
    name: 'readPt, the pickle in its archive', // whose checksum a mutation does not break
    samples: () => [PICKLE![1]],
    read: (bytes) => readPt(writeZip([[PICKLE![0], bytes], ...STORAGES]), { at: [] }),
    words: PICKLED,
  },
  {
    name: 'importNode and importChain of ONNX',
    samples: onnxFiles,
    read: readOnnx,
    error: BpttError, // a name that is missing or one too many is the caller's mistake
    words: [
      '\u00ff\u00ff\u00ff\u00ff\u000f',
      '\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u007f',
      '\u0080\u0080\u0080\u0080\u0010',
      'LSTM',
      'hidden_size',
      'activations',
      'linear_before_reset',
      'Transpose',
      'Concat',
      '__proto__',
    ],
  },
  {
    name: 'fromTfjs, model.json and weights in one file',
    samples: joinedSamples,
    read: readJoined,
    words: [
      '"class_name":"GRU"',
      '"units":999999',
      '"config":{',
      '"shape":[2,',
      '"quantization":{"dtype":"uint8","scale":0.1,"min":0},',
      '"paths":[]',
      'null',
      '[[[[',
      '1e999',
      '__proto__',
      'constructor',
      '"inbound_nodes":[[["a",0,0,{}]]],',
    ],
  },
  {
    name: 'readKeras',
    samples: () => ['latest.h5', 'weights1.h5', 'forms.weights.h5', 'cudnn2.h5'].map(kerasFile),
    read: readKeras,
    words: HDF5,
  },
  {
    name: 'fromKeras, the weights in their archive', // whose checksum a mutation does not break
    samples: () => [KERAS.get('model.weights.h5')!],
    read: (bytes) => fromKeras(writeZip([...new Map([...KERAS, ['model.weights.h5', bytes]])])),
    words: HDF5,
  },
  {
    name: 'fromKeras, the config in its archive',
    samples: () => [KERAS.get('config.json')!],
    read: (bytes) => fromKeras(writeZip([...new Map([...KERAS, ['config.json', bytes]])])),
    words: CONFIG,
  },
  {
    name: 'readKeras of archives',
    samples: () => [deflated(kerasFile('tiny3.keras')), kerasFile('nested3.keras')],
    read: readKeras,
    words: [...HDF5, 'PK\u0001\u0002', 'PK\u0003\u0004', '{"keras_version":', '[[[[', '__proto__'],
  },
];
