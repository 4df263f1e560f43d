// The list of weights in a model.json, and the files that hold their bytes.

import { reading, refuse } from '../../checks.ts';
import { describe } from '../../describe.ts';
import { FormatError } from '../../errors.ts';
import { isIntegers, sizeOf } from '../../tensor/layout.ts';
import { typedArrayTag } from '../../tensor/storage.ts';
import { RANK_LIMIT } from '../foreign-array.ts';
import { entryOf, isObject, type Json, type JsonObject } from '../keras-layers/config.ts';
import { requireBytes } from '../require-bytes.ts';
import { shortName } from '../taker.ts';

/** The bytes of the weights: all files joined, the files in the order of the manifest, or the files by path. */
export type TfjsWeights = Uint8Array | readonly Uint8Array[] | ReadonlyMap<string, Uint8Array>;

/** How numbers were made smaller: float16, or w = scale·n + min for integers n. */
interface Quantization {
  readonly dtype: 'uint8' | 'uint16' | 'float16';
  readonly scale: number;
  readonly min: number;
}

/** One array of a model.json. */
export interface WeightEntry {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32' | 'bool';
  readonly quantization: Quantization | undefined;
  /** Bytes of all elements. */
  readonly byteLength: number;
  /** Whether it is a part of the optimizer's state. */
  readonly isOptimizer: boolean;
}

/** Arrays whose bytes lie in one run, and the files of this run. */
interface WeightGroup {
  readonly paths: readonly string[] | undefined;
  readonly entries: readonly WeightEntry[];
}

const SIZES: Readonly<Record<string, number>> = { float32: 4, int32: 4, bool: 1, uint8: 1, uint16: 2, float16: 2 };
/** The most arrays, and files. */
const MOST = 8192;

/** Throws the error for a model.json. */
export function refuseModelJson(where: string, expected: string, received: string, remedy?: string): never {
  throw new FormatError({
    where,
    argument: 'modelJson',
    expected,
    received,
    ...(remedy === undefined ? {} : { remedy }),
  });
}

function quantizationOf(where: string, name: string, dtype: string, value: Json): Quantization {
  const fields = isObject(value) ? value : {};
  const [stored, scale, min] = ['dtype', 'scale', 'min'].map((key) => entryOf(fields, key));
  if (stored === 'float16' && dtype === 'float32') return { dtype: stored, scale: 1, min: 0 };
  if ((stored === 'uint8' || stored === 'uint16') && dtype !== 'bool') {
    if (Number.isFinite(scale) && Number.isFinite(min)) {
      return { dtype: stored, scale: scale as number, min: min as number };
    }
    return refuseModelJson(where, `have a scale and a min for ${name}`, `${describe(scale)} and ${describe(min)}`);
  }
  return refuseModelJson(where, `quantize ${name} to uint8, uint16 or float16`, `${describe(stored)} for ${dtype}`);
}

function entryFrom(where: string, value: Json): WeightEntry {
  const fields = isObject(value) ? value : {};
  const [name, shape, dtype = 'float32'] = ['name', 'shape', 'dtype'].map((key) => entryOf(fields, key));
  if (typeof name !== 'string') return refuseModelJson(where, 'have a name for each weight', describe(name));
  const label = shortName(name);
  if (!isIntegers(shape, 0) || shape.length > RANK_LIMIT || !Number.isSafeInteger(sizeOf(shape))) {
    return refuseModelJson(where, `have a shape for ${label}`, describe(shape));
  }
  if (dtype !== 'float32' && dtype !== 'int32' && dtype !== 'bool') {
    return refuseModelJson(
      where,
      `have weights of float32, int32 or bool, as those of layers are`,
      `${label} of ${describe(dtype)}`,
    );
  }
  const given = entryOf(fields, 'quantization');
  const quantization = given === undefined ? undefined : quantizationOf(where, label, dtype, given);
  const byteLength = sizeOf(shape) * SIZES[quantization?.dtype ?? dtype]!;
  return { name, shape, dtype, quantization, byteLength, isOptimizer: entryOf(fields, 'group') === 'optimizer' };
}

function entriesOf(where: string, value: Json | undefined): WeightEntry[] {
  if (!Array.isArray(value) || value.length > MOST) {
    return refuseModelJson(where, `have a list of at most ${MOST} weights`, describe(value));
  }
  return (value as readonly Json[]).map((entry) => entryFrom(where, entry));
}

