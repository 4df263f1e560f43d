// Layers without a cell as Keras configs.

import type { SignalShape } from '../../engine/signal.ts';
import { Activation } from '../../layers/activation.ts';
import { Conv1D } from '../../layers/conv1d.ts';
import { Dense } from '../../layers/dense.ts';
import { Dropout } from '../../layers/dropout.ts';
import { Embedding } from '../../layers/embedding.ts';
import type { Layer } from '../../layers/layer.ts';
import { LayerNormalization } from '../../layers/layer-normalization.ts';
import { Masking } from '../../layers/masking.ts';
import { RepeatVector } from '../../layers/repeat-vector.ts';
import type { WeightOptions } from '../../parameters/weight-options.ts';
import type { JsonObject } from './config.ts';
import { activationName, refuseToWrite, rulesConfig, type Spelling } from './spelling.ts';

type Described = readonly [className: string, config: JsonObject];

function dense(spelling: Spelling, label: string, layer: Dense): Described {
  const { units, useBias } = layer;
  const activation = activationName(spelling, label, layer.activation);
  return ['Dense', { units, activation, use_bias: useBias, ...rulesConfig(layer as WeightOptions) }];
}

function convolution(spelling: Spelling, label: string, layer: Conv1D): Described {
  const { filters, kernelSize, strides, padding, dilationRate, useBias } = layer;
  if (strides > 1 && dilationRate > 1) {
    refuseToWrite(spelling, label, 'not have both strides and dilationRate, which Keras refuses', layer);
  }
  if (padding === 'causal' && spelling.reader === 'TensorFlow.js') {
    refuseToWrite(spelling, label, "have padding 'valid' or 'same', as TensorFlow.js does not run 'causal'", padding);
  }
  const sizes = { kernel_size: [kernelSize], strides: [strides], dilation_rate: [dilationRate] };
  const activation = activationName(spelling, label, layer.activation);
  const options = { padding, data_format: 'channels_last', activation, use_bias: useBias };
  return ['Conv1D', { filters, ...sizes, ...options, ...rulesConfig(layer as WeightOptions) }];
}

function masking(spelling: Spelling, label: string, { maskValue }: Masking): Described {
  if (Number.isNaN(maskValue)) refuseToWrite(spelling, label, 'have a maskValue that JSON can hold', maskValue);
  return ['Masking', { mask_value: maskValue }];
}

function described(spelling: Spelling, label: string, layer: Layer, shape: SignalShape): Described | undefined {
  if (layer instanceof Dense) return dense(spelling, label, layer);
  if (layer instanceof Conv1D) return convolution(spelling, label, layer);
  if (layer instanceof Masking) return masking(spelling, label, layer);
  if (layer instanceof Activation) {
    return ['Activation', { activation: activationName(spelling, label, layer.activation) }];
  }
  if (layer instanceof Embedding) {
    const { inputDim, outputDim, maskZero } = layer;
    return ['Embedding', { input_dim: inputDim, output_dim: outputDim, mask_zero: maskZero }];
  }
  if (layer instanceof LayerNormalization) {
    const { epsilon, center, scale } = layer;
    return ['LayerNormalization', { axis: -1, epsilon, center, scale }];
  }
  if (layer instanceof Dropout) {
    const wide = layer.per === 'sequence' && shape.T !== undefined; // one mask for all time steps
    return [wide ? 'SpatialDropout1D' : 'Dropout', { rate: layer.rate }];
  }
  return layer instanceof RepeatVector ? ['RepeatVector', { n: layer.times }] : undefined;
}

/** A layer without a cell; undefined for another one. */
export function plainConfig(
  spelling: Spelling,
  label: string,
  name: string,
  layer: Layer,
  shape: SignalShape,
): JsonObject | undefined {
  const [class_name, config] = described(spelling, label, layer, shape) ?? [];
  return class_name === undefined ? undefined : { class_name, config: { name, trainable: true, ...config } };
}
