// A network in a safetensors file: parameters by name, and the options of its layers in the metadata.

import { refuse } from '../checks.ts';
import { describe } from '../describe.ts';
import { ArgumentError, ShapeError } from '../errors.ts';
import {
  decodeMetadata,
  encodeMetadata,
  isMetadataClass,
  type Metadata,
  type MetadataClass,
} from '../formats/metadata.ts';
import {
  decodeSafetensors,
  encodeSafetensors,
  readElements,
  requireArrays,
  type StoredTensor,
  unfit,
} from '../formats/safetensors.ts';
import { isJsonObject, type Json, type JsonObject, readJson } from '../formats/strict-json.ts';
import { encodeUtf8 } from '../formats/utf8.ts';
import type { BackendName } from '../kernels/contract.ts';
import type { Arena } from '../memory/arena.ts';
import { optional, readOptions, type Schema } from '../options.ts';
import { BUILD_OPTIONS, type BuildOptions, computedBy } from '../parameters/build-options.ts';
import type { Buildable } from '../parameters/buildable.ts';
import type { Parameter } from '../parameters/parameter.ts';
import { Parameters } from '../parameters/parameters.ts';
import type { DType, FloatArray } from '../tensor/storage.ts';
import type { Layer } from './layer.ts';
import {
  classesOf,
  describeLayers,
  isPartClass,
  isSize,
  LAYER_LIMIT,
  LayerReader,
  requireClasses,
  requireReadable,
  type SavedClass,
  SIZE_LIMIT,
} from './saved-layers.ts';

/** Options of `fromBytes`. */
export interface LoadOptions {
  /** Element type; default that of the file. */
  readonly dtype?: DType;
  /** Backend; default: what `backend()` reports. */
  readonly backend?: BackendName | undefined;
  /** The most threads that compute a call, or `'auto'`; default 1. */
  readonly threads?: number | 'auto' | undefined;
  /** Milliseconds to wait for another thread; default 10000. */
  readonly threadTimeout?: number | undefined;
  /**
   * Classes of layers and cells that the file may name, besides `LSTM`, `GRU`, `SimpleRNN`, `Dense`, `Dropout`,
   * `RNN` and their cells; and classes of objects in its metadata: `StandardScaler`, `MinMaxScaler`, `Vocabulary`, which
   * otherwise stay JSON. Default none. The static `kind` of each is its name in files.
   */
  readonly classes?: readonly (SavedClass | MetadataClass)[];
}

const LOAD_OPTIONS: Schema<LoadOptions, 'dtype' | 'backend' | 'threads' | 'threadTimeout'> = {
  dtype: BUILD_OPTIONS.dtype,
  backend: BUILD_OPTIONS.backend,
  threads: BUILD_OPTIONS.threads,
  threadTimeout: BUILD_OPTIONS.threadTimeout,
  classes: optional(requireClasses, []),
};

/** The architecture in a file: all that is needed to make the layers. */
interface Architecture {
  readonly version: 1;
  readonly inputSize: number;
  /** Of a network with random masks. */
  readonly seed?: number;
  /** Of a network with random masks. */
  readonly trainingStep?: number;
  readonly layers: readonly Json[];
  /** Of an encoder-decoder, whose encoder has `layers`. */
  readonly decoder?: readonly Json[];
  /** Of an encoder-decoder. */
  readonly passState?: boolean;
  /** Of an encoder-decoder. */
  readonly start?: number | readonly number[];
}

/** What an architecture says besides the layers. */
type Facts = Omit<Architecture, 'version' | 'layers' | 'decoder'>;

/** Layers of a file, and what it says besides. */
export interface LoadedParts {
  readonly layers: readonly Layer[];
  readonly decoder: readonly Layer[];
  readonly passState: boolean | undefined;
  readonly start: number | readonly number[] | undefined;
}

/** Characters that describe the layers; 64 plain ones take about 8,000. */
const TEXT_LIMIT = 65_536;
const CHECKPOINT =
  'a checkpoint of a training; to continue it, make a model of the same layers, compile it, and call fit with a Checkpoint';
const { isFinite: isFiniteNumber } = Number;

/**
 * Encodes a network as a safetensors file, or an encoder with its decoder; refuses one that could not be read again.
 */
export function encodeNetwork(
  where: string,
  parameters: Parameters,
  { inputSize, ...facts }: Facts,
  layers: readonly Layer[],
  decoder: readonly Layer[] = [],
  metadata: Metadata = {},
): Uint8Array {
  const count = Math.max(layers.length, decoder.length);
  if (count > LAYER_LIMIT) refuse(where, 'layers', `be at most ${LAYER_LIMIT} to be saved`, count);
  if (!isSize(inputSize)) refuse(where, 'units', `be at most ${SIZE_LIMIT} to be saved`, inputSize);
  const described = { layers: describeLayers(where, layers), decoder: describeLayers(where, decoder) };
  const architecture = {
    version: 1,
    inputSize,
    ...facts,
    ...described,
    ...(decoder.length === 0 && { decoder: undefined }),
  };
  const text = JSON.stringify(architecture);
  const fail = (received: string) => refuse(where, 'layers', 'be few enough to be saved', received);
  if (text.length > TEXT_LIMIT) fail(`${text.length} characters`);
  const reader = new LayerReader(where, classesOf(where, [...layers, ...decoder]));
  const parsed = readJson(encodeUtf8(text), fail, true) as unknown as Architecture;
  for (const config of [...parsed.layers, ...(parsed.decoder ?? [])]) requireReadable(where, reader, config);
  const arrays = [...parameters].map((parameter) => {
    const data = elementsOf(parameters.arena, parameter);
    const bad = firstNonFinite(data);
    if (bad >= 0) refuse(where, parameter.name, 'hold finite numbers to be saved', data[bad]);
    return { name: parameter.name, shape: parameter.value.shape, data };
  });
  const own = encodeMetadata(where, metadata);
  const stored = { format: 'bptt', architecture: text, ...(own !== undefined && { metadata: own }) };
  return encodeSafetensors(where, stored, arrays);
}

