// One pass over pairs of sequences: an encoder over the sources, then a decoder over the targets.

import type { Hooks, OutputSteps } from '../engine/hooks.ts';
import type { Packing } from '../engine/packing.ts';
import type { PassPurpose } from '../engine/pass.ts';
import type { Route } from '../engine/route.ts';
import { copyReordered, eachRowOf } from '../engine/row-orders.ts';
import type { PassPlanner } from '../engine/segments.ts';
import type { SignalShape } from '../engine/signal.ts';
import type { Source } from '../engine/source.ts';
import { Traversal } from '../engine/traversal.ts';
import { inLayer, type Visit } from '../engine/visit.ts';
import type { Arena, Take } from '../memory/arena.ts';
import type { Random } from '../random/random.ts';
import type { NdArrayLike } from '../tensor/ndarray-like.ts';
import type { CoupledNetworks } from './coupled-networks.ts';

/** What a pass over pairs is laid out for. The members with two entries have that of the encoder first. */
export interface PairLayout {
  readonly purpose: PassPurpose;
  readonly shapes: readonly [SignalShape, SignalShape];
  readonly routes: readonly [Route, Route];
  readonly packed: readonly [boolean, boolean];
  /** Whether the pass computes a loss. */
  readonly targets: boolean;
}

/** How a pass over pairs begins. */
export interface PairBeginning {
  readonly packings: readonly [Packing | undefined, Packing | undefined];
  readonly trainingStep: number;
  /** Number of the first row within the batch; default 0. */
  readonly firstRow?: number;
}

/** The rows and outputs of an encoder that layers of a decoder attend to. */
export function takeSource(take: Take, { T = 1, B, F }: SignalShape, trains: boolean): Source {
  const size = B * T * F;
  const at = take(size, trains ? 'tape' : undefined);
  return { at, gradient: trains ? take(size) : -1, B, S: T, F, lengths: new Int32Array(B), version: 0 };
}

/** Copies outputs of an encoder, part by part, to where a decoder attends to them. */
export function keepOutputs({ data }: Arena, { at, S, F, lengths }: Source, { output }: OutputSteps): void {
  eachRowOf(output, (k, row, t) => {
    const begin = output.at + k * F;
    data.copyWithin(at + (row * S + t) * F, begin, begin + F);
    lengths[row] = t + 1;
  });
}

/** Fills a source with zeros, before an encoder runs. */
export function clearSource({ data }: Arena, source: Source): void {
  const { at, B, S, F } = source;
  data.fill(0, at, at + B * S * F);
  source.lengths.fill(0);
  source.version++;
}

/** An encoder and a decoder over the same rows. */
export class CoupledPass {
  readonly encoder: Traversal;
  readonly decoder: Traversal;
  readonly #networks: CoupledNetworks;
  readonly #arena: Arena;
  readonly #source: Source | undefined;

  /** Takes room for a pass. */
  constructor(networks: CoupledNetworks, arena: Arena, take: Take, layout: PairLayout, random: Random) {
    const { purpose, shapes, routes, packed, targets } = layout;
    const { encoder, decoder } = networks;
    this.#networks = networks;
    this.#arena = arena;
    const common = { purpose, packed: packed[0], targets: false };
    const first: PassPlanner = { layOut: encoder.layOut.bind(encoder), maskSource: random.fork(0) };
    this.encoder = new Traversal(first, arena, take, { ...common, shape: shapes[0], route: routes[0] });
    const source = decoder.attends ? takeSource(take, encoder.outputShape(shapes[0]), purpose === 'train') : undefined;
    this.#source = source;
    const second: PassPlanner = {
      layOut: (workspace, input) => decoder.layOut({ ...workspace, source }, input),
      maskSource: random.fork(1),
    };
    const rest = { purpose, packed: packed[1], targets };
    this.decoder = new Traversal(second, arena, take, { ...rest, shape: shapes[1], route: routes[1] });
  }

  /** Where the decoder reads the outputs of the encoder, if it attends to them. */
  get source(): Source | undefined {
    return this.#source;
  }

