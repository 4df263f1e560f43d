// Opens files of Keras: .keras archives, and HDF5 files with or without the config of a model.

import { describe } from '../../describe.ts';
import { FormatError } from '../../errors.ts';
import { unfit } from '../../formats/safetensors.ts';
import { decodeUtf8 } from '../../formats/utf8.ts';
import type { ForeignArrays } from '../foreign-array.ts';
import { parseForeignJson } from '../foreign-json.ts';
import { entryOf, isObject, type Json } from '../keras-layers/config.ts';
import { entryBytes, isZip, readZip, type ZipEntry } from '../zip.ts';
import { type KerasFileLayer, readArrays } from './arrays.ts';
import { isHdf5 } from './hdf5/file.ts';

/** What `readKeras` finds in a file. */
export interface KerasContent {
  /**
   * `'keras'`: an archive with config and weights; `'weights.h5'`: weights, numbered in groups; `'h5'`: weights by name, as
   * Keras 1 and 2 write them, with or without a config.
   */
  readonly format: 'keras' | 'weights.h5' | 'h5';
  /** Version of Keras that wrote the file, such as `'2.3.1'`; undefined for `'weights.h5'`, which does not say. */
  readonly kerasVersion: string | undefined;
  /** The config of the model, { class_name, config }, as JSON.parse returns it; undefined in a file of weights. */
  readonly config: unknown;
  /** The layers that have arrays: in the order of the model in `'h5'`, otherwise by name. */
  readonly layers: readonly KerasFileLayer[];
  /** The arrays by name, in the file's order. */
  readonly arrays: ForeignArrays;
}

const [METADATA, CONFIG, WEIGHTS] = ['metadata.json', 'config.json', 'model.weights.h5'];
/** Bytes of a text of JSON. */
const LONGEST_JSON = 1 << 22;
/** Bytes to inflate beside those of the file. */
const ROOM = 1 << 22;

/** Reads a file of Keras. */
export async function openKeras(where: string, bytes: Uint8Array): Promise<KerasContent> {
  if (isZip(bytes)) return openArchive(where, bytes);
  if (!isHdf5(bytes)) {
    const remedy = 'A model in a folder was written by save(); save it as model.keras instead';
    const expected = 'be a .keras archive or an HDF5 file';
    const received = `${bytes.length} other bytes`;
    throw new FormatError({ where, argument: 'bytes', expected, received, remedy });
  }
  const { format, layers, arrays, attributes } = await readArrays(where, bytes);
  const text = attributes.get('model_config');
  const config = text === undefined ? undefined : jsonOf(where, text, 'model_config');
  // Keras 1 did not write its version before 1.1
  const kerasVersion = attributes.get('keras_version') ?? (format === 'h5' ? '1' : undefined);
  return { format, kerasVersion, config, layers, arrays };
}

async function openArchive(where: string, bytes: Uint8Array): Promise<KerasContent> {
  const entries = readZip(where, bytes);
  const sum = [...entries.values()].reduce((total, { isDeflated, size }) => total + (isDeflated ? size : 0), 0);
  if (sum > bytes.length + ROOM) unfit(where, `inflate to at most ${bytes.length + ROOM} bytes`, `${sum} bytes`);
  const config = await jsonIn(where, entries, CONFIG!);
  const metadata = await jsonIn(where, entries, METADATA!);
  const version = isObject(metadata) ? entryOf(metadata, 'keras_version') : undefined;
  if (typeof version !== 'string') return unfit(where, 'have a keras_version in metadata.json', describe(version));
  const { format, layers, arrays } = await readArrays(where, await bytesIn(where, entries, WEIGHTS!));
  if (format !== 'weights.h5') unfit(where, `have a group layers in ${WEIGHTS}`, 'the format of Keras 2');
  return { format: 'keras', kerasVersion: version, config, layers, arrays };
}

async function bytesIn(where: string, entries: ReadonlyMap<string, ZipEntry>, name: string): Promise<Uint8Array> {
  const entry = entries.get(name);
  if (entry !== undefined) return entryBytes(where, name, entry);
  const names = [...entries.keys()];
  return unfit(where, `be an archive of Keras, with ${name}`, names.length === 0 ? 'no files' : describe(names));
}

async function jsonIn(where: string, entries: ReadonlyMap<string, ZipEntry>, name: string): Promise<Json> {
  const bytes = await bytesIn(where, entries, name);
  const text = bytes.length > LONGEST_JSON ? undefined : decodeUtf8(bytes);
  if (text === undefined) return unfit(where, `have a text of at most ${LONGEST_JSON} bytes in ${name}`, 'another one');
  return jsonOf(where, text, name);
}

function jsonOf(where: string, text: string, name: string): Json {
  return parseForeignJson(text, (received) => unfit(where, `have JSON in ${name}`, received)) as Json;
}
