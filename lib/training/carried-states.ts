// States that a caller carries from one training step to the next.

import type { Packing } from '../engine/packing.ts';
import { shapeOf } from '../engine/signal.ts';
import type { ThroughTime } from '../engine/through-time.ts';
import type { Network, NetworkState } from '../layers/network.ts';
import { StateSlot, StateTree } from '../memory/states.ts';
import { copyInto, type NdArrayLike } from '../tensor/ndarray-like.ts';

/** A checked state of the caller, and its slots in the arena. */
interface CarriedState {
  readonly tree: StateTree<NetworkState>;
  at(places: readonly number[]): StateSlot<NetworkState>;
}

/** Reads, makes and advances the states of a network. */
export class CarriedStates {
  readonly #network: Network;
  readonly #through: () => ThroughTime;

  /** @param through - returns truncation and checkpointing as compiled */
  constructor(network: Network, through: () => ThroughTime) {
    this.#network = network;
    this.#through = through;
  }

  /** Checks a state against the rows of x. `at` returns its slot at the given offsets of the arena. */
  carry(where: string, x: NdArrayLike, state: NetworkState, packing?: Packing): CarriedState {
    const tree = this.#treeFor(x);
    tree.readWritable(where, 'state', state);
    return { tree, at: (places) => new StateSlot(this.#network.parameters.arena, tree, places, packing?.order) };
  }

  /** Throws if a state does not fit the rows of x. */
  require(where: string, state: NetworkState, x: NdArrayLike): void {
    this.carry(where, x, state);
  }

  /** A zero state for the rows of x. */
  zeros(x: NdArrayLike): NetworkState {
    return this.#treeFor(x).make();
  }

  /** A copy of a state for the rows of x. */
  copy(where: string, x: NdArrayLike, state: NetworkState): NetworkState {
    const { tree } = this.carry(where, x, state);
    return tree.make((array, { given }) => copyInto(array, given));
  }

  #treeFor(x: NdArrayLike): StateTree<NetworkState> {
    const { B, F } = shapeOf(x);
    return new StateTree(this.#network.stateSpecs(F), B, this.#network.dtype);
  }

  /** Runs the network over x from `state`, and replaces `state` by the final one. */
  advance(where: string, x: NdArrayLike, state: NetworkState): void {
    const carried = this.carry(where, x, state);
    const traversal = this.#network.begin(
      where,
      x,
      { purpose: 'infer', through: this.#through() },
      { stateGiven: true },
    );
    carried.at(traversal.initialStates).load();
    traversal.forward({});
    carried.at(traversal.statesAfter(traversal.T)).store();
  }
}
