// A layer that is any directed acyclic graph of layers, with one or several outputs.

import {
  reading,
  refuse,
  requireEntries,
  requireInstance,
  requirePresent,
  requireRecord,
  requireShape,
} from '../checks.ts';
import { describe, didYouMean } from '../describe.ts';
import { oneOf, optional, readOptions, required, type Schema, unchecked } from '../options.ts';
import { BUILD_OPTIONS, type BuildOptions } from '../parameters/build-options.ts';
import { Tensor } from '../tensor/tensor.ts';
import type { Layer, LayerConfig } from './layer.ts';
import { WiredLayer } from './wired-layer.ts';
import { type BranchMerge, nameOf, valueShapes, type WiredNode } from './wiring.ts';

/** A node of a graph. */
export interface GraphNode {
  /** The layer; a new one. */
  readonly layer: Layer;
  /** What it reads: `'input'`, or nodes before it, by name. Default the node before it, for the first one `'input'`. */
  readonly from?: string | readonly string[];
  /** How several values become one: `'concat'`, (J1), or `'sum'`, (J2); default `'concat'`. */
  readonly merge?: BranchMerge;
}

/** Options of a graph. */
export interface GraphOptions extends BuildOptions {
  /** The nodes by name, in an order in which each reads only nodes before it. */
  readonly nodes: Readonly<Record<string, GraphNode>>;
  /** Names of the nodes, or `'input'`, whose outputs are the output, one above the other, (J1); default the last node. */
  readonly outputs?: string | readonly string[];
}

const OPTIONS: Schema<GraphOptions, 'outputs' | keyof BuildOptions> = {
  ...BUILD_OPTIONS,
  nodes: required(unchecked<GraphOptions['nodes']>),
  outputs: optional(unchecked<NonNullable<GraphOptions['outputs']>>),
};

const NODE: Schema<GraphNode, 'from'> = {
  layer: required(unchecked<Layer>),
  from: optional(unchecked<NonNullable<GraphNode['from']>>),
  merge: optional(oneOf('concat', 'sum'), 'concat'),
};

/** A name of a node: also the first part of the names of its parameters. */
const NAME = /^[A-Za-z_]\w*$/;

/** A node with the names that it reads. */
interface NamedNode {
  readonly name: string;
  readonly layer: Layer;
  readonly from: readonly string[];
  readonly merge: BranchMerge;
}

/**
 * A directed acyclic graph of layers: each node reads the input, one node, or several as one. Several outputs lie one
 * above the other in the output [B, T, F]; `separate` divides it again, and `SplitLoss` has a loss for each of them.
 *
 * Parameters are named after the nodes: `vad.kernel`. To load a saved model with this layer, pass the class to `fromBytes`
 * in `classes`.
 *
 * @example
 * ```ts
 * const gru = (units: number) => new GRU({ units, returnSequences: true });
 * const graph = new Graph({
 *   nodes: {
 *     dense: { layer: new Dense({ units: 8, activation: 'tanh' }), from: 'input' },
 *     vad: { layer: gru(6), from: 'dense' },
 *     noise: { layer: gru(4), from: ['dense', 'vad', 'input'] },
 *   },
 *   outputs: ['vad', 'noise'],
 * });
 * const y = graph.forward(zeros([2, 5, 3]));
 * y.shape;                       // [2, 5, 10]
 * graph.separate(y).noise.shape; // [2, 5, 4]
 * ```
 */
export class Graph extends WiredLayer {
  /** Name in saved files. */
  static readonly kind = 'Graph';
  readonly kind = 'Graph';
  /** The layers by the name of their node. */
  readonly layers: Readonly<Record<string, Layer>>;
  /** Names of what makes up the output, in order. */
  readonly outputs: readonly string[];
  readonly #nodes: readonly NamedNode[];

