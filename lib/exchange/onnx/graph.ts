// The graph of an ONNX file: nodes with their attributes, and constants.

import { describe } from '../../describe.ts';
import { FormatError } from '../../errors.ts';
import { Message, noOnnx } from './protobuf.ts';

/** Attributes of a node by name. */
export type Attributes = ReadonlyMap<string, Message>;

/** A node of a graph. */
export interface Node {
  /** Its name; where it has none, that of its first output. */
  readonly name: string;
  /** Operator, with the domain if that is not ONNX' own: `LSTM`, `com.microsoft.Attention`. */
  readonly op: string;
  /** Names of values; '' for one that is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Attributes;
}

/** A graph: that of the model, or a branch of a node. */
export interface Graph {
  /** What leads to it: `['If_3.then_branch']`; empty for the graph of the model. */
  readonly path: readonly string[];
  readonly nodes: readonly Node[];
  /** TensorProtos by name. */
  readonly initializers: ReadonlyMap<string, Message>;
  readonly inputs: readonly string[];
  /** Lengths of the axes of inputs, by name; 0 for one that is not fixed. */
  readonly inputShapes: ReadonlyMap<string, readonly number[]>;
  readonly outputs: readonly string[];
  /** The graph around it, whose values it sees. */
  readonly outer: Graph | undefined;
  /** The node that computes a value, by the name of the value. */
  readonly producers: ReadonlyMap<string, Node>;
  /** Version of its operators. */
  readonly version: number;
  /** Bytes of the file: no constant has more elements. */
  readonly size: number;
}

/** The deepest graph within graphs. */
const DEEPEST = 8;
const OWN_DOMAINS: readonly string[] = ['', 'ai.onnx'];

/** Numbers of the fields of the messages of ONNX (onnx.proto). */
const MODEL = { irVersion: 1, graph: 7, opset: 8, functions: 25 } as const;
const OPSET = { domain: 1, version: 2 } as const;
const GRAPH = { node: 1, initializer: 5, input: 11, output: 12, sparse: 15 } as const;
const NODE = { input: 1, output: 2, name: 3, op: 4, attribute: 5, domain: 7 } as const;
const ATTRIBUTE = { name: 1, f: 2, i: 3, s: 4, t: 5, g: 6, floats: 7, ints: 8, strings: 9, graphs: 11 } as const;
const VALUE = { name: 1, type: 2 } as const;
/** From a TypeProto to the lengths of axes. */
const TYPE = { tensor: 1, shape: 2, dimension: 1, length: 1 } as const;
const TENSOR_NAME = 8;

/** A name of a file in a message. */
export const quoted = (name: string): string => describe(name);

/** What a file and its nodes are refused for. */
export function refuseNode(where: string, node: Node, expected: string, received: string, remedy?: string): never {
  throw new FormatError({
    where,
    argument: `node ${quoted(node.name).slice(1, -1)}`,
    expected,
    received,
    ...(remedy !== undefined && { remedy }),
  });
}

/** Reads the graph of a file. */
export function readGraph(where: string, bytes: Uint8Array): Graph {
  const model = Message.ofFile(where, bytes);
  const graph = model.message(MODEL.graph);
  const versions = model.messages(MODEL.opset);
  const own = versions.find((opset) => OWN_DOMAINS.includes(opset.text(OPSET.domain)));
  if (graph === undefined || own === undefined) return noOnnx(where, 'no graph, or no version of its operators');
  const version = own.integer(OPSET.version);
  if (version < 7) {
    throw new FormatError({
      where,
      argument: 'bytes',
      expected: 'have operators of version 7 or later',
      received: `version ${version}`,
      remedy: 'onnx.version_converter brings them up to date',
    });
  }
  return graphOf(where, graph, [], { version, size: bytes.length, outer: undefined });
}

function graphOf(
  where: string,
  message: Message,
  path: readonly string[],
  around: Pick<Graph, 'version' | 'size' | 'outer'>,
): Graph {
  if (path.length > DEEPEST) noOnnx(where, `graphs in graphs, deeper than ${DEEPEST}`);
  const nodes = message.messages(GRAPH.node).map(nodeOf);
  const producers = new Map<string, Node>();
  for (const node of nodes) for (const output of node.outputs) producers.set(output, node);
  const names = (field: number): string[] => message.messages(field).map((info) => info.text(VALUE.name));
  const initializers = new Map(message.messages(GRAPH.initializer).map((tensor) => [tensor.text(TENSOR_NAME), tensor]));
  const inputs = names(GRAPH.input).filter((name) => !initializers.has(name)); // older files list constants, too
  const inputShapes = new Map(
    message.messages(GRAPH.input).flatMap((info) => {
      const shape = info.message(VALUE.type)?.message(TYPE.tensor)?.message(TYPE.shape);
      const lengths = shape?.messages(TYPE.dimension).map((dimension) => dimension.integer(TYPE.length));
      return lengths === undefined ? [] : [[info.text(VALUE.name), lengths] as const];
    }),
  );
  return { path, nodes, initializers, inputs, inputShapes, outputs: names(GRAPH.output), producers, ...around };
}

function nodeOf(message: Message): Node {
  const domain = message.text(NODE.domain);
  const op = message.text(NODE.op);
  const outputs = message.texts(NODE.output);
  return {
    name: message.text(NODE.name) || (outputs.find((output) => output !== '') ?? ''),
    op: OWN_DOMAINS.includes(domain) ? op : `${domain}.${op}`,
    inputs: message.texts(NODE.input),
    outputs,
    attributes: new Map(
      message.messages(NODE.attribute).map((attribute) => [attribute.text(ATTRIBUTE.name), attribute]),
    ),
  };
}

/** The graphs within a node: branches of `If`, bodies of `Loop` and `Scan`. */
export function graphsIn(where: string, node: Node, graph: Graph): Graph[] {
  return [...node.attributes].flatMap(([name, attribute]) =>
    [...attribute.messages(ATTRIBUTE.g), ...attribute.messages(ATTRIBUTE.graphs)].map((inner) =>
      graphOf(where, inner, [...graph.path, `${node.name}.${name}`], {
        version: graph.version,
        size: graph.size,
        outer: graph,
      }),
    ),
  );
}

/** An integer of a node. */
export function integerOf({ attributes }: Node, name: string, otherwise: number): number {
  return attributes.get(name)?.integer(ATTRIBUTE.i) ?? otherwise;
}

/** A float of a node. */
export function floatOf({ attributes }: Node, name: string): number | undefined {
  return attributes.get(name)?.floats(ATTRIBUTE.f).at(-1);
}

/** A text of a node. */
export function textOf({ attributes }: Node, name: string, otherwise: string): string {
  return attributes.get(name)?.text(ATTRIBUTE.s) ?? otherwise;
}

/** Integers of a node; undefined if it has no such attribute. */
export function integersOf({ attributes }: Node, name: string): number[] | undefined {
  return attributes.get(name)?.integers(ATTRIBUTE.ints);
}

/** Floats of a node. */
export function floatsOf({ attributes }: Node, name: string): number[] {
  return attributes.get(name)?.floats(ATTRIBUTE.floats) ?? [];
}

/** Texts of a node; undefined if it has no such attribute. */
export function textsOf({ attributes }: Node, name: string): string[] | undefined {
  return attributes.get(name)?.texts(ATTRIBUTE.strings);
}

/** The TensorProto of a node. */
export function tensorIn({ attributes }: Node, name: string): Message | undefined {
  return attributes.get(name)?.message(ATTRIBUTE.t);
}
