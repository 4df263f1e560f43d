// Writes a model as an ONNX file.

import { refuse, requireBoolean, requireInstance } from '../../checks.ts';
import { StateError } from '../../errors.ts';
import { Network } from '../../layers/network.ts';
import { optional, readOptions, type Schema } from '../../options.ts';
import { exportChain } from './export-layers.ts';
import { Exporter, type Value } from './exporter.ts';

/** Options of an export. */
export interface ToOnnxOptions {
  /**
   * Whether the graph has an input `lengths`, int32 [batch]: the number of time steps of each row, from 1 to T. Outputs at
   * later steps are zeros, as those of `zeroOutputForMask`. Default false.
   */
  readonly lengths?: boolean;
  /**
   * Whether initial states are inputs `initial.lstm1.h` [batch, units] and final states outputs `final.lstm1.h`, for all
   * states of all layers. Otherwise every run begins with zeros, or with trained initial states. Default false.
   */
  readonly states?: boolean;
}

const OPTIONS: Schema<ToOnnxOptions> = {
  lengths: optional(requireBoolean, false),
  states: optional(requireBoolean, false),
};

/** Larger files need external data. */
const LARGEST = 2 ** 31 - 1;

/**
 * Writes a model as an ONNX file, operators 17, that computes what `predict` does; ONNX Runtime runs it in Python, C++,
 * on phones and in browsers. Nothing that only training needs is written.
 *
 * Inputs: `x`, float [batch, time, I]; int32 [batch, time] if the model begins with an `Embedding`; [batch, I] if no layer
 * needs time steps. Output: `y`. Batch and time may have any size. Nodes have the names of the layers: `lstm1`.
 *
 * Layers: `LSTM`, `GRU`, `SimpleRNN`, and `RNN` of their cells, `Bidirectional` of these, `Dense`, `Activation`,
 * `Embedding`, `LayerNormalization`, `Conv1D`, `Dropout`, `RepeatVector`, `TimeDistributed`, `Residual`, and networks of
 * such layers. What ONNX cannot express exactly is refused: other layers and cells, projections, zoneout, and gates of a
 * GRU whose activation is not symmetric.
 *
 * @param model - of float32, with parameters
 * @param options - `lengths`, `states`: whether they are inputs, default false
 * @throws ArgumentError naming the layer and what ONNX lacks; StateError before the input size is known
 *
 * @example
 * ```ts
 * const model = new Sequential([new LSTM({ units: 8 }), new Dense({ units: 1 })], { inputSize: 3 }).build();
 * toOnnx(model).length; // 2357
 * ```
 */
export function toOnnx(model: Network, options: ToOnnxOptions = {}): Uint8Array {
  const where = 'toOnnx';
  requireInstance(where, 'model', model, Network, 'be a Sequential or a Network');
  const { lengths, states } = readOptions(where, options, OPTIONS);
  const { needsTime, inputSize, dtype, readsBackwards: reversed } = model;
  requireParameters(where, model);
  if (dtype !== 'float32') {
    refuse(
      where,
      'model',
      'be of float32, for which ONNX Runtime has the operators',
      dtype,
      "Use model.astype('float32')",
    );
  }
  if (lengths) requireSequences(where, model);
  const exporter = new Exporter({ lengths, states, reversed });
  const { graph } = exporter;
  const time = needsTime ? ['time'] : [];
  if (model.readsIndices) graph.input(exporter.x, 'int32', ['batch', ...time]);
  else graph.input(exporter.x, 'float', ['batch', ...time, inputSize!]);
  if (exporter.lengths !== undefined) graph.input(exporter.lengths, 'int32', ['batch']);
  const x: Value = { name: exporter.x, layout: needsTime ? 'batch' : 'row' };
  const y = exportChain(exporter, '', model.layers, model.layerNames, x);
  finish(exporter, model, y);
  return graph.model().bytes();
}

/** Refuses a model without parameters, with too many of them, or with some that are not finite. */
function requireParameters(where: string, model: Network): void {
  if (!model.built) {
    const remedy = 'Give the option inputSize and call build(), or call forward first';
    throw new StateError({ where, expected: 'come once the input size is known', received: 'a model without', remedy });
  }
  const { parameters } = model;
  if (parameters.size * 4 > LARGEST) refuse(where, 'model', 'have at most 2 GiB of parameters', parameters.size * 4);
  for (const { name, value } of parameters) {
    const bad = value.copy().data.find((each) => !Number.isFinite(each));
    if (bad !== undefined) refuse(where, name, 'hold finite numbers', bad);
  }
}

/** Refuses lengths of what has no time steps, or other ones than its input. */
function requireSequences(where: string, model: Network): void {
  if (!model.needsTime) refuse(where, 'lengths', 'be given for models of sequences only', true);
  if (model.timeAxis !== 'kept') {
    refuse(where, 'lengths', 'not be given to layers that change the number of time steps', true);
  }
}

/** Adds the outputs of the graph: y, batch-major, and the final states. */
function finish(exporter: Exporter, model: Network, last: Value): void {
  const { graph } = exporter;
  const masked = exporter.masked('y', exporter.arranged('y', last, 'batch'));
  const name = exporter.reversed && masked.layout !== 'row' ? reversed(exporter, masked.name) : masked.name;
  const known = { T: model.needsTime ? Number.NaN : undefined, B: Number.NaN, F: model.inputSize! };
  const { T, F } = model.outputShape(known);
  const steps = Number.isNaN(T) ? (model.timeAxis === 'kept' ? 'time' : 'steps') : T;
  graph.output('y', name, ['batch', ...(steps === undefined ? [] : [steps]), F]);
  for (const { name: final, value, width } of exporter.finals) graph.output(final, value, ['batch', width]);
}

/** The last time step first, as `goBackwards` returns them. */
function reversed({ graph }: Exporter, value: string): string {
  const [from, to] = [graph.ints([-1]), graph.ints([-2147483648])];
  return graph.node('y', 'Slice', [value, from, to, graph.ints([1]), graph.ints([-1])]);
}
