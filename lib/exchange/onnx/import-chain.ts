// `importChain`: a graph that is one path of layers, as a model.

import { FormatError } from '../../errors.ts';
import type { Layer } from '../../layers/layer.ts';
import { Sequential } from '../../model/sequential.ts';
import { optional, readOptions, type Schema } from '../../options.ts';
import { type DType, requireDType } from '../../tensor/storage.ts';
import { assignAll } from '../gates.ts';
import { requireBytes } from '../require-bytes.ts';
import { pathTo } from './chain.ts';
import { ChainLayers } from './chain-layers.ts';
import { Constants } from './constants.ts';
import { quoted, readGraph } from './graph.ts';
import { nameOf } from './name-option.ts';

/** Options of `importChain`. */
export interface ImportChainOptions {
  /** Name of the output of the graph that the model computes; default: the first. */
  readonly output?: string;
  /** Element type; default `'float32'`. */
  readonly dtype?: DType;
}

const OPTIONS: Schema<ImportChainOptions, 'output'> = {
  output: optional(nameOf('an output')),
  dtype: optional(requireDType, 'float32'),
};

/**
 * Imports an ONNX file whose graph is one path from an input to an output: recurrent nodes, Gather from a constant table
 * (Embedding), MatMul or Gemm with Add (Dense), Conv over time (Conv1D), LayerNormalization over the features, and
 * activations. Between them, Transpose, Squeeze, Reshape and others may move axes, as exporters write them; the meaning of
 * every axis is followed, so that nothing is imported transposed. Any other node is refused by its name and operator.
 *
 * The model takes [B, T, I], or indices [B, T], whatever the order of axes in the graph. Initial states that are inputs of
 * the graph, and sequence lengths, are given to the calls of the model.
 *
 * @param bytes - the file
 * @throws FormatError naming the node
 *
 * @example
 * ```ts
 * const model = new Sequential([new LSTM({ units: 4, returnSequences: true }), new Dense({ units: 2 })], { inputSize: 3 }).build();
 * const copy = importChain(toOnnx(model));
 * String(copy.predict(zeros([1, 5, 3]))) === String(model.predict(zeros([1, 5, 3]))); // true
 * ```
 */
export function importChain(bytes: Uint8Array, options: ImportChainOptions = {}): Sequential {
  const where = 'importChain';
  const { output, dtype } = readOptions(where, options, OPTIONS);
  const graph = readGraph(where, requireBytes(where, bytes));
  const constants = new Constants(where, graph);
  const chosen = output ?? graph.outputs[0];
  if (chosen === undefined || !graph.outputs.includes(chosen)) {
    const received = `outputs ${graph.outputs.map(quoted).join(', ')}`;
    throw new FormatError({ where, argument: 'bytes', expected: `have an output ${quoted(chosen ?? '')}`, received });
  }
  const path = pathTo(where, graph, constants, chosen);
  const chain = new ChainLayers(where, graph, constants, dtype, path);
  const { layers, inputSize, assignments } = chain.finish();
  const made = layers as [Layer, ...Layer[]];
  const model = new Sequential(made, { dtype, ...(inputSize !== undefined && { inputSize }) }).build();
  assignAll(where, assignments());
  return model;
}