/** The groups of a model.json, or of the artifacts { weightSpecs } that handlers of TensorFlow.js get. */
export function groupsOf(where: string, model: JsonObject): WeightGroup[] {
  const manifest = entryOf(model, 'weightsManifest');
  if (manifest === undefined) {
    const specs = entryOf(model, 'weightSpecs');
    return [{ paths: undefined, entries: entriesOf(where, specs) }];
  }
  if (!Array.isArray(manifest) || manifest.length > MOST) {
    return refuseModelJson(where, 'have a weightsManifest', describe(manifest));
  }
  return (manifest as readonly Json[]).map((group) => {
    const paths = isObject(group) ? entryOf(group, 'paths') : undefined;
    if (!Array.isArray(paths) || paths.length > MOST || !paths.every((path) => typeof path === 'string')) {
      return refuseModelJson(where, 'have a list of paths for each group of weights', describe(paths));
    }
    return { paths: paths as readonly string[], entries: entriesOf(where, entryOf(group as JsonObject, 'weights')) };
  });
}

/** One group's files in order. */
function filesOf(where: string, paths: readonly string[], files: ReadonlyMap<string, Uint8Array>): Uint8Array[] {
  return paths.map((path) => {
    const bytes = files.get(path);
    if (bytes !== undefined) return requireBytes(where, bytes, 'weights');
    const given = [...files.keys()].map((name) => shortName(String(name))).slice(0, 12);
    return refuse(where, 'weights', `have the file ${shortName(path)}`, given);
  });
}

/** The files of each group, from what the caller gives. */
function dealt(where: string, groups: readonly WeightGroup[], weights: TfjsWeights): Uint8Array[][] {
  const expected = 'be a Uint8Array, a list of them, or a Map of them by path';
  const all = groups.flatMap(({ paths }) => paths ?? []);
  if (Object.prototype.toString.call(weights) === '[object Map]') {
    const files = weights as ReadonlyMap<string, Uint8Array>;
    const extra = [...files.keys()].find((path) => !all.includes(path));
    if (extra !== undefined) refuse(where, 'weights', 'have only files of the manifest', extra);
    return groups.map(({ paths }) => filesOf(where, paths ?? [], files));
  }
  if (!Array.isArray(weights)) return refuse(where, 'weights', expected, weights);
  const list = Array.from(weights as readonly Uint8Array[], (bytes) => requireBytes(where, bytes, 'weights'));
  const count = groups.reduce((sum, { paths }) => sum + (paths?.length ?? 1), 0);
  if (list.length !== count) refuse(where, 'weights', `be the ${count} files of the manifest`, `${list.length} files`);
  return groups.map(({ paths }) => list.splice(0, paths?.length ?? 1));
}

function joined(files: readonly Uint8Array[]): Uint8Array {
  if (files.length === 1) return files[0]!;
  const bytes = new Uint8Array(files.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const file of files) {
    bytes.set(file, at);
    at += file.length;
  }
  return bytes;
}

/** Views of parts of these sizes, one after the other. */
function divided(bytes: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  let at = 0;
  return sizes.map((size) => {
    at += size;
    return bytes.subarray(at - size, at);
  });
}

/** The weights with their bytes, which are views of the files. Sizes are compared. */
export function entriesWithBytes(
  where: string,
  groups: readonly WeightGroup[],
  weights: TfjsWeights,
): (readonly [WeightEntry, Uint8Array])[] {
  const sizes = groups.map(({ entries }) => entries.reduce((sum, { byteLength }) => sum + byteLength, 0));
  const requireSize = (size: number, bytes: Uint8Array, what: string): void => {
    if (bytes.length === size) return;
    const received = `${bytes.length} bytes`;
    throw new FormatError({ where, argument: 'weights', expected: `have ${size} bytes ${what}`, received });
  };
  let runs: Uint8Array[];
  if (typedArrayTag(weights) === 'Uint8Array') {
    const bytes = requireBytes(where, weights as Uint8Array, 'weights');
    requireSize(
      sizes.reduce((sum, size) => sum + size, 0),
      bytes,
      'for the weights in modelJson',
    );
    runs = divided(bytes, sizes);
  } else runs = reading(where, 'weights', () => dealt(where, groups, weights)).map(joined);
  return groups.flatMap(({ entries, paths = [] }, g) => {
    requireSize(sizes[g]!, runs[g]!, `in ${paths.slice(0, 3).map(shortName).join(', ') || 'its file'}`);
    const sizesOf = entries.map(({ byteLength }) => byteLength);
    return divided(runs[g]!, sizesOf).map((bytes, k) => [entries[k]!, bytes] as const);
  });
}
