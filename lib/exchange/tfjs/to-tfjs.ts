// Writes models for TensorFlow.js.

import { refuse, requireInstance } from '../../checks.ts';
import { StateError } from '../../errors.ts';
import { Network } from '../../layers/network.ts';
import { integer, optional, readOptions, type Schema } from '../../options.ts';
import type { FloatArray } from '../../tensor/storage.ts';
import { encodeElements } from '../elements.ts';
import type { KerasWeights } from '../keras-layers/weights.ts';
import { type WrittenLayer, writeLayers } from '../keras-layers/write.ts';

/** The files of a model. */
export interface TfjsFiles {
  /** Content of model.json. */
  readonly modelJson: string;
  /** Content of the file with the weights. */
  readonly weights: Uint8Array;
  /** Name of the file with the weights, which lies beside model.json: `group1-shard1of1.bin`. */
  readonly path: string;
}

/** Options of `toTfjs`. */
export interface ToTfjsOptions {
  /** Rows of a batch. TensorFlow.js needs them for stateful layers; default: any number. */
  readonly batchSize?: number;
}

const OPTIONS: Schema<ToTfjsOptions, 'batchSize'> = { batchSize: optional(integer()) };

const PATH = 'group1-shard1of1.bin';

/** The name of the path between a layer and an array: that of the layer within, or of a cell. */
function placeOf({ inner }: WrittenLayer, { part }: KerasWeights): string {
  if (part === undefined) return '';
  return `${part}_${inner}/`;
}

/** An array with its name in the file. */
interface NamedArray {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: FloatArray;
}

/** The arrays of layers, in their order. */
function arraysOf(layers: readonly WrittenLayer[]): NamedArray[] {
  return layers.flatMap((layer) =>
    layer.weights.flatMap((weights) => {
      const values = weights.write();
      const path = `${layer.name}/${placeOf(layer, weights)}`;
      return weights.arrays.map(({ name, shape }, k) => ({ name: path + name, shape, data: values[k]! }));
    }),
  );
}

/** The elements of all arrays as little-endian float32. */
function bytesOf(where: string, arrays: readonly NamedArray[]): Uint8Array {
  const bytes = new Uint8Array(arrays.reduce((sum, { data }) => sum + 4 * data.length, 0));
  let at = 0;
  for (const { name, shape, data } of arrays) {
    const bad = data.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) refuse(where, name, 'hold finite numbers', data[bad]);
    const array = { shape, dtype: 'float32', data: data as Float32Array };
    bytes.set(
      encodeElements(array, (expected, received) => refuse(where, name, expected, received)),
      at,
    );
    at += 4 * data.length;
  }
  return bytes;
}

/**
 * Writes a model as the two files of a layers model of TensorFlow.js, which `tf.loadLayersModel` reads. TensorFlow.js
 * computes what `predict` does; what only training needs is not written, except regularizers, constraints and dropout.
 *
 * Layers: LSTM, GRU, SimpleRNN, and RNN of their cells, Bidirectional of two with the same options, Dense, Activation,
 * Embedding, Masking, LayerNormalization, Conv1D, Dropout, RepeatVector, TimeDistributed, and networks of such layers. A
 * GRU with `resetAfter`, hardSigmoidSixth and whatever else TensorFlow.js does not have is refused.
 *
 * @param model - of float32, with parameters
 * @throws ArgumentError naming the layer, StateError before the input size is known
 *
 * @example
 * ```ts
 * const model = new Sequential([new LSTM({ units: 4 }), new Dense({ units: 2 })], { inputSize: 3 }).build();
 * const { modelJson, weights, path } = toTfjs(model);
 * [JSON.parse(modelJson).format, weights.length, path]; // ['layers-model', 552, 'group1-shard1of1.bin']
 * ```
 */
export function toTfjs(model: Network, options: ToTfjsOptions = {}): TfjsFiles {
  const where = 'toTfjs';
  requireInstance(where, 'model', model, Network, 'be a Sequential or a Network');
  const { batchSize = null } = readOptions(where, options, OPTIONS);
  if (!model.built) {
    const remedy = 'Give the option inputSize and call build(), or call forward first';
    throw new StateError({ where, expected: 'come once the input size is known', received: 'a model without', remedy });
  }
  if (model.dtype !== 'float32') {
    refuse(where, 'model', 'be of float32, as TensorFlow.js is', model.dtype, "Use model.astype('float32')");
  }
  const layers = writeLayers({ where, reader: 'TensorFlow.js', hardSigmoid: 'hardSigmoidFifth', batchSize }, model);
  const arrays = arraysOf(layers);
  const config = { name: 'sequential', layers: layers.map(({ config: layer }) => layer) };
  const weights = arrays.map(({ name, shape }) => ({ name, shape, dtype: 'float32' }));
  const modelJson = JSON.stringify({
    format: 'layers-model',
    generatedBy: 'bptt',
    convertedBy: null,
    modelTopology: { class_name: 'Sequential', config, keras_version: 'tfjs-layers 4.22.0', backend: 'tensor_flow.js' },
    weightsManifest: [{ paths: [PATH], weights }],
  });
  return { modelJson, weights: bytesOf(where, arrays), path: PATH };
}
