// Follows a graph from an output back to an input, along a single path.

import { FormatError } from '../../errors.ts';
import type { Constants } from './constants.ts';
import { originOf } from './constants.ts';
import { type Graph, type Node, quoted, refuseNode } from './graph.ts';

/** A node on the path, and the index of its output that the path takes. */
export interface PathNode {
  readonly node: Node;
  readonly output: number;
}

/** The path from an input of the graph to an output. */
export interface Path {
  readonly input: string;
  /** From the input to the output. */
  readonly nodes: readonly PathNode[];
}

/** The most nodes of a path. */
const LONGEST = 4096;

/** The index of the input that the path goes on through. */
function throughInput(where: string, node: Node, constants: Constants): number {
  const { inputs, op } = node;
  if (op === 'Gather') return 1;
  if (op !== 'Add') return 0;
  const open = [0, 1].filter((k) => constants.get(inputs[k] ?? '') === undefined);
  if (open.length !== 1) refuseNode(where, node, 'add a constant to a value', `${2 - open.length} constants`);
  return open[0]!;
}

/** Follows a graph from an output to an input. */
export function pathTo(where: string, graph: Graph, constants: Constants, output: string): Path {
  const nodes: PathNode[] = [];
  let value = output;
  while (!graph.inputs.includes(value)) {
    const node = graph.producers.get(value);
    if (node === undefined || nodes.length >= LONGEST) {
      throw new FormatError({
        where,
        argument: `output ${quoted(output).slice(1, -1)}`,
        expected: 'come from an input of the graph, node by node',
        received: node === undefined ? originOf(value, graph) : `more than ${LONGEST} nodes`,
      });
    }
    nodes.unshift({ node, output: node.outputs.indexOf(value) });
    const next = node.inputs[throughInput(where, node, constants)];
    if (next === undefined || next === '') refuseNode(where, node, 'be of an operator that layers have', node.op);
    else value = next;
  }
  return { input: value, nodes };
}
