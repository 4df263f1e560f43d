// Reads models of TensorFlow.js.

import { requireBoolean } from '../../checks.ts';
import { describe } from '../../describe.ts';
import type { Sequential } from '../../model/sequential.ts';
import { oneOf, optional, readOptions, type Schema } from '../../options.ts';
import { type DType, requireDType } from '../../tensor/storage.ts';
import type { ForeignArrays } from '../foreign-array.ts';
import { assignAll } from '../gates.ts';
import { buildModel } from '../keras-layers/build.ts';
import { type Dialect, entryOf, isObject, type Json, type JsonObject } from '../keras-layers/config.ts';
import { readJsonOf } from '../keras-layers/json.ts';
import { layersOfConfig } from '../keras-layers/layers.ts';
import { ignoreGenerators, inputSizeOf, readLayer } from '../keras-layers/match.ts';
import { Taker } from '../taker.ts';
import { arraysOf } from './arrays.ts';
import { refuseModelJson, type TfjsWeights } from './manifest.ts';

/** Options of `fromTfjs`. */
export interface FromTfjsOptions {
  /** Element type; default `'float32'`. */
  readonly dtype?: DType;
  /**
   * Whether the model is to be trained on. Regularizers, constraints and frozen layers that bptt does not have are then
   * refused; with false they are left out. Default true.
   */
  readonly forTraining?: boolean;
  /**
   * What `hard_sigmoid` means: a/5 + 1/2, as TensorFlow.js and Keras 1 and 2 compute it, or a/6 + 1/2, as Keras 3 does.
   * Default: a/5 + 1/2; a model that Keras 3 saved is refused.
   */
  readonly hardSigmoid?: 'hardSigmoidFifth' | 'hardSigmoidSixth';
}

const OPTIONS: Schema<FromTfjsOptions, 'hardSigmoid'> = {
  dtype: optional(requireDType, 'float32'),
  forTraining: optional(requireBoolean, true),
  hardSigmoid: optional(oneOf('hardSigmoidFifth', 'hardSigmoidSixth')),
};

/** The object in a model.json. */
function modelJsonOf(where: string, given: string | Uint8Array | object): JsonObject {
  const value = readJsonOf(where, 'modelJson', given);
  return isObject(value) ? value : refuseModelJson(where, 'be an object', describe(value));
}

/** The config of the layers, and the version of Keras that wrote it, if one did. */
function topologyOf(where: string, model: JsonObject): { readonly config: Json; readonly version: string } {
  if (entryOf(model, 'format') === 'graph-model') {
    const remedy = 'Save the model with model.save of TensorFlow.js, or convert it to the format tfjs_layers_model';
    refuseModelJson(where, 'hold layers', 'a graph of TensorFlow operators', remedy);
  }
  const topology = entryOf(model, 'modelTopology');
  if (!isObject(topology)) return refuseModelJson(where, 'have a modelTopology', describe(topology));
  const [inner, version] = [entryOf(topology, 'model_config'), entryOf(topology, 'keras_version')];
  return { config: inner ?? topology, version: typeof version === 'string' ? version : '' };
}

/** Assigns the arrays of a file to a model. */
function load(where: string, arrays: ForeignArrays, made: ReturnType<typeof layersOfConfig>, dtype: DType): Sequential {
  const inputSize = inputSizeOf(arrays, made.layers[0]!.name);
  const model = buildModel(where, made, { dtype, inputSize, arrays });
  const taker = new Taker(where, arrays);
  const assignments = made.layers.flatMap((layer) =>
    readLayer(where, taker, arrays, layer.name, layer.weights(), dtype),
  );
  ignoreGenerators(taker, arrays);
  taker.finish();
  assignAll(where, assignments);
  return model;
}

/**
 * Reads a layers model of TensorFlow.js: a model.json and the files with its weights, as `model.save` and the converter of
 * Keras models write them. Quantized weights become what TensorFlow.js computes from them.
 *
 * A model whose layers are no chain, or a layer or an option that bptt does not have, is refused by name. Initializers and
 * the compiled loss and optimizer are left out.
 *
 * @param modelJson - the text or the bytes of model.json, or the object in it
 * @param weights - the bytes of the weight files: joined, a list in the order of the manifest, or a Map by path
 * @throws FormatError naming the layer, ArgumentError
 *
 * @example
 * ```ts
 * const model = new Sequential([new GRU({ units: 4 }), new Dense({ units: 2 })], { inputSize: 3 }).build();
 * const { modelJson, weights } = toTfjs(model);
 * const copy = fromTfjs(modelJson, weights);
 * String(copy.predict(zeros([1, 5, 3]))) === String(model.predict(zeros([1, 5, 3]))); // true
 * ```
 */
export function fromTfjs(
  modelJson: string | Uint8Array | object,
  weights: TfjsWeights,
  options: FromTfjsOptions = {},
): Sequential {
  const where = 'fromTfjs';
  const { dtype, forTraining, hardSigmoid } = readOptions(where, options, OPTIONS);
  const model = modelJsonOf(where, modelJson);
  const { config, version } = topologyOf(where, model);
  const assumed = /^[3-9]/.test(version) ? undefined : 'hardSigmoidFifth';
  const dialect: Dialect = {
    where,
    hardSigmoid: hardSigmoid ?? assumed,
    recurrentActivation: 'hard_sigmoid',
    resetAfter: false,
    forTraining,
  };
  const made = layersOfConfig(dialect, config);
  return load(where, arraysOf(where, model, weights), made, dtype);
}
