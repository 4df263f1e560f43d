// Carried states as a caller holds them: a tree of arrays [B, width], by name or by layer and name.

import { reading, refuse, refuseUnreadable, requirePresent, requireRecord, requireShape } from '../checks.ts';
import { copyOf, type FloatNdArrayLike, requireNdArray } from '../tensor/ndarray-like.ts';
import { areApart, hasOwnElements, refuseShared } from '../tensor/overlap.ts';
import { allocate, type DType } from '../tensor/storage.ts';
import { Tensor } from '../tensor/tensor.ts';
import type { Arena } from './arena.ts';
import { KeptMatrix, MatrixSnapshot } from './matrix.ts';

/** One array of a state. */
export interface StateSpec {
  /** Names from the root of the tree: `['h']`, or `['lstm1', 'h']` in a network. */
  readonly path: readonly string[];
  /** Features: the array has shape [B, width]. */
  readonly width: number;
}

/** One array of a state, and the caller's array that was read last. */
export class StateLeaf implements StateSpec {
  readonly path: readonly string[];
  readonly width: number;
  /** The caller's array, or a copy of one that is only read. */
  readonly given: MatrixSnapshot;

  constructor({ path, width }: StateSpec, B: number) {
    this.path = path;
    this.width = width;
    this.given = new MatrixSnapshot(B, width);
  }

  /** `h`, or `lstm1.h`: the name of the array in a file. */
  get name(): string {
    return this.path.join('.');
  }
}

interface Branch {
  readonly names: readonly string[];
  readonly children: readonly Node[];
}

type Node = StateLeaf | Branch;

/** The leaves as a tree; `depth` is the number of names that lead to it. */
function branchOf(leaves: readonly StateLeaf[], depth = 0): Branch {
  const groups = new Map<string, StateLeaf[]>();
  for (const leaf of leaves) {
    const name = leaf.path[depth]!;
    groups.set(name, [...(groups.get(name) ?? []), leaf]);
  }
  const children = [...groups.values()].map((group): Node => {
    return group[0]!.path.length === depth + 1 ? group[0]! : branchOf(group, depth + 1);
  });
  return { names: [...groups.keys()], children };
}

/** Counts the keys of a record without allocating a list of them. */
function countKeys(record: object): number {
  let count = 0;
  for (const _ in record) count++;
  return count;
}

type Fields = Readonly<Record<string, unknown>>;

/** Reads a state of the usual form without allocating; false for anything else. */
function readUsual({ names, children }: Branch, value: unknown): boolean {
  if (typeof value !== 'object' || value === null || countKeys(value) !== names.length) return false;
  for (let i = 0; i < names.length; i++) {
    const child = children[i]!;
    const own = (value as Fields)[names[i]!];
    if (!(child instanceof StateLeaf ? child.given.read(own) : readUsual(child, own))) return false;
  }
  return true;
}

/** Reads any state. Refuses one that does not fit, and names the part. */
function readAny(where: string, argument: string, node: Node, value: unknown, writable: boolean): void {
  if (node instanceof StateLeaf) {
    readArray(where, argument, node.given, value, writable);
    return;
  }
  const { names, children } = node;
  if (names.length === 0) requireEmpty(where, argument, value);
  const of = children[0] instanceof StateLeaf ? 'arrays' : 'states';
  requirePresent(where, argument, value, `be an object { ${names.join(', ')} } of ${of}`);
  const given: Readonly<Record<string, unknown>> = requireRecord(where, argument, value as object, names) as never;
  children.forEach((child, i) => {
    readAny(where, `${argument}.${names[i]}`, child, given[names[i]!], writable);
  });
}

function readArray(where: string, argument: string, given: MatrixSnapshot, value: unknown, writable: boolean): void {
  const { shape } = given;
  requirePresent(where, argument, value, `be an array [${shape.join(', ')}]`);
  const source = requireNdArray(where, argument, value);
  requireShape(where, argument, source.shape, shape);
  // An array that is only read may have any type, and the coming pass may move the memory of an arena: copy it.
  if (given.read(writable ? source : copyOf(where, argument, source, 'float64'))) return;
  refuse(where, argument, 'hold a Float32Array or Float64Array, to be updated in place', source.data);
}

