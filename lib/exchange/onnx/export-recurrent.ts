// Writes recurrent layers, in one direction or two, as nodes of an ONNX graph.

import type { Bidirectional } from '../../layers/bidirectional.ts';
import { RNN } from '../../layers/rnn.ts';
import { type GateArrays, gateShapes, writeGates } from '../gates.ts';
import type { Exporter, Value } from './exporter.ts';
import { activationAttributes, type RecurrentOperator, recurrentOperator } from './recurrent-operator.ts';

/** A recurrent layer as one direction of a node. */
interface Direction {
  /** Names that lead to its states: `lstm1`, `bidirectional1.forward`. */
  readonly path: string;
  readonly layer: RNN;
}

/** Outputs of a node of D directions. */
interface NodeOutputs {
  /** [T, D, B, H] */
  readonly all: string;
  /** [D, B, H] */
  readonly last: string;
}

/** W [D, G·H, I], R [D, G·H, H], B [D, 2·G·H] and P [D, 3·H]; '' for those that no direction has. */
class Weights {
  readonly #exporter: Exporter;
  readonly #name: string;
  readonly #arrays: readonly GateArrays[];
  readonly #shapes: ReturnType<typeof gateShapes>;

  constructor(exporter: Exporter, name: string, directions: readonly Direction[], { layout }: RecurrentOperator) {
    this.#exporter = exporter;
    this.#name = name;
    this.#arrays = directions.map(({ layer }) => writeGates(layer.cell, layout));
    this.#shapes = gateShapes(directions[0]!.layer.cell, layout);
  }

  /** Adds arrays of all directions, one after the other, as one constant. */
  of(input: string, ...names: readonly (keyof GateArrays)[]): string {
    const D = this.#arrays.length;
    if (this.#arrays.every((arrays) => arrays[names[0]!] === undefined)) return '';
    const [first, ...others] = names.map((name) => this.#shapes[name]);
    const shape = [D, first![0]! * (1 + others.length), ...first!.slice(1)];
    const values = new Float32Array(shape.reduce((a, b) => a * b, 1));
    const size = values.length / (D * names.length);
    this.#arrays.forEach((arrays, d) => {
      names.forEach((name, k) => {
        const array = arrays[name];
        if (array !== undefined) values.set(array, (d * names.length + k) * size);
      });
    });
    return this.#exporter.graph.floats(`${this.#name}.${input}`, shape, values);
  }
}

/** The initial states of a kind, [D, B, H]; '' for zeros. */
function initialStates(exporter: Exporter, name: string, directions: readonly Direction[], state: string): string {
  const { graph } = exporter;
  const trained = directions.some(({ layer }) => layer.trainInitialState);
  if (!trained && !exporter.states) return '';
  const each = directions.map(({ path, layer }) => {
    const H = layer.cell.units;
    const given = exporter.initialState(`${path}.${state}`, H);
    if (given !== undefined) return exporter.node(path, 'Unsqueeze', [given, graph.ints([0])]);
    const parameter = `initial${state.toUpperCase()}`;
    const values = layer.trainInitialState ? layer.parameters.get(parameter).value.copy().data : new Float32Array(H);
    const ones = graph.ints([1]);
    const shape = exporter.node(path, 'Concat', [ones, exporter.batchSize(), ones], { axis: { int: 0 } });
    return exporter.node(path, 'Expand', [graph.floats(`${path}.${parameter}`, [H], values), shape]);
  });
  return each.length === 1 ? each[0]! : exporter.node(name, 'Concat', each, { axis: { int: 0 } });
}

/** Adds a node of one direction or two, and its final states. */
function recurrentNode(
  exporter: Exporter,
  name: string,
  x: string,
  directions: readonly Direction[],
  operators: readonly RecurrentOperator[],
  direction: 'forward' | 'reverse' | 'bidirectional',
): NodeOutputs {
  const { op, attributes } = operators[0]!;
  const weights = new Weights(exporter, name, directions, operators[0]!);
  const states = op === 'LSTM' ? ['h', 'c'] : ['h'];
  const [W, R, B] = [
    weights.of('W', 'kernel'),
    weights.of('R', 'recurrentKernel'),
    weights.of('B', 'bias', 'recurrentBias'),
  ];
  const initial = states.map((state) => initialStates(exporter, name, directions, state));
  const peephole = weights.of('P', 'peephole');
  const inputs = [x, W, R, B, exporter.lengths ?? '', ...initial, peephole];
  while (inputs.at(-1) === '') inputs.pop();
  const outputs = ['Y', ...states.map((state) => `Y_${state}`)].map((output) => `${name}.${output}`);
  exporter.graph.nodeOf(name, op, inputs, outputs, {
    direction: { text: direction },
    ...attributes,
    ...activationAttributes(operators),
  });
  if (exporter.states) {
    directions.forEach(({ path, layer }, d) => {
      states.forEach((state, s) => {
        const final = exporter.node(path, 'Gather', [outputs[s + 1]!, exporter.graph.ints(d)]); // of axis 0
        exporter.finalState(`${path}.${state}`, final, layer.cell.units);
      });
    });
  }
  return { all: outputs[0]!, last: outputs[1]! };
}

