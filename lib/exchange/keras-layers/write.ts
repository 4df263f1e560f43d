// The layers of a model as Keras configs, in the spelling of Keras 2, which TensorFlow.js reads as well.

import { refuse } from '../../checks.ts';
import type { SignalShape } from '../../engine/signal.ts';
import { Bidirectional } from '../../layers/bidirectional.ts';
import type { Layer } from '../../layers/layer.ts';
import { Network } from '../../layers/network.ts';
import { anyInput } from '../../layers/parts.ts';
import { RNN } from '../../layers/rnn.ts';
import { TimeDistributed } from '../../layers/time-distributed.ts';
import type { Json, JsonObject } from './config.ts';
import { maskProblem } from './masks.ts';
import { refuseToWrite, type Spelling } from './spelling.ts';
import { type KerasWeights, weightsOf } from './weights.ts';
import { plainConfig } from './write-plain.ts';
import { bidirectionalConfig, innerName, recurrentConfig } from './write-recurrent.ts';

/** A layer of a Keras config, with its arrays. */
export interface WrittenLayer {
  readonly name: string;
  /** { class_name, config } */
  readonly config: JsonObject;
  /** Name of the layer within: `lstm` in a Bidirectional. */
  readonly inner: string | undefined;
  readonly weights: readonly KerasWeights[];
}

/** One layer of Keras for each layer that is applied to the time steps. */
function timeDistributed(spelling: Spelling, label: string, { layers }: TimeDistributed): WrittenLayer[] {
  return layers.map((layer, k) => {
    const name = layers.length > 1 ? `${label}_${k + 1}` : label;
    const inner = innerName(layer);
    const described = plainConfig(spelling, label, inner, layer, { T: undefined, B: Number.NaN, F: Number.NaN });
    if (described === undefined) return refuseToWrite(spelling, label, 'have layers that Keras has too', layer);
    const config = { class_name: 'TimeDistributed', config: { name, trainable: true, layer: described } };
    return { name, config, inner, weights: weightsOf(spelling.where, `model.${label}`, layer) };
  });
}

/** The layers of Keras for one of ours. */
function written(spelling: Spelling, name: string, layer: Layer, shape: SignalShape): WrittenLayer[] {
  if (layer instanceof TimeDistributed) return timeDistributed(spelling, name, layer);
  const bidirectional = layer instanceof Bidirectional;
  const config = bidirectional
    ? bidirectionalConfig(spelling, name, name, layer)
    : layer instanceof RNN
      ? recurrentConfig(spelling, name, name, layer)
      : plainConfig(spelling, name, name, layer, shape);
  if (config === undefined) return refuseToWrite(spelling, name, 'be a layer that Keras has too', layer);
  const inner = bidirectional ? innerName(layer.layers[0]) : undefined;
  return [{ name, config, inner, weights: weightsOf(spelling.where, `model.${name}`, layer) }];
}

/** The layers of a network, and those of networks in it, with names that are different. */
function flat({ layers, layerNames }: Network, prefix: string): (readonly [name: string, layer: Layer])[] {
  return layers.flatMap((layer, k) => {
    const name = `${prefix}${layerNames[k]}`;
    return layer instanceof Network ? flat(layer as Network, `${name}_`) : [[name, layer] as const];
  });
}

/**
 * The layers of a model as layers of Keras, with their arrays; the first one declares the shape of the input.
 *
 * @param model - with parameters
 * @throws ArgumentError naming the layer, for what Keras cannot express
 */
export function writeLayers(spelling: Spelling, model: Network): WrittenLayer[] {
  const { where, batchSize } = spelling;
  const { needsTime, readsIndices, inputSize, stateful } = model;
  if (stateful && batchSize === null) {
    refuse(where, 'batchSize', 'be given for a stateful model, as Keras fixes it', undefined);
  }
  let shape: SignalShape = { ...anyInput(inputSize!), T: needsTime ? Number.NaN : undefined };
  const own = flat(model, '');
  const found = maskProblem(own.map(([name, layer]) => [name, [layer]] as const));
  if (found !== undefined) refuseToWrite(spelling, found.name, found.expected, found.received);
  const layers = own.flatMap(([name, layer]) => {
    const described = written(spelling, name, layer, shape);
    shape = layer.outputShape(shape);
    return described;
  });
  const input = [batchSize, ...(needsTime ? [null] : []), ...(readsIndices ? [] : [inputSize!])];
  return layers.map((layer, k) => {
    if (k > 0) return layer;
    const { class_name, config } = layer.config as { readonly class_name: Json; readonly config: JsonObject };
    const first = { ...config, batch_input_shape: input, dtype: 'float32' };
    return { ...layer, config: { class_name, config: first } };
  });
}