  /** Begins with sources and with the inputs of the decoder. */
  start(sources: NdArrayLike, inputs: NdArrayLike, { packings, trainingStep, firstRow = 0 }: PairBeginning): void {
    this.encoder.start(this.#networks.encoder.inOrder(sources), { packing: packings[0], trainingStep, firstRow });
    const stateGiven = this.#networks.passState;
    this.decoder.start(inputs, { packing: packings[1], trainingStep, firstRow, stateGiven });
  }

  /** (ED1), (ED2): runs forward only. Hooks see the decoder; `visit` sees both. */
  forward(hooks: Hooks): void {
    this.#encode(hooks.visit);
    this.decoder.forward(within('decoder', hooks));
  }

  /** Runs forward and backward. */
  run(hooks: Hooks): void {
    this.#encode(hooks.visit);
    this.#clearGradient();
    this.decoder.run(within('decoder', hooks));
    this.#encodeBackward(hooks.visit);
  }

  /** Runs backward over the last forward pass; `onSourceGradient` receives the gradient of the sources. */
  backward(hooks: Hooks, onSourceGradient?: Hooks['onInputGradient']): void {
    this.#clearGradient();
    this.decoder.backward(within('decoder', hooks));
    this.#encodeBackward(hooks.visit, onSourceGradient);
  }

  #encode(visit: Hooks['visit']): void {
    const source = this.#source;
    if (source !== undefined) clearSource(this.#arena, source);
    const keep = source && { onOutput: (steps: OutputSteps) => keepOutputs(this.#arena, source, steps) };
    this.encoder.forward(within('encoder', { ...keep, ...(visit && { visit }) }));
    const after = this.encoder.statesAfter(this.encoder.T);
    const before = this.decoder.initialStates;
    for (let k = 0; k < this.#networks.sharedStates; k++) {
      this.#copy(before[k]!, this.decoder, after[k]!, this.encoder, k);
    }
  }

  /** Copies the k-th state of the decoder, or its gradient, between the orders of rows of both. */
  #copy(to: number, toPass: Traversal, from: number, fromPass: Traversal, k: number): void {
    const { width } = this.decoder.pass.states[k]!;
    const { B } = this.encoder.inputShape;
    copyReordered(this.#arena, to, toPass.packing?.order, from, fromPass.packing?.order, B, width);
  }

  #clearGradient(): void {
    if (this.#source === undefined) return;
    const { gradient, B, S, F } = this.#source;
    this.#arena.data.fill(0, gradient, gradient + B * S * F);
  }

  /** (ED2′) */
  #encodeBackward(visit: Hooks['visit'], onInputGradient?: Hooks['onInputGradient']): void {
    const { encoder, decoder } = this;
    const source = this.#source;
    const hooks: Hooks = {
      ...(visit && { visit }),
      ...(onInputGradient && { onInputGradient }),
      ...(source && { writeGradient: (steps: OutputSteps) => this.#writeGradient(source, steps) }),
      onFinalGradient: () => {
        for (let k = 0; k < this.#networks.sharedStates; k++) {
          const [into, of] = [encoder.pass.states[k]!.gradient, decoder.pass.states[k]!.gradient];
          this.#copy(into, encoder, of, decoder, k);
        }
      },
    };
    encoder.backward(within('encoder', hooks));
  }

  /** The gradient of outputs of the encoder: what attention added. */
  #writeGradient({ gradient: from, S, F }: Source, { gradient }: OutputSteps): void {
    const { data } = this.#arena;
    eachRowOf(gradient, (k, row, t) => {
      const begin = from + (row * S + t) * F;
      data.copyWithin(gradient.at + k * F, begin, begin + F);
    });
  }
}

/** The same hooks, whose observers see the name of the network. */
function within(name: string, hooks: Hooks): Hooks {
  const { visit } = hooks;
  if (visit === undefined) return hooks;
  const named =
    (see: Visit): Visit =>
    (values) =>
      see(inLayer(values, name));
  return { ...hooks, visit: { forward: named(visit.forward), backward: named(visit.backward) } };
}