/** The output of a layer with one direction. */
function outputOf(exporter: Exporter, { path, layer }: Direction, { all, last }: NodeOutputs): Value {
  const { graph } = exporter;
  if (layer.returnSequences) {
    return { name: exporter.node(path, 'Squeeze', [all, graph.ints([1])]), layout: 'time' };
  }
  return { name: exporter.node(path, 'Squeeze', [last, graph.ints([0])]), layout: 'row' };
}

/** One direction as a node of its own. */
function single(exporter: Exporter, path: string, layer: RNN, x: string, reads: 'forward' | 'reverse'): Value {
  const operator = recurrentOperator(exporter, path, layer);
  const outputs = recurrentNode(exporter, path, x, [{ path, layer }], [operator], reads);
  return outputOf(exporter, { path, layer }, outputs);
}

/** Writes a recurrent layer. `goBackwards` of it is that of the whole model. */
export function exportRecurrent(exporter: Exporter, path: string, layer: RNN, x: Value): Value {
  const { name } = exporter.arranged(path, x, 'time');
  return single(exporter, path, layer, name, exporter.reversed ? 'reverse' : 'forward');
}

/** Whether two directions can share a node: with the same operator, units and common attributes. */
function share(a: RecurrentOperator, b: RecurrentOperator): boolean {
  return a.op === b.op && JSON.stringify(a.attributes) === JSON.stringify(b.attributes);
}

/** Writes a bidirectional layer: as one node if the directions fit, otherwise as two, whose outputs are merged. */
export function exportBidirectional(
  exporter: Exporter,
  path: string,
  { layers, mergeMode }: Bidirectional,
  x: Value,
): Value {
  const directions = layers.map((layer, d): Direction => {
    const inner = `${path}.${d === 0 ? 'forward' : 'backward'}`;
    if (!(layer instanceof RNN))
      return exporter.refuse(inner, 'be an LSTM, a GRU or a SimpleRNN in a Bidirectional', layer);
    return { path: inner, layer };
  });
  const { name } = exporter.arranged(path, x, 'time');
  const operators = directions.map(({ path: inner, layer }) => recurrentOperator(exporter, inner, layer));
  if (mergeMode === 'concat' && !exporter.reversed && share(operators[0]!, operators[1]!)) {
    const outputs = recurrentNode(exporter, path, name, directions, operators, 'bidirectional');
    return joined(exporter, path, directions[0]!.layer, outputs);
  }
  const orders = exporter.reversed ? (['reverse', 'forward'] as const) : (['forward', 'reverse'] as const);
  const [y, z] = directions.map(({ path: inner, layer }, d) => single(exporter, inner, layer, name, orders[d]!));
  return { name: merged(exporter, path, mergeMode, [y!.name, z!.name]), layout: y!.layout };
}

/** (B1) from the output of one node: [T, 2, B, H] to [T, B, 2·H], or [2, B, H] to [B, 2·H]. */
function joined(exporter: Exporter, path: string, { returnSequences, cell }: RNN, { all, last }: NodeOutputs): Value {
  const perm = { ints: returnSequences ? [0, 2, 1, 3] : [1, 0, 2] };
  const turned = exporter.node(path, 'Transpose', [returnSequences ? all : last], { perm });
  const shape = exporter.graph.ints([...(returnSequences ? [0, 0] : [0]), 2 * cell.units]); // 0 keeps an axis
  return { name: exporter.node(path, 'Reshape', [turned, shape]), layout: returnSequences ? 'time' : 'row' };
}

/** (B1) to (B4) */
function merged(
  exporter: Exporter,
  path: string,
  mode: Bidirectional['mergeMode'],
  outputs: readonly string[],
): string {
  if (mode === 'concat') return exporter.node(path, 'Concat', outputs, { axis: { int: -1 } });
  if (mode === 'mul') return exporter.node(path, 'Mul', outputs);
  const sum = exporter.node(path, 'Add', outputs);
  if (mode === 'sum') return sum;
  return exporter.node(path, 'Mul', [sum, exporter.graph.floats(`${path}.half`, [], [0.5])]);
}
