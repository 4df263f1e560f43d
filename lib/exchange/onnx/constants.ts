// Constants of a graph: arrays in the file, and what nodes make of them.

import type { ForeignArray } from '../foreign-array.ts';
import { FOLDS } from './folds.ts';
import { type Graph, integersOf, type Node, quoted, refuseNode } from './graph.ts';
import { tensorOf } from './tensor.ts';

/** The most nodes between an array in the file and a weight. */
const DEEPEST = 64;

/** Integers of an input, such as axes: more than so many are none. */
const MOST_INTEGERS = 64;

/** The constants of a graph and of those around it. */
export class Constants {
  readonly #where: string;
  readonly #graph: Graph;
  readonly #outer: Constants | undefined;
  readonly #known = new Map<string, ForeignArray | undefined>();
  /** Elements that nodes may still make: exporters move each weight a few times. */
  readonly #budget: { left: number };
  #depth = 0;

  constructor(where: string, graph: Graph, outer?: Constants) {
    this.#where = where;
    this.#graph = graph;
    this.#outer = outer;
    this.#budget = outer === undefined ? { left: 2 * graph.size + (1 << 16) } : outer.#budget;
  }

  /** The constant of this name; undefined if it depends on inputs. */
  get(name: string): ForeignArray | undefined {
    if (this.#known.has(name)) return this.#known.get(name);
    const initializer = this.#graph.initializers.get(name);
    const node = this.#graph.producers.get(name);
    const found =
      initializer !== undefined
        ? tensorOf(this.#where, initializer, name)
        : node !== undefined
          ? this.#fold(node)
          : this.#graph.inputs.includes(name)
            ? undefined
            : this.#outer?.get(name);
    this.#known.set(name, found);
    return found;
  }

  #fold(node: Node): ForeignArray | undefined {
    const fold = FOLDS.get(node.op);
    if (fold === undefined) return undefined;
    if (++this.#depth > DEEPEST) refuseNode(this.#where, node, `be within ${DEEPEST} nodes of a constant`, 'more');
    const inputs = node.inputs.map((name) => (name === '' ? undefined : this.get(name)));
    this.#depth--;
    if (node.inputs.some((name, k) => name !== '' && inputs[k] === undefined)) return undefined;
    const fail = (expected: string, received: string): never => refuseNode(this.#where, node, expected, received);
    const input = (k: number): ForeignArray => inputs[k] ?? fail(`have input ${k}`, 'none');
    const integers = (attribute: string, k: number): number[] | undefined => {
      const data = inputs[k]?.data;
      if (data !== undefined && data.length > MOST_INTEGERS)
        fail(`have at most ${MOST_INTEGERS} ${attribute}`, `${data.length}`);
      return data === undefined ? integersOf(node, attribute) : Array.from(data as Float64Array, Number);
    };
    const result = fold({ where: this.#where, node, input, integers, fail });
    this.#budget.left -= result.data.length;
    if (this.#budget.left < 0) fail('move weights a few times', 'more elements than that');
    return result;
  }
}

/** Says where a value comes from that is no constant. */
export function originOf(name: string, graph: Graph): string {
  const node = graph.producers.get(name);
  if (node !== undefined) return `node ${quoted(node.name)} of ${node.op}`;
  if (graph.inputs.includes(name)) return `graph input ${quoted(name)}`;
  if (graph.initializers.has(name)) return `the constant ${quoted(name)}`;
  return graph.outer === undefined ? `${quoted(name)}, which is nowhere` : originOf(name, graph.outer);
}