function requireEmpty(where: string, argument: string, value: unknown): void {
  if (typeof value === 'object' && value !== null && countKeys(value) === 0) return;
  refuse(where, argument, 'be {}, as no layer is recurrent', value);
}

/** Makes, checks and copies the states of B rows. `S` is their type: arrays by name, or records of such by layer. */
export class StateTree<S> {
  /** Rows of each array. */
  readonly B: number;
  /** All arrays, in order. */
  readonly leaves: readonly StateLeaf[];
  readonly #dtype: DType;
  readonly #root: Branch;

  constructor(specs: readonly StateSpec[], B: number, dtype: DType) {
    this.B = B;
    this.leaves = specs.map((spec) => new StateLeaf(spec, B));
    this.#dtype = dtype;
    this.#root = branchOf(this.leaves);
  }

  /** Reads a state whose arrays are only read; refuses one that lacks an array, has another shape, or another name. */
  read(where: string, argument: string, state: unknown): void {
    reading(where, argument, () => readAny(where, argument, this.#root, state, false));
  }

  /** The same for a state that is updated in place: no two of its elements may share memory. */
  readWritable(where: string, argument: string, state: unknown): void {
    try {
      if (!readUsual(this.#root, state)) readAny(where, argument, this.#root, state, true);
    } catch (error) {
      refuseUnreadable(where, argument, error); // without a closure: a step of a stream allocates nothing
    }
    const { leaves } = this;
    for (let i = 0; i < leaves.length; i++) {
      const { given } = leaves[i]!;
      let apart = hasOwnElements(given);
      for (let k = 0; k < i && apart; k++) apart = areApart(leaves[k]!.given, given);
      if (!apart) refuseShared(where, `${argument}.${leaves[i]!.name}`, 'Make a state by zeroState or copyState');
    }
  }

  /** Makes a state of new arrays: zeros, unless `fill` writes to them. Errors name `where` and `argument`. */
  make(fill?: (array: Tensor, leaf: StateLeaf) => void, where?: string, argument?: string): S {
    return this.#of((leaf) => {
      const { shape } = leaf.given;
      const array = new Tensor({ data: allocate(this.#dtype, shape[0]! * shape[1]!, where, argument) }, shape);
      fill?.(array, leaf);
      return array;
    });
  }

  /** The rows from `start` to before `end` of the state that was read last for writing: views of its arrays. */
  rows(start: number, end: number): S {
    return this.#of(({ given: { data, shape, stride, offset } }) => {
      return { data, shape: [end - start, shape[1]!], stride, offset: offset + start * stride[0]! };
    });
  }

  /** A state of arrays that are made for each leaf. */
  #of(make: (leaf: StateLeaf) => FloatNdArrayLike): S {
    const made = (node: Node): unknown => {
      if (node instanceof StateLeaf) return make(node);
      return Object.fromEntries(node.children.map((child, i) => [node.names[i]!, made(child)]));
    };
    return made(this.#root) as S;
  }
}

/** The states of a tree at one place in an arena: one array [B, width] for each leaf. */
export class StateSlot<S> {
  readonly #tree: StateTree<S>;
  readonly #arrays: readonly KeptMatrix[];

  /**
   * @param places - where the array of each leaf begins
   * @param order - the caller's row of each row in the arena; default the same
   */
  constructor(arena: Arena, tree: StateTree<S>, places: readonly number[], order?: ArrayLike<number>) {
    this.#tree = tree;
    this.#arrays = tree.leaves.map(({ width }, k) => new KeptMatrix(arena, places[k]!, tree.B, width, order));
  }

  /** Copies in the state that the tree read last. */
  load(): void {
    const { leaves } = this.#tree;
    for (let k = 0; k < leaves.length; k++) this.#arrays[k]!.copyFrom(leaves[k]!.given);
  }

  /** Fills it with zeros. */
  clear(): void {
    for (const array of this.#arrays) array.clear();
  }

  /** Copies out into the state that the tree read last: all rows, or those for which `counts` is 1 or true. */
  store(counts?: ArrayLike<boolean | number>): void {
    const { leaves } = this.#tree;
    for (let k = 0; k < leaves.length; k++) this.#arrays[k]!.copyTo(leaves[k]!.given, counts);
  }

  /** A copy. */
  copy(): S {
    let k = 0;
    return this.#tree.make((array: FloatNdArrayLike) => this.#arrays[k++]!.copyTo(array));
  }
}
