// `recurrentNodes` and `importNode`.

import { requireBoolean } from '../../checks.ts';
import { Sequential } from '../../model/sequential.ts';
import { optional, readOptions, type Schema } from '../../options.ts';
import { type DType, requireDType } from '../../tensor/storage.ts';
import { assignAll } from '../gates.ts';
import { requireBytes } from '../require-bytes.ts';
import { chooseNode, importLayer } from './import-node.ts';
import { requireFree } from './initial-state.ts';
import { nameOf } from './name-option.ts';
import { findNodes, type RecurrentNode } from './recurrent-node.ts';

/**
 * Lists the recurrent nodes of an ONNX file: LSTM, GRU and RNN, also inside the branches of `If` and the bodies of `Loop`
 * and `Scan`.
 *
 * @param bytes - the file
 * @throws FormatError for bytes that are no ONNX file, or of operators before version 7
 *
 * @example
 * ```ts
 * const model = new Sequential([new LSTM({ units: 4 })], { inputSize: 3 }).build();
 * const [node] = recurrentNodes(toOnnx(model));
 * [node.op, node.units, node.inputSize]; // ['LSTM', 4, 3]
 * ```
 */
export function recurrentNodes(bytes: Uint8Array): RecurrentNode[] {
  const where = 'recurrentNodes';
  return findNodes(where, requireBytes(where, bytes)).map(({ about }) => about);
}

/** Options of `importNode`. */
export interface ImportNodeOptions {
  /** Name of the node, as `recurrentNodes` returns it; default: the only recurrent node of the file. */
  readonly name?: string;
  /** Whether the layer returns a sequence or the last output; default: a sequence if the node has an output Y. */
  readonly returnSequences?: boolean;
  /** Element type; default `'float32'`. */
  readonly dtype?: DType;
}

const OPTIONS: Schema<ImportNodeOptions, 'name' | 'returnSequences'> = {
  name: optional(nameOf('a node')),
  returnSequences: optional(requireBoolean),
  dtype: optional(requireDType, 'float32'),
};

/**
 * Imports a recurrent node of an ONNX file as a model of one layer: an LSTM, a GRU, a SimpleRNN, or a Bidirectional of two.
 * Weights have to be constants, or what Constant, Identity, Slice, Concat, Squeeze, Unsqueeze, Transpose, Reshape and Cast
 * make of constants. What bptt cannot compute exactly is refused.
 *
 * The model takes [B, T, I] whatever the layout of the node. A node of direction `reverse` becomes a layer with
 * `goBackwards`, whose outputs begin with the last time step. Sequence lengths and initial states are given to the calls
 * of the model.
 *
 * @param bytes - the file
 * @throws FormatError naming the node: weights that are no constants or of other shapes, an activation that bptt does not
 *   have, numbers that the element type does not hold; or if there is no such node
 *
 * @example
 * ```ts
 * const model = new Sequential([new GRU({ units: 4, resetAfter: true, returnSequences: true })], { inputSize: 3 }).build();
 * const copy = importNode(toOnnx(model));
 * copy.predict(zeros([1, 5, 3])).shape; // [1, 5, 4]
 * ```
 */
export function importNode(bytes: Uint8Array, options: ImportNodeOptions = {}): Sequential {
  const where = 'importNode';
  const { name, returnSequences, dtype } = readOptions(where, options, OPTIONS);
  const found = chooseNode(where, findNodes(where, requireBytes(where, bytes)), name);
  requireFree(where, found, undefined);
  const { layer, inputSize, assignments } = importLayer(where, found, dtype, returnSequences);
  const model = new Sequential([layer], { inputSize, dtype }).build();
  assignAll(where, assignments());
  return model;
}