/** A model that continues training at a step. */
type LoadedNetwork = Buildable & { setTrainingStep(step: number): void; metadata: Metadata };

/**
 * Decodes a file. Compares its names and shapes with those that its architecture implies, before it allocates any
 * parameters. `assemble` makes a model of layers. `coupled`: whether the file is that of an encoder-decoder.
 */
export function decodeNetwork<M extends LoadedNetwork>(
  where: string,
  bytes: Uint8Array,
  options: LoadOptions,
  assemble: (layers: readonly Layer[], options: BuildOptions, parts: LoadedParts) => M,
  coupled = false,
): M {
  const { dtype, classes, ...place } = readOptions(where, options, LOAD_OPTIONS);
  const { metadata, tensors } = decodeSafetensors(where, bytes);
  const { inputSize, seed, trainingStep = 0, layers, decoder, passState, start } = requireArchitecture(where, metadata);
  if ((decoder !== undefined) !== coupled) {
    const kinds = ['a network: Sequential.fromBytes reads it', 'an EncoderDecoder: EncoderDecoder.fromBytes reads it'];
    unfit(where, `be that of ${coupled ? 'an EncoderDecoder' : 'a network'}`, `that of ${kinds[coupled ? 0 : 1]}`);
  }
  return orUnfit(where, () => {
    const build = {
      inputSize,
      dtype: dtype ?? tensors[0]?.dtype ?? 'float32',
      ...computedBy(place),
      ...(seed && { seed }),
    };
    const reader = new LayerReader(where, classes.filter(isPartClass));
    const made = layers.map((config) => reader.layer(config));
    const parts = { layers: made, decoder: (decoder ?? []).map((config) => reader.layer(config)), passState, start };
    const model = assemble(made, build, parts);
    model.setTrainingStep(trainingStep);
    model.metadata = decodeMetadata(metadata.metadata, classes.filter(isMetadataClass), (received) =>
      unfit(where, 'have metadata of JSON', received),
    );
    const specs = model.parameterSpecs(inputSize);
    requireArrays(where, specs, tensors);
    model.attach(Parameters.allocate(model.planningArena, specs), inputSize);
    for (const tensor of tensors) readParameter(where, model.parameters, tensor);
    return model;
  });
}

/** Reads the values of a parameter, which have to be finite. */
function readParameter(where: string, parameters: Parameters, tensor: StoredTensor): void {
  const data = elementsOf(parameters.arena, parameters.get(tensor.name));
  readElements(tensor, data);
  const bad = firstNonFinite(data);
  if (bad < 0) return;
  unfit(
    where,
    `hold numbers that are finite in ${parameters.arena.dtype}`,
    `${data[bad]} at element ${bad} of ${tensor.name}`,
  );
}

function requireArchitecture(where: string, { format, architecture }: Readonly<Record<string, string>>): Architecture {
  const wanted = 'be a model saved by toBytes of this version';
  if (format === 'bptt checkpoint') unfit(where, wanted, CHECKPOINT);
  if (format !== 'bptt') unfit(where, wanted, `format ${describe(format)}`);
  if ((architecture?.length ?? 0) > TEXT_LIMIT)
    unfit(where, wanted, `an architecture of ${architecture!.length} characters`);
  const parsed = readJson(
    encodeUtf8(architecture ?? ''),
    (received) => unfit(where, wanted, `an architecture with ${received}`),
    true,
  );
  const { version, inputSize, seed, trainingStep, layers, decoder }: JsonObject = isJsonObject(parsed) ? parsed : {};
  if (version !== 1) unfit(where, wanted, `version ${describe(version)}`);
  if (!isSize(inputSize)) unfit(where, `have an input size from 1 to ${SIZE_LIMIT}`, describe(inputSize));
  for (const [name, value] of Object.entries({ seed, trainingStep })) {
    if (value !== undefined && !isCount(value)) unfit(where, `have a ${name} from 0 to 2^53 − 1`, describe(value));
  }
  for (const list of decoder === undefined ? [layers] : [layers, decoder]) {
    if (Array.isArray(list) && list.length <= LAYER_LIMIT) continue;
    unfit(where, `have at most ${LAYER_LIMIT} layers`, Array.isArray(list) ? `${list.length}` : describe(list));
  }
  return parsed as unknown as Architecture;
}

/** Whether a value of a file is an integer of at least 0. */
function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** The elements of a parameter: a view that is valid until its arena grows. */
function elementsOf({ data }: Arena, { at, size }: Parameter): FloatArray {
  return data.subarray(at, at + size);
}

/** Index of the first element that is NaN or an infinity; -1 without any. */
function firstNonFinite(data: FloatArray): number {
  for (let i = 0; i < data.length; i++) if (!isFiniteNumber(data[i])) return i;
  return -1;
}

/** Runs `make`; an argument that a layer refuses there was wrong in the file. */
function orUnfit<R>(where: string, make: () => R): R {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof ArgumentError) && !(error instanceof ShapeError)) throw error;
    return unfit(where, 'describe layers that fit each other, with finite values', error.message);
  }
}
