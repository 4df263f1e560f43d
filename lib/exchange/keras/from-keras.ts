// Makes models of the files of Keras.

import { requireBoolean } from '../../checks.ts';
import { FormatError } from '../../errors.ts';
import type { Sequential } from '../../model/sequential.ts';
import { optional, readOptions, type Schema } from '../../options.ts';
import { type DType, requireDType } from '../../tensor/storage.ts';
import { type Assignment, assignAll } from '../gates.ts';
import { buildModel } from '../keras-layers/build.ts';
import { type Dialect, type Json, refuseLayer } from '../keras-layers/config.ts';
import { type KerasLayer, layersOfConfig } from '../keras-layers/layers.ts';
import { requireBytes } from '../require-bytes.ts';
import { Taker } from '../taker.ts';
import { type KerasContent, openKeras } from './content.ts';
import { inKeras2 } from './keras-1.ts';
import { ROUNDING, readLayer } from './load-weights.ts';
import { partsOf } from './part.ts';
import { hardSigmoidOf, versionOf } from './version.ts';

/** Options of `fromKeras`. */
export interface FromKerasOptions {
  /** Element type; default `'float32'`. */
  readonly dtype?: DType;
  /**
   * Whether the model is to be trained on. Regularizers, constraints and frozen layers that bptt does not have are then
   * refused; with false they are left out. Default true.
   */
  readonly forTraining?: boolean;
}

const OPTIONS: Schema<FromKerasOptions> = {
  dtype: optional(requireDType, 'float32'),
  forTraining: optional(requireBoolean, true),
};

/**
 * Makes a model of a file that `model.save` of Keras 1, 2 or 3 wrote, `.keras` or `.h5`, if its layers are one chain that bptt
 * has too. Whatever would change a result and has no counterpart is refused by the name of the layer. Initializers and the
 * compiled loss and optimizer are left out.
 *
 * The version in the file decides what `hard_sigmoid` means: a/5 + 1/2 in Keras 1 and 2, a/6 + 1/2 in Keras 3.
 *
 * @param bytes - the whole file
 * @throws FormatError naming the layer or the array, ArgumentError
 *
 * @example
 * ```ts
 * const load = async (bytes: Uint8Array) => (await fromKeras(bytes)).stream();
 * load.length; // 1
 * ```
 */
export async function fromKeras(bytes: Uint8Array, options: FromKerasOptions = {}): Promise<Sequential> {
  const where = 'fromKeras';
  const file = requireBytes(where, bytes);
  const { dtype, forTraining } = readOptions(where, options, OPTIONS);
  const content = await openKeras(where, file);
  const { config, kerasVersion, arrays } = content;
  if (config === undefined) {
    const remedy = 'Make the model by hand and load the weights with loadKerasWeights';
    const expected = 'hold the config of a model';
    throw new FormatError({ where, argument: 'bytes', expected, received: 'weights alone', remedy });
  }
  const version = versionOf(where, kerasVersion, undefined)!;
  const three = version.startsWith('3');
  const dialect: Dialect = {
    where,
    hardSigmoid: hardSigmoidOf(version),
    recurrentActivation: three ? 'sigmoid' : 'hard_sigmoid',
    resetAfter: three,
    forTraining,
  };
  const made = layersOfConfig(dialect, version.startsWith('1') ? inKeras2(config as Json) : (config as Json));
  const model = buildModel(where, made, { dtype, inputSize: inputSizeOf(content), arrays });
  const taker = new Taker(where, arrays, ROUNDING);
  const assignments = [...groupsOf(made.layers, content)].flatMap(([name, layers]) =>
    readGroup(where, content, taker, name, layers),
  );
  taker.finish();
  assignAll(where, assignments);
  return model;
}

/** Features of the input of the first layer with arrays, where the config does not declare them. */
function inputSizeOf({ layers, arrays }: KerasContent): number | undefined {
  const first = layers[0]?.arrays[0];
  return first === undefined ? undefined : arrays.get(first)!.shape.at(-2);
}

/** The layers by their name in the file: that of a model within the model stands for all of its layers in Keras 1 and 2. */
function groupsOf(layers: readonly KerasLayer[], { format }: KerasContent): Map<string, KerasLayer[]> {
  const groups = new Map<string, KerasLayer[]>();
  for (const layer of layers) {
    const name = format === 'h5' ? layer.group : layer.path;
    const own = groups.get(name);
    if (own === undefined) groups.set(name, [layer]);
    else own.push(layer);
  }
  return groups;
}

/** Refuses a model within a model in .h5 of which only some layers are trainable: Keras orders its arrays by that. */
function requireOneOrder(where: string, { format }: KerasContent, name: string, layers: readonly KerasLayer[]): void {
  if (format !== 'h5' || layers.every(({ trainable }) => trainable === layers[0]!.trainable)) return;
  const expected = 'be trainable as a whole, or not at all, as its arrays in the file stand in another order';
  refuseLayer(where, name, expected, 'a model with some frozen layers', 'Save it as .keras');
}

function readGroup(
  where: string,
  content: KerasContent,
  taker: Taker,
  name: string,
  layers: readonly KerasLayer[],
): Assignment[] {
  requireOneOrder(where, content, name, layers);
  const parts = layers.flatMap((layer) =>
    partsOf(
      where,
      layer.layers.map((each) => [layer.name, each] as const),
    ),
  );
  return parts.length === 0 ? [] : readLayer(where, content, taker, name, parts);
}
