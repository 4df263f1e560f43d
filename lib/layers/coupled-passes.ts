// The passes over pairs of an encoder-decoder: laid out when their shape changes, and used again while it stays.

import type { Packing } from '../engine/packing.ts';
import type { PassPurpose } from '../engine/pass.ts';
import { type Route, routeOf } from '../engine/route.ts';
import type { SignalShape } from '../engine/signal.ts';
import type { ThroughTime } from '../engine/through-time.ts';
import { windowsOf } from '../engine/truncate.ts';
import { StateError } from '../errors.ts';
import type { Arena, Take } from '../memory/arena.ts';
import type { Usage } from '../memory/usage.ts';
import type { Buildable } from '../parameters/buildable.ts';
import type { ParameterSpec } from '../parameters/parameter.ts';
import type { Parameters } from '../parameters/parameters.ts';
import { sizeOf } from '../tensor/layout.ts';
import type { CoupledNetworks } from './coupled-networks.ts';
import { CoupledPass, type PairLayout } from './coupled-pass.ts';

/** Shapes of the sources and of the decoder's inputs. */
export type PairShapes = readonly [SignalShape, SignalShape];

/** A request for a pass over pairs. */
export interface PairRequest {
  readonly purpose: PassPurpose;
  readonly shapes: PairShapes;
  /** Checkpoints; default none. */
  readonly through: ThroughTime;
  /** Number of optimizer state arrays that the pass makes room for; undefined once they have room. */
  readonly optimizerArrays?: number | undefined;
  /** Which parameters have optimizer state; default all. */
  readonly trains?: ((spec: ParameterSpec) => boolean) | undefined;
  /** Whether the pass computes a loss. */
  readonly targets: boolean;
}

/** Lays out passes over pairs in the arena of an encoder-decoder. */
export class CoupledPasses {
  readonly #owner: Buildable;
  readonly #networks: CoupledNetworks;
  #laid: { readonly pass: CoupledPass; readonly key: string; readonly kept: number; readonly usage: Usage } | undefined;
  /** Number, in the arena, of the pass that `backward` may follow. */
  #finished = -1;

  constructor(owner: Buildable, networks: CoupledNetworks) {
    this.#owner = owner;
    this.#networks = networks;
  }

  /** Creates the parameters if there are none, and reserves memory for the pass and the optimizer. */
  build(where: string, request: PairRequest): Parameters {
    const owner = this.#owner;
    if (owner.built && request.optimizerArrays === undefined) return owner.parameters;
    const layout = this.#layout(where, request, [false, false]);
    return owner.buildWithRoom(where, request.shapes[0].F, (take, arena) => this.#take(arena, take, layout, request));
  }

  /** Lays out a pass over sequences of checked shapes, or over their packed rows. */
  begin(
    where: string,
    asked: PairRequest,
    packings: readonly [Packing | undefined, Packing | undefined] = [undefined, undefined],
  ): CoupledPass {
    const shapes = asked.shapes.map((shape, i) => ({
      ...shape,
      T: packings[i]?.T ?? shape.T!,
    })) as unknown as PairShapes;
    const request = { ...asked, shapes };
    const packed = [packings[0] !== undefined, packings[1] !== undefined] as const;
    const parameters = this.build(where, request);
    parameters.reserveRows(usedRows(request), where);
    const { arena } = parameters;
    const { kept } = arena;
    const key = JSON.stringify([request, packed]);
    const last = this.#laid;
    if (last !== undefined && last.kept === kept && last.key === key) {
      arena.layOutAgain(last.usage);
      return last.pass;
    }
    const layout = this.#layout(where, request, packed);
    const pass = arena.layOut((take) => this.#take(arena, take, layout, { ...request, optimizerArrays: 0 }), where);
    this.#laid = { pass, key, kept, usage: arena.passUsage };
    return pass;
  }

  #layout(where: string, { purpose, shapes, through, targets }: PairRequest, packed: PairLayout['packed']): PairLayout {
    const { encoder, decoder } = this.#networks;
    const route = ({ T = 1 }: SignalShape, whole: boolean): Route =>
      purpose === 'train' && !whole
        ? routeOf(where, T, through, 0, () => 0)
        : { windows: windowsOf(T, undefined), schedule: { length: T, snapshots: 1 } };
    const routes = [
      route(shapes[0], encoder.needsWhole !== undefined),
      route(shapes[1], decoder.attends), // its sums over all queries would have other bits in segments
    ] as const;
    return { purpose, shapes, routes, packed, targets };
  }

  #take(
    arena: Arena,
    take: Take,
    layout: PairLayout,
    { shapes, optimizerArrays = 0, trains = () => true }: PairRequest,
  ): CoupledPass {
    const specs = this.#owner.parameterSpecs(shapes[0].F).filter(trains);
    const size = specs.reduce((sum, spec) => sum + sizeOf(spec.shape), 0);
    for (let k = 0; k < optimizerArrays; k++) take(size, 'optimizer');
    return new CoupledPass(this.#networks, arena, take, layout, this.#owner.maskSource);
  }

  /** Lets `backward` follow the pass that was run last. */
  finish(): void {
    this.#finished = this.#owner.parameters.arena.pass;
  }

  /** Returns the pass that `backward` follows; throws if there is none, or if its memory was used since. */
  current(where: string): CoupledPass {
    const laid = this.#laid;
    if (laid !== undefined && this.#finished === this.#owner.parameters.arena.pass) return laid.pass;
    throw new StateError({
      where,
      expected: 'follow forward',
      received: laid === undefined ? 'no forward before it' : 'another pass over the same memory since',
      remedy: 'Call forward on the same object directly before backward',
    });
  }
}

/** Rows of the longer input, which may all use other rows of a table; 0 without gradients. */
function usedRows({ purpose, shapes }: PairRequest): number {
  return purpose === 'train' ? shapes.reduce((most, { T = 1, B }) => Math.max(most, T * B), 0) : 0;
}
