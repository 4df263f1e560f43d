// A network in a safetensors file: parameters by name, and the options of its layers in the metadata.

import type { Cell } from '../cells/cell.ts';
import { GRUCell } from '../cells/gru-cell.ts';
import { LSTMCell } from '../cells/lstm-cell.ts';
import { SimpleRNNCell } from '../cells/simple-rnn-cell.ts';
import { refuse, requireOneOf } from '../checks.ts';
import { describe } from '../describe.ts';
import { ArgumentError, ShapeError } from '../errors.ts';
import { decodeSafetensors, encodeSafetensors, readElements, requireArrays, unfit } from '../formats/safetensors.ts';
import { isJsonObject, type JsonObject, readJson } from '../formats/strict-json.ts';
import { encodeUtf8 } from '../formats/utf8.ts';
import type { BackendName } from '../kernels/contract.ts';
import type { Arena } from '../memory/arena.ts';
import { readOptions, type Schema } from '../options.ts';
import { BUILD_OPTIONS, type BuildOptions } from '../parameters/buildable.ts';
import type { Parameter } from '../parameters/parameter.ts';
import { Parameters } from '../parameters/parameters.ts';
import type { DType, FloatArray } from '../tensor/storage.ts';
import { Dense } from './dense.ts';
import { GRU } from './gru.ts';
import type { Layer, LayerConfig } from './layer.ts';
import { LSTM } from './lstm.ts';
import { RNN } from './rnn.ts';
import { SimpleRNN } from './simple-rnn.ts';

/** Options of `fromBytes`. */
export interface LoadOptions {
  /** Element type; default that of the file. */
  readonly dtype?: DType;
  /** Backend; default: what `backend()` reports. */
  readonly backend?: BackendName | undefined;
}

const LOAD_OPTIONS: Schema<LoadOptions, 'dtype' | 'backend'> = {
  dtype: BUILD_OPTIONS.dtype,
  backend: BUILD_OPTIONS.backend,
};

/** The architecture in a file: all that is needed to make the layers. */
interface Architecture {
  readonly version: 1;
  readonly inputSize: number;
  readonly layers: readonly LayerConfig[];
}

const LAYER_LIMIT = 64;
const SIZE_LIMIT = 65_536;
/** Characters that describe the layers; 64 of them take about 8,000. */
const TEXT_LIMIT = 65_536;
const { isFinite: isFiniteNumber } = Number;

/** The only layers that a file can name, beside RNN. Names from a file are looked up here and in `CELLS` alone. */
const KINDS: ReadonlyMap<string, new (options: never) => Layer> = /* @__PURE__ */ new Map(
  /* @__PURE__ */ Object.entries({ LSTM, GRU, SimpleRNN, Dense }),
);

/** Kinds of layers in files. */
const NAMES: readonly string[] = /* @__PURE__ */ [...KINDS.keys(), 'RNN'];

/** The only cells that a file can name, within an RNN. */
const CELLS: ReadonlyMap<string, new (options: never) => Cell> = /* @__PURE__ */ new Map(
  /* @__PURE__ */ Object.entries({ LSTMCell, GRUCell, SimpleRNNCell }),
);

/** Encodes a network as a safetensors file; refuses one that could not be read again. */
export function encodeNetwork(
  where: string,
  parameters: Parameters,
  inputSize: number,
  layers: readonly LayerConfig[],
): Uint8Array {
  if (layers.length > LAYER_LIMIT) refuse(where, 'layers', `be at most ${LAYER_LIMIT} to be saved`, layers.length);
  for (const size of [inputSize, ...layers.flatMap(({ units = [] }) => units)]) {
    if (!isSize(size)) refuse(where, 'units', `be at most ${SIZE_LIMIT} to be saved`, size);
  }
  for (const config of layers) requireReadable(where, config);
  const architecture: Architecture = { version: 1, inputSize, layers };
  const arrays = [...parameters].map((parameter) => {
    const data = elementsOf(parameters.arena, parameter);
    const bad = firstNonFinite(data);
    if (bad >= 0) refuse(where, parameter.name, 'hold finite numbers to be saved', data[bad]);
    return { name: parameter.name, shape: parameter.value.shape, data };
  });
  return encodeSafetensors(where, { format: 'bptt', architecture: JSON.stringify(architecture) }, arrays);
}