  /**
   * @param options - `nodes`; `outputs`: default the last node; `seed`, `dtype`, `inputSize`, `backend`: see BuildOptions
   * @throws ArgumentError for names that are unknown, used twice or come later, nodes that nothing reads, layers that are
   *   in use or do not fit what they read
   */
  constructor(options: GraphOptions) {
    const where = 'Graph';
    const { nodes: given, outputs: asked, ...build } = readOptions(where, options, OPTIONS);
    const named = requireNodes(where, given);
    const names = ['input', ...named.map(({ name }) => name)];
    const outputs = requireNames(where, 'outputs', asked === undefined ? names.at(-1)! : asked, names);
    const numberOf = (name: string): number => names.indexOf(name);
    const nodes = named.map(
      ({ name, layer, from, merge }): WiredNode => ({ path: [name], layer, sources: from.map(numberOf), merge }),
    );
    const read = new Set([...outputs, ...named.flatMap(({ from }) => from)]);
    const unread = named.find(({ name }) => !read.has(name));
    if (unread !== undefined) {
      refuse(
        where,
        'nodes',
        'all be read by another node or be outputs',
        unread.name,
        'Remove it, or name it in outputs',
      );
    }
    const wiring = { nodes, outputs: outputs.map(numberOf), merge: 'concat' } as const;
    super(where, wiring, build, (node) => (node === undefined ? 'outputs' : `nodes.${nameOf(node)}`));
    this.layers = Object.fromEntries(named.map(({ name, layer }) => [name, layer]));
    this.outputs = outputs;
    this.#nodes = named;
  }

  /** @internal */
  config(_where: string): LayerConfig {
    const nodes = this.#nodes.map(({ name, layer, from, merge }) => [name, { layer, from, merge }] as const);
    return { nodes: Object.fromEntries(nodes), outputs: this.outputs };
  }

  /**
   * Divides an output, or its gradient, into those of the nodes that make it up.
   *
   * @param output - [..., F]
   * @returns views by name
   * @throws ShapeError for an array of another size; ArgumentError
   */
  separate(output: Tensor): Readonly<Record<string, Tensor>> {
    const where = 'Graph.separate';
    const shapes = valueShapes(this.wiring, { T: 1, B: 1, F: this.inputSize ?? Number.NaN });
    const sizes = this.wiring.outputs.map((v) => shapes[v]!.F);
    return reading(where, 'output', () => {
      const { shape } = requireInstance(where, 'output', output, Tensor, 'be a tensor');
      const outer = shape.slice(0, -1).map(() => null);
      const total = sizes.reduce((sum, size) => sum + size, 0);
      if (shape.at(-1) !== total) requireShape(where, 'output', shape, [...shape.slice(0, -1), total]);
      let end = 0;
      const parts = this.outputs.map((name, k) => {
        const begin = end;
        end += sizes[k]!;
        return [name, output.hi(...outer, end).lo(...outer, begin)] as const;
      });
      return Object.fromEntries(parts);
    });
  }
}

/** Checks names and sources of nodes; the layers are checked later. */
function requireNodes(where: string, given: GraphOptions['nodes']): NamedNode[] {
  const expected = 'be an object of nodes { layer, from } by name';
  requirePresent(where, 'nodes', given, expected);
  const entries = reading(where, 'nodes', () =>
    typeof given !== 'object' || Array.isArray(given) ? refuse(where, 'nodes', expected, given) : Object.entries(given),
  );
  if (entries.length === 0) refuse(where, 'nodes', 'be an object of at least one node', given);
  const names = ['input'];
  return entries.map(([name, node]) => {
    const argument = `nodes.${name}`;
    if (!NAME.test(name)) refuse(where, 'nodes', 'have names of letters, digits and _', name);
    if (name === 'input')
      refuse(where, 'nodes', "not have a node named 'input', which is the input of the graph", name);
    const record = requireRecord(where, argument, node, Object.keys(NODE));
    const { layer, from = names.at(-1)!, merge } = readOptions(where, record, NODE, argument);
    const sources = requireNames(where, `${argument}.from`, from, names);
    names.push(name);
    return { name, layer, from: sources, merge };
  });
}

/** Checks names of values, and returns them as a list. */
function requireNames(
  where: string,
  argument: string,
  given: string | readonly string[],
  known: readonly string[],
): readonly string[] {
  const list =
    typeof given === 'string' ? [given] : requireEntries(where, argument, given, 'be a name, or an array of names');
  if (list.length === 0) refuse(where, argument, 'name at least one node', given);
  for (const [k, name] of list.entries()) {
    if (known.includes(name)) continue;
    const entry = typeof given === 'string' ? argument : `${argument}[${k}]`;
    const before = `be 'input' or a node before it: ${known.map((each) => describe(each)).join(', ')}`;
    refuse(where, entry, before, name, typeof name === 'string' ? didYouMean(name, known) : undefined);
  }
  if (new Set(list).size < list.length) refuse(where, argument, 'name each node once', list.join(', '));
  return list;
}
