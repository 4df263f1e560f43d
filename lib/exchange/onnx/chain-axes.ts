// The axes of the value on a path, and their lengths.

import { type Axes, movedAxes, transposedAxes } from './axes.ts';
import type { PathNode } from './chain.ts';
import type { Constants } from './constants.ts';
import { integerOf, integersOf, type Node } from './graph.ts';
import { typeNamed } from './tensor.ts';

const MOVING: readonly string[] = ['Transpose', 'Squeeze', 'Reshape'];

/** Whether an operator moves axes. */
export function movesAxes({ op }: Node): boolean {
  return MOVING.includes(op);
}

/** Element types that hold features, and indices. */
const WIDE: readonly (string | undefined)[] = ['float32', 'float64'];
const INTEGERS: readonly (string | undefined)[] = ['int32', 'int64'];

/** Orders of the axes of an input of sequences. */
const SEQUENCES: readonly Axes[] = [
  ['0', '1', 'F'],
  ['0', 'F', '1'],
  ['F', '0', '1'],
];

/** Refuses a node. */
export type Refuse = (node: Node, expected: string, received: string) => never;

/** The axes of the input of a graph. `first`: the node of the first layer, and `moves` the nodes before it. */
function inputAxes(first: Node | undefined, moves: readonly Node[], rank: number | undefined, refuse: Refuse): Axes {
  if (first?.op === 'Gather') return ['0', '1'];
  if (rank === 2) return ['0', 'F'];
  const place = first?.op === 'Conv' ? 1 : 2;
  const read = (axes: Axes): Axes =>
    moves
      .filter(({ op }) => op === 'Transpose')
      .reduce((names, node) => transposedAxes(node, names, (...words) => refuse(node, ...words)), axes);
  return SEQUENCES.find((axes) => read(axes)[place] === 'F') ?? SEQUENCES[0]!;
}

/** Follows the axes along a path. */
export class ChainAxes {
  readonly #constants: Constants;
  readonly #refuse: Refuse;
  readonly #lengths = new Map<string, number>();
  /** The axis that layers over time read along. */
  #time: string | undefined;
  names: Axes;

  /** @param shape - of the input: 0 for lengths that are not fixed; @param isLayer - whether a node becomes a layer */
  constructor(
    constants: Constants,
    refuse: Refuse,
    nodes: readonly PathNode[],
    shape: readonly number[] | undefined,
    isLayer: (node: Node) => boolean,
  ) {
    this.#constants = constants;
    this.#refuse = refuse;
    const first = nodes.findIndex(({ node }) => isLayer(node) && !movesAxes(node));
    const moves = nodes.slice(0, Math.max(0, first)).map(({ node }) => node);
    this.names = inputAxes(nodes[first]?.node, moves, shape?.length, refuse);
    shape?.forEach((length, k) => {
      if (length > 0) this.#lengths.set(this.names[k] ?? '', length);
    });
  }

  /** Length of an axis; undefined if it is not fixed. */
  length(axis: string): number | undefined {
    return this.#lengths.get(axis);
  }

  /** Sets the length of an axis; undefined if it is not fixed. */
  setLength(axis: string, length: number | undefined): void {
    if (length === undefined) this.#lengths.delete(axis);
    else this.#lengths.set(axis, length);
  }

  /** Follows a node that moves axes. */
  move(node: Node): void {
    this.names = movedAxes(node, this.names, {
      integers: (attribute, input) => {
        const name = node.inputs[input];
        if (name === undefined || name === '') return integersOf(node, attribute);
        const constant = this.#constants.get(name);
        return constant && constant.data.length <= 8 ? Array.from(constant.data as Float64Array, Number) : undefined;
      },
      length: (axis) => this.length(axis),
      join: (size) => this.setLength('F', size),
      fail: (expected, received) => this.#refuse(node, expected, received),
    });
  }

  /** Requires that all layers over time take the same axis for it. */
  readAlong(node: Node, time: string): void {
    this.#time ??= time;
    if (this.#time !== time) {
      this.#refuse(node, 'read along the axis that the nodes before it read along', 'the other one');
    }
  }

  /** Whether the last axis are the features of a layer. */
  get endWithFeatures(): boolean {
    return this.names.at(-1) === 'F' && !this.names.includes('D');
  }

  /** Requires that the last axis are the features of a layer. */
  requireFeaturesLast(node: Node): void {
    if (!this.endWithFeatures) this.#refuse(node, 'read the features of a layer along the last axis', `axes ${this}`);
  }

  /** Refuses a Cast that changes numbers. Indices stay what they are as integers. */
  requireKept(node: Node): void {
    const type = typeNamed(integerOf(node, 'to', 0));
    const kept = WIDE.includes(type) || (INTEGERS.includes(type) && !this.names.includes('F'));
    if (!kept) this.#refuse(node, 'keep the numbers', `Cast to ${type ?? 'another type'}`);
  }

  toString(): string {
    return `[${this.names.join(', ')}]`;
  }
}