/** Refuses options from which no equal layer can be made, as those of a recurrent layer under the name of another. */
function requireReadable(where: string, config: LayerConfig): void {
  requireOneOf(where, 'layers', config.kind, NAMES);
  try {
    layerOf(config);
  } catch (error) {
    if (!(error instanceof ArgumentError)) throw error;
    refuse(where, 'layers', 'be of the classes that their kinds name, to be saved', config.kind);
  }
}

/**
 * Decodes a file. Compares its names and shapes with those that its architecture implies, before it allocates any
 * parameters. `assemble` makes a model of layers.
 */
export function decodeNetwork<M extends Layer>(
  where: string,
  bytes: Uint8Array,
  options: LoadOptions,
  assemble: (layers: readonly Layer[], options: BuildOptions) => M,
): M {
  const { dtype, backend } = readOptions(where, options, LOAD_OPTIONS);
  const { metadata, tensors } = decodeSafetensors(where, bytes);
  const { inputSize, layers } = requireArchitecture(where, metadata);
  return orUnfit(where, () => {
    const build = { inputSize, dtype: dtype ?? tensors[0]?.dtype ?? 'float32', ...(backend && { backend }) };
    const model = assemble(layers.map(layerOf), build);
    const specs = model.parameterSpecs(inputSize);
    requireArrays(where, specs, tensors);
    model.attach(Parameters.allocate(model.planningArena, specs), inputSize);
    for (const tensor of tensors) {
      const data = elementsOf(model.parameters.arena, model.parameters.get(tensor.name));
      readElements(tensor, data);
      const bad = firstNonFinite(data);
      if (bad >= 0) {
        unfit(
          where,
          `hold numbers that are finite in ${build.dtype}`,
          `${data[bad]} at element ${bad} of ${tensor.name}`,
        );
      }
    }
    return model;
  });
}

function requireArchitecture(where: string, { format, architecture }: Readonly<Record<string, string>>): Architecture {
  const wanted = 'be a model saved by toBytes of this version';
  if (format !== 'bptt') unfit(where, wanted, `format ${describe(format)}`);
  if ((architecture?.length ?? 0) > TEXT_LIMIT)
    unfit(where, wanted, `an architecture of ${architecture!.length} characters`);
  const parsed = readJson(encodeUtf8(architecture ?? ''), (received) =>
    unfit(where, wanted, `an architecture with ${received}`),
  );
  const { version, inputSize, layers }: JsonObject = isJsonObject(parsed) ? parsed : {};
  if (version !== 1) unfit(where, wanted, `version ${describe(version)}`);
  if (!isSize(inputSize)) unfit(where, `have an input size from 1 to ${SIZE_LIMIT}`, describe(inputSize));
  if (!Array.isArray(layers) || layers.length > LAYER_LIMIT) {
    unfit(where, `have at most ${LAYER_LIMIT} layers`, Array.isArray(layers) ? `${layers.length}` : describe(layers));
  }
  return parsed as unknown as Architecture;
}

function layerOf(config: LayerConfig): Layer {
  const { kind, ...options } = config ?? {};
  const { units } = options;
  if (units !== undefined && !isSize(units)) {
    refuse('layer', 'units', `be an integer from 1 to ${SIZE_LIMIT}`, units);
  }
  const layer =
    requireOneOf('layer', 'kind', kind, NAMES) === 'RNN'
      ? rnnOf(options)
      : new (KINDS.get(kind as string)!)(options as never);
  const known = layer.config('layer');
  for (const name of Object.keys(config)) {
    if (config[name] !== known[name]) refuse('layer', name, 'be an option that is saved with a layer', config[name]);
  }
  return layer;
}

function rnnOf({ cell, returnSequences, ...options }: LayerConfig): Layer {
  return new RNN({
    cell: new (CELLS.get(requireOneOf('layer', 'cell', cell, [...CELLS.keys()]))!)(options as never),
    returnSequences: returnSequences as boolean,
  });
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

function isSize(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= SIZE_LIMIT;
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
