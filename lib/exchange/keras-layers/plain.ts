// Layers without a cell of a Keras config.

import { describe } from '../../describe.ts';
import { Activation } from '../../layers/activation.ts';
import { Conv1D } from '../../layers/conv1d.ts';
import type { ConvolutionPadding } from '../../layers/conv1d-shape.ts';
import { Dense } from '../../layers/dense.ts';
import { Dropout } from '../../layers/dropout.ts';
import { Embedding } from '../../layers/embedding.ts';
import type { Layer } from '../../layers/layer.ts';
import { LayerNormalization } from '../../layers/layer-normalization.ts';
import { Masking } from '../../layers/masking.ts';
import { RepeatVector } from '../../layers/repeat-vector.ts';
import type { Json, LayerConfig } from './config.ts';
import { refuseRules, weightRules } from './rules.ts';

function dense(config: LayerConfig): Layer {
  config.get('input_dim');
  return new Dense({
    units: config.required('units', 'output_dim'),
    activation: config.activationOrSoftmax('linear', 'activation'),
    useBias: config.flag(true, 'use_bias'),
    ...weightRules(config),
  });
}

/** A convolution. Keras writes its sizes as lists of one. */
function convolution(config: LayerConfig): Layer {
  const padding = config.get('padding') ?? 'valid';
  if (!['valid', 'same', 'causal'].includes(padding as string)) {
    config.fail("have padding 'valid', 'same' or 'causal'", describe(padding));
  }
  const order = config.get('data_format') ?? 'channels_last';
  if (order !== 'channels_last') config.fail("have data_format 'channels_last'", describe(order));
  if ((config.number('groups') ?? 1) !== 1) config.fail('have one group', 'groups');
  return new Conv1D({
    filters: config.required('filters'),
    kernelSize: config.required('kernel_size'),
    padding: padding as ConvolutionPadding,
    strides: config.get('strides') === undefined ? 1 : config.required('strides'),
    dilationRate: config.get('dilation_rate') === undefined ? 1 : config.required('dilation_rate'),
    activation: config.activation('linear', 'activation'),
    useBias: config.flag(true, 'use_bias'),
    ...weightRules(config),
  });
}

function embedding(config: LayerConfig): Layer {
  refuseRules(config, 'embeddings_regularizer', 'embeddings_constraint');
  return new Embedding({
    inputDim: config.required('input_dim'),
    outputDim: config.required('output_dim'),
    maskZero: config.flag(false, 'mask_zero'),
  });
}

/** @param rank - axes of the input, if known */
function normalization(config: LayerConfig, rank: number | undefined): Layer {
  const axis = config.get('axis') ?? -1;
  const single = Array.isArray(axis) && axis.length === 1 ? (axis[0] as Json) : axis;
  if (single !== -1 && single !== (rank ?? 3) - 1) config.fail('normalize the last axis', `axis ${describe(axis)}`);
  if (config.flag(false, 'rms_scaling')) config.fail('subtract the mean', 'rms_scaling: true');
  refuseRules(config, 'gamma_regularizer', 'gamma_constraint', 'beta_regularizer', 'beta_constraint');
  return new LayerNormalization({
    epsilon: config.number('epsilon') ?? 1e-3,
    center: config.flag(true, 'center'),
    scale: config.flag(true, 'scale'),
  });
}

/** Dropout whose mask is that of each element, or one for all time steps: noise_shape [null, 1, features]. */
function dropout(config: LayerConfig): Layer {
  const noise = config.get('noise_shape');
  const [batch, time] = Array.isArray(noise) ? (noise as readonly Json[]) : [];
  if (noise !== undefined && !(Array.isArray(noise) && noise.length === 3 && batch === null && time === 1)) {
    config.failTraining('have no noise_shape but [null, 1, features]', describe(noise));
  }
  const per = noise === undefined && config.className === 'Dropout' ? 'step' : 'sequence';
  return new Dropout({ rate: config.number('rate', 'p') ?? config.required('rate'), per });
}

function rectifier(config: LayerConfig): Layer {
  if (config.get('max_value') !== undefined) config.fail('have no max_value', describe(config.get('max_value')));
  for (const key of ['negative_slope', 'threshold']) {
    if ((config.number(key) ?? 0) !== 0) config.fail(`have ${key} 0`, describe(config.get(key)));
  }
  return new Activation({ activation: 'relu' });
}

function softmax(config: LayerConfig, rank: number | undefined): Layer {
  const axis = config.get('axis') ?? -1;
  if (axis !== -1 && axis !== (rank ?? 3) - 1) config.fail('run over the last axis', `axis ${describe(axis)}`);
  return new Activation({ activation: 'softmax' });
}

/**
 * The layer for one of Keras without a cell; undefined for an unknown class.
 *
 * @param rank - axes of the input, if known
 */
export function plainLayer(config: LayerConfig, rank: number | undefined): Layer | undefined {
  switch (config.className) {
    case 'Dense':
      return dense(config);
    case 'Conv1D':
      return convolution(config);
    case 'Embedding':
      return embedding(config);
    case 'LayerNormalization':
      return normalization(config, rank);
    case 'Dropout':
    case 'SpatialDropout1D':
      return dropout(config);
    case 'Activation':
      return new Activation({ activation: config.activationOrSoftmax('', 'activation') });
    case 'ReLU':
      return rectifier(config);
    case 'Softmax':
      return softmax(config, rank);
    case 'Masking':
      return new Masking({ maskValue: config.number('mask_value') ?? 0 });
    case 'RepeatVector':
      return new RepeatVector({ times: config.required('n') });
  }
  return undefined;
}
