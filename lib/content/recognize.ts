// Recognizes the format of a file, by its bytes or its name, without the code that reads it.

import { BpttError } from '../errors.ts';
import { isZip, readZip } from '../exchange/zip.ts';
import { ContentError, type Read } from './content.ts';
import { jsonOf } from './json-of.ts';

/** A format that is read. */
interface Format {
  /** In words: `safetensors`. */
  readonly name: string;
  /** Endings of the names of its files. */
  readonly endings: readonly string[];
  /** Whether the bytes are those of this format; undefined if they do not tell. */
  recognizes(bytes: Uint8Array): boolean | undefined;
  /** Loads the code that reads it. */
  load(): Promise<{ readonly read: Read }>;
}

/** Bytes as letters of Latin-1. */
const lettersOf = (bytes: Uint8Array): string =>
  Array.from(bytes.subarray(0, 200), (byte) => String.fromCharCode(byte)).join('');

/** Whether a file has these letters from byte `at`. */
function hasAt(bytes: Uint8Array, at: number, letters: string): boolean {
  return [...letters].every((letter, k) => bytes[at + k] === letter.charCodeAt(0));
}

/** Whether a file is a zip that has a file with this ending. */
function zipHas(bytes: Uint8Array, ending: string): boolean {
  if (!isZip(bytes)) return false;
  try {
    return [...readZip('bptt', bytes).keys()].some((name) => name.endsWith(ending));
  } catch (error) {
    if (error instanceof BpttError) return false;
    throw error;
  }
}

/** Whether a safetensors file says that bptt wrote it. */
function isOwn(bytes: Uint8Array): boolean {
  return /^\{\s*"__metadata__"\s*:\s*\{\s*"format"\s*:\s*"bptt/.test(lettersOf(bytes.subarray(8)));
}

function isModelJson(bytes: Uint8Array): boolean {
  const json = jsonOf(bytes);
  return json !== undefined && ('modelTopology' in json || json.format === 'graph-model');
}

const FORMATS: readonly Format[] = [
  {
    name: 'models of bptt',
    endings: ['.safetensors', '.bptt'],
    recognizes: isOwn,
    load: () => import('./own-format.ts'),
  },
  {
    name: 'Keras',
    endings: ['.keras', '.h5', '.hdf5'],
    recognizes: (bytes) => hasAt(bytes, 0, '\x89HDF') || zipHas(bytes, 'model.weights.h5'),
    load: () => import('./keras-format.ts'),
  },
  {
    name: '.pt',
    endings: ['.pt', '.pth'],
    recognizes: (bytes) => zipHas(bytes, '/data.pkl') || undefined,
    load: () => import('./pytorch-format.ts'),
  },
  {
    name: '.npz',
    endings: ['.npz'],
    recognizes: (bytes) => zipHas(bytes, '.npy'),
    load: () => import('./npz-format.ts'),
  },
  {
    name: '.npy',
    endings: ['.npy'],
    recognizes: (bytes) => hasAt(bytes, 0, '\x93NUMPY'),
    load: () => import('./npy-format.ts'),
  },
  {
    name: 'safetensors',
    endings: ['.safetensors'],
    recognizes: (bytes) => (bytes[8] === 0x7b && bytes[4] === 0 && bytes[5] === 0 ? true : undefined), // {
    load: () => import('./safetensors-format.ts'),
  },
  { name: 'TensorFlow.js', endings: ['.json'], recognizes: isModelJson, load: () => import('./tfjs-format.ts') },
  { name: 'ONNX', endings: ['.onnx'], recognizes: () => undefined, load: () => import('./onnx-format.ts') },
];

/** Formats that are known and not read: first bytes, where they begin, and what would do. */
const NOT_READ: readonly (readonly [start: string, at: number, reason: string])[] = [
  [
    'TFL3',
    4,
    'it is a TensorFlow Lite file, which bptt does not read; the Keras model that it was made of has the weights',
  ],
  [
    '\x80',
    0,
    'it is a pickle of Python, which could run any program; torch.save and numpy.savez write files that are read',
  ],
];

const named = (file: string, endings: readonly string[]): boolean =>
  endings.some((ending) => file.toLowerCase().endsWith(ending));

/** Finds the format of a file: by its first bytes, or else by its name. */
export function formatOf(file: string, bytes: Uint8Array): Format {
  const notRead = NOT_READ.find(([start, at]) => hasAt(bytes, at, start));
  if (notRead !== undefined) throw new ContentError(`${file}: ${notRead[2]}`);
  const known = FORMATS.map((format) => ({ format, sure: format.recognizes(bytes) }));
  const found =
    known.find(({ sure }) => sure) ??
    known.find(({ format, sure }) => sure === undefined && named(file, format.endings));
  if (found !== undefined) return found.format;
  const names = FORMATS.map(({ name }) => name).join(', ');
  throw new ContentError(`${file}: the format is not known; bptt reads ${names}`);
}
