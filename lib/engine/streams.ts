// The streams of one layer.

import type { Arena, Take } from '../memory/arena.ts';
import type { PassOwner } from './passes.ts';
import { type MaskOwner, Stream } from './stream.ts';

/** The streams of one layer, one for each batch size. They share the packed weights. */
export class Streams<S> {
  readonly #owner: PassOwner & MaskOwner;
  readonly #streams = new Map<number, Stream<S>>();
  /** Where the packed weights lie, in the order in which the layer takes room for them. */
  #weights: readonly number[] = [];

  constructor(owner: PassOwner & MaskOwner) {
    this.#owner = owner;
  }

  /** The stream of B rows of F features. */
  open(where: string, B: number, F: number): Stream<S> {
    const opened = this.#streams.get(B) ?? this.#make(where, B, F);
    this.#streams.set(B, opened);
    return opened;
  }

  #make(where: string, B: number, F: number): Stream<S> {
    const parameters = this.#owner.buildWithRoom(where, F, (take, arena) => this.#lay(arena, take, B, F));
    const { arena } = parameters;
    const { input, pass, weights } = arena.keepAll((take) => this.#lay(arena, take, B, F), 'streams');
    this.#weights = weights;
    return new Stream(this.#owner, parameters, input, pass);
  }

  #lay(arena: Arena, take: Take, B: number, F: number) {
    const weights: number[] = [];
    const takeWeights = (size: number): number => {
      weights.push(this.#weights[weights.length] ?? take(size));
      return weights.at(-1)!;
    };
    const { kernels } = arena;
    const input = { at: take(B * F), T: 1, B, F };
    const random = this.#owner.maskSource;
    const pass = this.#owner.layOut({ purpose: 'step', packed: false, kernels, random, take, takeWeights }, input);
    return { input, pass, weights };
  }
}
