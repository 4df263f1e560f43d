// The layers of a Keras model config, made as layers of bptt.

import { describe } from '../../describe.ts';
import { BpttError, FormatError } from '../../errors.ts';
import type { Layer } from '../../layers/layer.ts';
import { TimeDistributed } from '../../layers/time-distributed.ts';
import { type ChainLink, chainOf } from './chain.ts';
import { type Dialect, entryOf, type Json, type JsonObject, LayerConfig, refuseLayer } from './config.ts';
import { maskProblem } from './masks.ts';
import { plainLayer } from './plain.ts';
import { bidirectionalLayer, innerConfig, recurrentLayers } from './recurrent.ts';
import { type KerasWeights, weightsOf } from './weights.ts';

/** A layer of a Keras model with the layers that compute the same here. */
export interface KerasLayer {
  /** Its name in the file. */
  readonly name: string;
  readonly className: string;
  /** Name of the layer of the outermost model that it is in, or its own. */
  readonly group: string;
  /** Its path below `layers` in files of Keras 3. */
  readonly path: string;
  /** Whether Keras trains it. */
  readonly trainable: boolean;
  /** One layer, or one for each cell of a stack. */
  readonly layers: readonly Layer[];
  /** Its arrays in Keras' order. Call it once the layers have parameters. */
  weights(): readonly KerasWeights[];
}

/** A Keras model as layers without parameters. */
export interface KerasModel {
  readonly layers: readonly KerasLayer[];
  /** Features of the input, where the config has them. */
  readonly inputSize: number | undefined;
}

/** The shape of the input that a layer's config declares, batch first; undefined if it declares none. */
function declaredShape({ config }: ChainLink): readonly Json[] | undefined {
  const shape = entryOf(config, 'batch_input_shape') ?? entryOf(config, 'batch_shape');
  return Array.isArray(shape) ? (shape as readonly Json[]) : undefined;
}

/** TimeDistributed of a layer that has no time axis of its own. */
function timeDistributed(config: LayerConfig): Layer {
  const inner = innerConfig(config, config.get('layer'), 'layer');
  const layer =
    plainLayer(inner, 2) ?? inner.fail('be one of the layers that bptt has, in a TimeDistributed', inner.className);
  inner.finish();
  return new TimeDistributed({ layers: [layer] });
}

/** The layers for one of Keras. */
function made(config: LayerConfig, rank: number | undefined): readonly Layer[] {
  const recurrent = recurrentLayers(config);
  if (recurrent !== undefined) return recurrent;
  const both = bidirectionalLayer(config);
  if (both !== undefined) return [both];
  if (config.className === 'TimeDistributed') return [timeDistributed(config)];
  const layer = plainLayer(config, rank);
  const remedy = 'bptt has no such layer. Without it, load the weights into a model of your own';
  return [layer ?? config.fail('be a layer that bptt has', 'another class', remedy)];
}

/** Turns errors of constructors, which name their options, into the error for the layer of the file. */
function ofFile<T>(where: string, name: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof BpttError) || error instanceof FormatError) throw error;
    const { argument, expected, received } = error;
    return refuseLayer(
      where,
      name,
      argument === undefined ? expected : `have ${argument} that must ${expected}`,
      received,
    );
  }
}

/**
 * The layers of a Keras model: SimpleRNN, LSTM, GRU, RNN of their cells and of stacks of them, Bidirectional, Embedding,
 * Masking, Dense, TimeDistributed, Activation, ReLU, Softmax, Dropout, SpatialDropout1D, LayerNormalization, Conv1D,
 * RepeatVector. Whatever would change a result and has no counterpart is refused.
 *
 * @param model - { class_name, config }, of a chain of layers
 * @throws FormatError naming the layer
 */
export function layersOfConfig(dialect: Dialect, model: Json): KerasModel {
  const { where } = dialect;
  const layers: KerasLayer[] = [];
  let shape: readonly Json[] | undefined;
  let rank: number | undefined;
  for (const link of chainOf(dialect, model)) {
    const { name, className, config, group, path } = link;
    if (layers.length === 0) shape ??= declaredShape(link);
    if (className === 'InputLayer') continue;
    if (layers.length === 0) rank = shape?.length;
    const settings = new LayerConfig(dialect, name, className, config as JsonObject);
    const own = ofFile(where, name, () => {
      const list = made(settings, rank);
      settings.finish();
      return list;
    });
    rank = rankAfter(own.at(-1)!, rank);
    layers.push({
      name,
      className,
      group,
      path,
      trainable: entryOf(config, 'trainable') !== false,
      layers: own,
      weights: () => own.flatMap((layer, k) => weightsOf(where, name, layer, own.length > 1 ? k : undefined)),
    });
  }
  if (layers.length === 0) refuseLayer(where, 'config', 'have a layer', 'none');
  requireMaskable(where, layers);
  return { layers, inputSize: sizeOfInput(where, layers[0]!, shape) };
}

/** Axes of the output of a layer. */
function rankAfter(layer: Layer, rank: number | undefined): number | undefined {
  if (layer.readsIndices || layer.timeAxis === 'made') return 3;
  if (!layer.needsTime) return rank;
  return layer.outputShape({ T: Number.NaN, B: 1, F: 1 }).T === undefined ? 2 : 3;
}

/** Features of the input, from its declared shape. */
function sizeOfInput(
  where: string,
  { name, layers: [first] }: KerasLayer,
  shape: readonly Json[] | undefined,
): number | undefined {
  if (shape === undefined || first!.readsIndices) return undefined;
  const size = shape.at(-1);
  if (shape.length < 2 || shape.length > 3) {
    refuseLayer(where, name, 'take an input of [batch, features] or [batch, time, features]', describe(shape as Json));
  }
  if (size === null) return undefined;
  if (typeof size === 'number' && Number.isSafeInteger(size) && size > 0) return size;
  return refuseLayer(where, name, 'take a positive number of features', describe(size));
}

/** Refuses what computes something else than Keras if some time steps do not count. */
function requireMaskable(where: string, layers: readonly KerasLayer[]): void {
  const found = maskProblem(layers.map(({ name, layers: own }) => [name, own] as const));
  if (found !== undefined) refuseLayer(where, found.name, found.expected, found.received);
}
