// Initial states and lengths of recurrent nodes: none, or what the caller gives.

import type { Constants } from './constants.ts';
import { originOf } from './constants.ts';
import type { Graph } from './graph.ts';
import { refuseNode, tensorIn } from './graph.ts';
import type { FoundNode } from './recurrent-node.ts';
import { inputOf } from './recurrent-node.ts';
import { tensorOf } from './tensor.ts';

/** Operators that only move numbers: their first input tells whether they are zeros, or inputs of the graph. */
const MOVES: readonly string[] = [
  'Identity',
  'Expand',
  'Slice',
  'Squeeze',
  'Unsqueeze',
  'Transpose',
  'Reshape',
  'Cast',
  'Gather',
  'Split',
  'Tile',
];
const DEEPEST = 64;

/** Where an initial state comes from. */
type Origin = 'zeros' | 'an input of the graph' | 'constants other than 0' | 'other nodes';

/** @param data - the input of the graph that the layers read, which gives nothing else */
function originOfGiven(
  where: string,
  name: string,
  graph: Graph,
  constants: Constants,
  data: string | undefined,
): Origin {
  let [value, within]: [string, Graph] = [name, graph];
  for (let k = 0; k < DEEPEST; k++) {
    const constant = constants.get(value);
    if (constant !== undefined) return zeroOr(constant.data.every((element) => Number(element) === 0));
    const node = within.producers.get(value);
    if (node === undefined) {
      if (within.inputs.includes(value)) return value === data ? 'other nodes' : 'an input of the graph';
      if (within.outer === undefined) return 'other nodes';
      within = within.outer;
    } else if (node.op === 'ConstantOfShape') {
      const filled = tensorIn(node, 'value');
      return zeroOr(filled === undefined || Number(tensorOf(where, filled, node.name).data[0]) === 0);
    } else if (!MOVES.includes(node.op)) return 'other nodes';
    else value = node.inputs[0] ?? '';
  }
  return 'other nodes';
}

const zeroOr = (zero: boolean): Origin => (zero ? 'zeros' : 'constants other than 0');

/** What a model stands for: one node, or the whole graph, whose layers read one input. */
type Whole = { readonly data: string } | undefined;

/**
 * Refuses a node whose initial states or lengths are constants, because they would be lost. `whole`: also those that other
 * nodes compute.
 */
export function requireFree(where: string, found: FoundNode, whole: Whole): void {
  requireFreeStates(where, found, whole);
  const { node, graph, constants } = found;
  const value = inputOf(node, 'sequence_lens');
  if (value === undefined) return;
  const origin = originOfGiven(where, value, graph, constants, whole?.data);
  if (origin === 'an input of the graph' || (whole === undefined && origin === 'other nodes')) return;
  const received = origin === 'other nodes' ? originOf(value, graph) : 'constants';
  const remedy = 'Lengths are given to the calls of the model; make them an input of the graph, or remove them';
  refuseNode(where, node, 'have no sequence_lens but those of an input of the graph', received, remedy);
}

function requireFreeStates(where: string, { node, graph, constants }: FoundNode, whole: Whole): void {
  for (const name of ['initial_h', 'initial_c'] as const) {
    const value = inputOf(node, name);
    if (value === undefined) continue;
    const origin = originOfGiven(where, value, graph, constants, whole?.data);
    if (origin === 'constants other than 0' || (whole !== undefined && origin === 'other nodes')) {
      const received = origin === 'other nodes' ? originOf(value, graph) : origin;
      refuseNode(where, node, `have an ${name} of zeros, or from an input of the graph`, received);
    }
  }
}
