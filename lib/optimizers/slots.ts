// The state of an optimizer: inside the arena of the parameters while the optimizer trains them, otherwise outside.

import type { Parameters } from '../parameters/parameters.ts';
import { allocate, type FloatArray } from '../tensor/storage.ts';
import { Tensor } from '../tensor/tensor.ts';

/** The slots of an optimizer for one set of parameters: arrays with one entry per element. */
export class Slots {
  readonly #parameters: Parameters;
  /** Offset of each slot in the arena. */
  #places: readonly number[];
  /** The slots while they are outside the arena. */
  #outside: readonly FloatArray[] | undefined;

  /** Allocates `count` slots. If memory runs out, nothing changes. */
  constructor(parameters: Parameters, count: number, where: string) {
    this.#parameters = parameters;
    this.#places = place(parameters, count, where);
  }

  /** Whether the slots are in the arena. */
  get inside(): boolean {
    return this.#outside === undefined;
  }

  /** Offset of each slot in the arena. */
  get places(): readonly number[] {
    return this.#places;
  }

  /** The slots as tensors, inside or outside the arena. */
  get tensors(): Tensor[] {
    const { arena, size } = this.#parameters;
    if (this.#outside !== undefined) return this.#outside.map((data) => new Tensor({ data }, [size]));
    return this.#places.map((at) => new Tensor(arena, [size], [1], at));
  }

  /** Lets `write` write the slots, which are in the arena. */
  write(write: (slot: FloatArray, k: number) => void): void {
    const { arena, size } = this.#parameters;
    for (const [k, at] of this.#places.entries()) write(arena.data.subarray(at, at + size), k);
  }

  /** Moves the slots into the arena. If memory runs out, nothing changes. */
  moveIn(where: string): void {
    if (this.#outside === undefined) return;
    this.#places = place(this.#parameters, this.#outside.length, where);
    for (const [k, data] of this.#outside.entries()) this.#parameters.arena.data.set(data, this.#places[k]);
    this.#outside = undefined;
  }

  /** Moves the slots out of the arena and frees their room. If memory runs out, nothing changes. */
  moveOut(where: string): void {
    if (this.#outside !== undefined) return;
    const { arena, size } = this.#parameters;
    const outside = this.#places.map(() => allocate(arena.dtype, size, where, 'optimizer'));
    for (const [k, at] of this.#places.entries()) outside[k]!.set(arena.data.subarray(at, at + size));
    this.#outside = outside;
    this.release();
  }

  /** Frees the room of the slots in the arena. */
  release(): void {
    const { arena, size } = this.#parameters;
    arena.release(this.#places, size);
    this.#places = [];
  }
}

function place({ arena, size }: Parameters, count: number, where: string): number[] {
  return arena.keepAll((take) => Array.from({ length: count }, () => take(size)), 'optimizer', where);
}
