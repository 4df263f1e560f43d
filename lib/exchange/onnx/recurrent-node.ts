// What a recurrent node of an ONNX file says about itself.

import { activationsOf, inWords, type NodeActivation } from './activations.ts';
import { Constants, originOf } from './constants.ts';
import {
  floatOf,
  floatsOf,
  type Graph,
  graphsIn,
  integerOf,
  type Node,
  quoted,
  readGraph,
  textOf,
  textsOf,
} from './graph.ts';

/** A recurrent node in a file. */
export interface RecurrentNode {
  /** Name of the node, or of its first output; with the path of the graph before it if it lies in a branch: `If_3.then_branch/LSTM_1`. */
  readonly name: string;
  /** Operator. */
  readonly op: 'LSTM' | 'GRU' | 'RNN';
  /** Order in which the sequence is read. */
  readonly direction: 'forward' | 'reverse' | 'bidirectional';
  /** Units of a direction; undefined if neither the node nor constant weights say. */
  readonly units: number | undefined;
  /** Features of the input; undefined if the weights are no constants. */
  readonly inputSize: number | undefined;
  /** Activations with their parameters, for each direction: `['Sigmoid', 'Tanh', 'Tanh']`. */
  readonly activations: readonly string[];
  /** Whether the gates see the cell state. */
  readonly peepholes: boolean;
  /** Bound of the pre-activations. */
  readonly clip: number | undefined;
  /** Whether the forget gate is 1 minus the input gate. */
  readonly inputForget: boolean;
  /** Whether the reset gate of a GRU stands after the recurrent product; undefined for others. */
  readonly resetAfter: boolean | undefined;
  /** 0: [T, B, I]; 1: [B, T, I]. */
  readonly layout: 0 | 1;
  /** Where its inputs come from, by ONNX' names: `{ X: 'graph input "x"', sequence_lens: … }`; without weights. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Names of its outputs by ONNX' names, those that there are: `{ Y: 'out' }`. */
  readonly outputs: Readonly<Record<string, string>>;
}

/** A recurrent node with what importing it takes. */
export interface FoundNode {
  readonly about: RecurrentNode;
  readonly node: Node;
  readonly graph: Graph;
  readonly constants: Constants;
  readonly activations: readonly NodeActivation[];
}

const OPS = ['LSTM', 'GRU', 'RNN'] as const;
const DIRECTIONS = ['forward', 'reverse', 'bidirectional'] as const;

/** Names of the inputs and outputs of the nodes, by position. */
export const INPUTS = ['X', 'W', 'R', 'B', 'sequence_lens', 'initial_h', 'initial_c', 'P'] as const;
const OUTPUTS = ['Y', 'Y_h', 'Y_c'] as const;
const WEIGHTS: readonly string[] = ['W', 'R', 'B', 'P'];

const DEFAULTS: Readonly<Record<RecurrentNode['op'], readonly string[]>> = {
  LSTM: ['Sigmoid', 'Tanh', 'Tanh'],
  GRU: ['Sigmoid', 'Tanh'],
  RNN: ['Tanh'],
};

/** Name of an input; undefined if it is left out. */
export function inputOf({ inputs }: Node, name: (typeof INPUTS)[number]): string | undefined {
  return inputs[INPUTS.indexOf(name)] || undefined;
}

function described(found: Omit<FoundNode, 'about'>): RecurrentNode {
  const { node, graph, constants, activations } = found;
  const op = node.op as RecurrentNode['op'];
  const [w, r] = [inputOf(node, 'W'), inputOf(node, 'R')];
  const shapeOf = (name: string | undefined) => (name === undefined ? undefined : constants.get(name)?.shape);
  const [, , inputSize] = shapeOf(w) ?? [];
  const units = shapeOf(r)?.[2] ?? (node.attributes.has('hidden_size') ? integerOf(node, 'hidden_size', 0) : undefined);
  const origin = (name: string): string =>
    constants.get(name) === undefined ? originOf(name, graph) : `constant ${quoted(name)}`;
  const inputs = INPUTS.filter((name) => !WEIGHTS.includes(name)).flatMap((name) => {
    const given = inputOf(node, name);
    return given === undefined ? [] : [[name, origin(given)] as const];
  });
  const outputs = OUTPUTS.flatMap((name, k) => (node.outputs[k] ? [[name, node.outputs[k]] as const] : []));
  const direction = textOf(node, 'direction', 'forward') as RecurrentNode['direction'];
  return {
    name: [...graph.path, node.name].join('/'),
    op,
    direction,
    units,
    inputSize,
    activations: activations.map(inWords),
    peepholes: inputOf(node, 'P') !== undefined,
    clip: floatOf(node, 'clip'),
    inputForget: integerOf(node, 'input_forget', 0) !== 0,
    resetAfter: op === 'GRU' ? integerOf(node, 'linear_before_reset', 0) !== 0 : undefined,
    layout: integerOf(node, 'layout', 0) === 1 ? 1 : 0,
    inputs: Object.fromEntries(inputs),
    outputs: Object.fromEntries(outputs),
  };
}

function activationsIn(node: Node): NodeActivation[] {
  const defaults = DEFAULTS[node.op as RecurrentNode['op']];
  const both = textOf(node, 'direction', 'forward') === 'bidirectional' ? [...defaults, ...defaults] : defaults;
  return activationsOf(
    textsOf(node, 'activations') ?? both,
    floatsOf(node, 'activation_alpha'),
    floatsOf(node, 'activation_beta'),
  );
}

/** A recurrent node with what importing it takes. */
export function foundNode(graph: Graph, constants: Constants, node: Node): FoundNode {
  const found = { node, graph, constants, activations: activationsIn(node) };
  return { ...found, about: described(found) };
}

function* nodesIn(where: string, graph: Graph, outer: Constants | undefined): Generator<FoundNode> {
  const constants = new Constants(where, graph, outer);
  for (const node of graph.nodes) {
    if (OPS.some((op) => op === node.op)) {
      yield foundNode(graph, constants, node);
    } else for (const inner of graphsIn(where, node, graph)) yield* nodesIn(where, inner, constants);
  }
}

/** The recurrent nodes of a file, in its order. */
export function findNodes(where: string, bytes: Uint8Array): FoundNode[] {
  return [...nodesIn(where, readGraph(where, bytes), undefined)];
}

/** Whether a direction is one that ONNX has. */
export function isDirection(direction: string): boolean {
  return DIRECTIONS.some((known) => known === direction);
}
