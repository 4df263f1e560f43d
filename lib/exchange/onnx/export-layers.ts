// Writes layers as nodes of an ONNX graph, each by its kind.

import type { ActivationName } from '../../cells/activations.ts';
import { Activation } from '../../layers/activation.ts';
import { Bidirectional } from '../../layers/bidirectional.ts';
import { Conv1D } from '../../layers/conv1d.ts';
import { Dense } from '../../layers/dense.ts';
import { Dropout } from '../../layers/dropout.ts';
import { Embedding } from '../../layers/embedding.ts';
import type { Layer } from '../../layers/layer.ts';
import { LayerNormalization } from '../../layers/layer-normalization.ts';
import { Masking } from '../../layers/masking.ts';
import { Network } from '../../layers/network.ts';
import { namesOf } from '../../layers/network-layers.ts';
import { RepeatVector } from '../../layers/repeat-vector.ts';
import { Residual } from '../../layers/residual.ts';
import { RNN } from '../../layers/rnn.ts';
import { TimeDistributed } from '../../layers/time-distributed.ts';
import { exportConvolution } from './export-convolution.ts';
import { exportBidirectional, exportRecurrent } from './export-recurrent.ts';
import type { Exporter, Value } from './exporter.ts';
import type { Attributes } from './graph-writer.ts';

/** Operators of activations. */
const OPERATORS: Readonly<Record<Exclude<ActivationName, 'linear'> | 'softmax', readonly [string, Attributes?]>> = {
  sigmoid: ['Sigmoid'],
  tanh: ['Tanh'],
  relu: ['Relu'],
  softsign: ['Softsign'],
  hardSigmoidFifth: ['HardSigmoid', { alpha: { float: 0.2 }, beta: { float: 0.5 } }],
  hardSigmoidSixth: ['HardSigmoid', { alpha: { float: 1 / 6 }, beta: { float: 0.5 } }],
  softmax: ['Softmax', { axis: { int: -1 } }],
};

/** A parameter of a layer as a constant. */
function constant(exporter: Exporter, path: string, { parameters }: Layer, name: string): string {
  const { value } = parameters.get(name);
  return exporter.graph.floats(`${path}.${name}`, value.shape, value.copy().data);
}

function activation(exporter: Exporter, path: string, name: Activation['activation'], x: Value): Value {
  return name === 'linear' ? x : { ...x, name: exporter.node(path, OPERATORS[name][0], [x.name], OPERATORS[name][1]) };
}

/** (D1), without its activation. */
function dense(exporter: Exporter, path: string, layer: Dense, x: Value): Value {
  const product = exporter.node(path, 'MatMul', [x.name, constant(exporter, path, layer, 'kernel')]);
  if (!layer.useBias) return { ...x, name: product };
  return { ...x, name: exporter.node(path, 'Add', [product, constant(exporter, path, layer, 'bias')]) };
}

/** (N7) */
function normalization(exporter: Exporter, path: string, layer: LayerNormalization, x: Value): Value {
  const { scale, center, epsilon, inputSize: F } = layer;
  const gamma = scale
    ? constant(exporter, path, layer, 'gamma')
    : exporter.graph.floats(`${path}.ones`, [F!], new Float32Array(F!).fill(1));
  const inputs = [x.name, gamma, ...(center ? [constant(exporter, path, layer, 'beta')] : [])];
  const attributes = { axis: { int: -1 }, epsilon: { float: epsilon } };
  return { ...x, name: exporter.node(path, 'LayerNormalization', inputs, attributes) };
}

/** (EM1); indices [B, T] */
function embedding(exporter: Exporter, path: string, layer: Embedding, x: Value): Value {
  requireLengths(exporter, path, layer);
  return { ...x, name: exporter.node(path, 'Gather', [constant(exporter, path, layer, 'embeddings'), x.name]) };
}

/** Refuses a layer that finds out which time steps count, unless the graph has an input `lengths`. */
function requireLengths(exporter: Exporter, path: string, { masks, kind }: Layer): void {
  if (!masks || exporter.lengths !== undefined) return;
  const remedy = 'Give lengths: true; the graph then takes the number of time steps of each row instead';
  exporter.refuse(path, 'not mask time steps by their values, for which ONNX has no operator', kind, remedy);
}

/** (RV1) */
function repeat(exporter: Exporter, path: string, { times }: RepeatVector, x: Value): Value {
  const { graph } = exporter;
  const once = exporter.node(path, 'Unsqueeze', [x.name, graph.ints([1])]);
  return { name: exporter.node(path, 'Expand', [once, graph.ints([1, times, 1])]), layout: 'batch' };
}

/** (J3), or [x, F(x)] */
function residual(exporter: Exporter, path: string, { layers, merge }: Residual, x: Value): Value {
  const y = exportChain(exporter, `${path}.`, layers, namesOf(layers), x);
  const { name } = y.layout === 'row' ? x : exporter.arranged(path, x, y.layout);
  const both = [name, y.name];
  return {
    ...y,
    name:
      merge === 'sum' ? exporter.node(path, 'Add', both) : exporter.node(path, 'Concat', both, { axis: { int: -1 } }),
  };
}

/** Layers that are made of others, or that change the time axis. */
function exportComposite(exporter: Exporter, path: string, layer: Layer, x: Value): Value {
  if (layer instanceof RNN) return exportRecurrent(exporter, path, layer, x);
  if (layer instanceof Network) {
    const { layers, layerNames } = layer as Network;
    return exportChain(exporter, `${path}.`, layers, layerNames, x);
  }
  switch (layer.constructor) {
    case Bidirectional:
      return exportBidirectional(exporter, path, layer as Bidirectional, x);
    case Conv1D:
      return activation(
        exporter,
        path,
        (layer as Conv1D).activation,
        exportConvolution(exporter, path, layer as Conv1D, x),
      );
    case RepeatVector:
      return repeat(exporter, path, layer as RepeatVector, x);
    case Residual:
      return residual(exporter, path, layer as Residual, x);
    case TimeDistributed: {
      const { layers } = layer as TimeDistributed;
      return exportChain(exporter, `${path}.`, layers, namesOf(layers), x);
    }
  }
  return exporter.refuse(path, 'be a layer that operators of ONNX can express', layer);
}

/** Writes one layer. */
function exportLayer(exporter: Exporter, path: string, layer: Layer, x: Value): Value {
  switch (layer.constructor) {
    case Dense:
      return activation(exporter, path, (layer as Dense).activation, dense(exporter, path, layer as Dense, x));
    case Activation:
      return activation(exporter, path, (layer as Activation).activation, x);
    case LayerNormalization:
      return normalization(exporter, path, layer as LayerNormalization, x);
    case Embedding:
      return embedding(exporter, path, layer as Embedding, x);
    case Masking:
      requireLengths(exporter, path, layer);
      return x;
    case Dropout:
      return x;
  }
  return exportComposite(exporter, path, layer, x);
}

/**
 * Writes layers in sequence.
 *
 * @param prefix - of their names: '', or `timeDistributed1.`
 */
export function exportChain(
  exporter: Exporter,
  prefix: string,
  layers: readonly Layer[],
  names: readonly string[],
  x: Value,
): Value {
  return layers.reduce((value, layer, k) => {
    const next = exportLayer(exporter, `${prefix}${names[k]}`, layer, value);
    if (next.layout === 'row') exporter.reversed = false; // there is no time axis left to be read backwards
    return next;
  }, x);
}
